"""The database fails in the middle of a batch: no mail is lost, none goes out twice without need."""

import resource
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from service.actions.deliver import LEASE, Post, deliver
from service.mail.smtp import SmtpTransport
from service.storage import marks, session
from service.storage.marks import Marks
from service.storage.models import DeliveryState
from service.storage.session import Storage
from tests.integration.crowd import deliveries, due_mails, opened, states, sweep
from tests.wild import Peer, Wild, running
from tests.world import World

NOW = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
MAILS, LINES = 40, 4
FULL = r"full|disk I/O error"
SENT, SENDING = DeliveryState.SENT, DeliveryState.SENDING
on_sqlite = pytest.mark.parametrize("storage", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("storage", ["postgresql"], indirect=True)


class Striking(Wild):
    """Lets something happen when a mail has come, before it says so."""

    def __init__(self, at: int, strike: Callable[[], None]) -> None:
        super().__init__()
        self.at, self.strike = at, strike

    def content(self, peer: Peer, raw: bytes) -> str:
        with self.lock:
            taken = super().content(peer, raw)
            if len(self.mails) == self.at:
                self.strike()
        return taken


def send(world: World, storage: Storage, wild: Wild, ids: list[int], now: datetime = NOW) -> int:
    with SmtpTransport(wild.server, LINES) as transport:
        return deliver(Post(storage, world.sender, transport, lambda: now), ids)


def copies(wild: Wild) -> list[int]:
    return sorted(Counter(wild.recipients).values())


@on_sqlite
def test_a_locked_database_delays_a_mark(
    world: World, database_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(session, "BUSY_SECONDS", 0.05)
    ids, free = due_mails(world.storage, MAILS, NOW), threading.Event()
    path = world.storage.engine.url.database
    assert path is not None
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    letting_go = threading.Timer(0.3, lambda: (other.execute("ROLLBACK"), free.set()))

    def lock() -> None:
        other.execute("BEGIN IMMEDIATE")
        letting_go.start()

    with opened(database_url) as own, running(Striking(5, lock)) as wild:
        assert send(world, own, wild, ids) == MAILS
    letting_go.join()
    other.close()
    assert free.is_set()
    assert "marking waits for the database" in caplog.text
    assert copies(wild) == [1] * MAILS
    assert set(states(world.storage)) == {SENT}


@on_postgresql
def test_a_marking_connection_that_dies_is_replaced(world: World, database_url: str) -> None:
    ids, ended = due_mails(world.storage, MAILS, NOW), []

    def strike() -> None:
        query = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            " AND query LIKE '%synchronous_commit%' OR query LIKE 'UPDATE delivery SET state%sent_at%'"
        )
        with world.storage.write() as found:
            ended.extend(found.scalars(text(query)))

    with opened(database_url) as own, running(Striking(5, strike)) as wild:
        assert send(world, own, wild, ids) == MAILS
    assert ended
    assert copies(wild) == [1] * MAILS
    assert set(states(world.storage)) == {SENT}


_TRIGGERS = {
    "sqlite": [
        "CREATE TRIGGER no_marks BEFORE UPDATE ON delivery WHEN NEW.state = 'sent'"
        " BEGIN SELECT RAISE(ABORT, 'no marks today'); END"
    ],
    "postgresql": [
        "CREATE FUNCTION no_marks() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE 'no marks today'; END $$",
        "CREATE TRIGGER no_marks BEFORE UPDATE ON delivery FOR EACH ROW"
        " WHEN (NEW.state = 'sent') EXECUTE FUNCTION no_marks()",
    ],
}
_GONE = {
    "sqlite": ["DROP TRIGGER no_marks"],
    "postgresql": ["DROP TRIGGER no_marks ON delivery", "DROP FUNCTION no_marks"],
}


@contextmanager
def no_marks(storage: Storage) -> Iterator[None]:
    """Let the database refuse each mark."""
    kind = storage.engine.dialect.name
    with storage.write() as found:
        for statement in _TRIGGERS[kind]:
            found.execute(text(statement))
    try:
        yield
    finally:
        with storage.write() as found:
            for statement in _GONE[kind]:
                found.execute(text(statement))


def test_a_mark_that_fails_for_good_stops_sending_at_once(
    world: World, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marks, "_PATIENCE", (0.01, 0.01))
    ids = due_mails(world.storage, MAILS, NOW)
    with opened(database_url) as own, running(Wild()) as wild:
        with no_marks(world.storage), pytest.raises(DBAPIError, match="no marks today"):
            send(world, own, wild, ids)
        assert 1 <= len(wild.mails) <= LINES
        assert set(states(world.storage)) == {SENDING}
        before = len(wild.mails)
        assert send(world, own, wild, ids) == 0
        later = NOW + LEASE
        assert send(world, own, wild, sweep(world.storage, later), later) == MAILS
    assert len(wild.mails) == MAILS + before
    assert set(copies(wild)) == {1, 2}
    assert set(states(world.storage)) == {SENT}


@contextmanager
def full_disk(path: Path) -> Iterator[Callable[[], None]]:
    """Yield what lets no file grow beyond the database's log as it is; lifted at the end."""
    old = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill() -> None:
        size = path.with_name(f"{path.name}-wal").stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, old[1]))

    try:
        yield fill
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)


@on_sqlite
def test_a_full_disk_is_a_clear_error_and_no_storm_of_mails(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(marks, "_PATIENCE", (0.01, 0.01))
    ids, path = due_mails(world.storage, MAILS, NOW), tmp_path / "full.db"
    with sqlite3.connect(str(world.storage.engine.url.database)) as old, sqlite3.connect(path) as new:
        old.backup(new)
    old.close()
    new.close()
    with opened(f"sqlite:///{path}") as own:
        with full_disk(path) as fill, running(Striking(9, fill)) as wild:
            with pytest.raises(DBAPIError, match=FULL):
                send(world, own, wild, ids)
            assert send(world, own, wild, ids) == 0  # they are held still
            with pytest.raises(DBAPIError, match=FULL):
                send(world, own, wild, ids, NOW + LEASE)
            assert 9 <= len(wild.mails) <= 8 + 2 * LINES
        assert "marking waits for the database: OperationalError" in caplog.text
        marked = states(own).count(SENT)
        assert len(wild.mails) - marked <= LINES
        assert Counter(states(own)) == {SENT: marked, SENDING: MAILS - marked}
        with own.read() as found:
            assert found.scalar(text("PRAGMA integrity_check")) == "ok"
        with running(Wild()) as healed:
            later = NOW + LEASE
            assert send(world, own, healed, sweep(own, later), later) == MAILS - marked
        assert set(states(own)) == {SENT}
        assert len(set(wild.recipients) | set(healed.recipients)) == MAILS
        assert len(wild.mails) + len(healed.mails) <= MAILS + LINES


def test_a_connection_that_marked_is_given_back_as_it_was(database_url: str, storage: Storage) -> None:
    begun: list[str] = []
    due_mails(storage, 1, NOW)
    with opened(database_url) as own:
        marking = Marks(own)
        marking.sent([deliveries(storage)[0].id], NOW)
        marking.close()

        @event.listens_for(own.engine, "before_cursor_execute")
        def _note(_c: object, _cursor: object, statement: str, *_: object) -> None:
            begun.append(statement)

        with suppress(ZeroDivisionError), own.write() as found:
            found.execute(text("UPDATE delivery SET state = 'parked'"))
            raise ZeroDivisionError
        if own.engine.dialect.name == "postgresql":
            with own.read() as found:
                assert found.scalar(text("SHOW synchronous_commit")) == "on"
        else:
            assert begun[0] == "BEGIN IMMEDIATE"
    assert states(storage) == [SENT]


def test_closing_marks_whose_last_try_failed_raises_nothing(
    database_url: str, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marks, "_PATIENCE", ())
    due_mails(storage, 1, NOW)
    with opened(database_url) as own, no_marks(storage):
        marking = Marks(own)
        with pytest.raises(DBAPIError):
            marking.sent([deliveries(storage)[0].id], NOW)
        marking.close()
    assert own.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


@on_postgresql
def test_closing_marks_whose_connection_died_raises_nothing(
    database_url: str, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marks, "_PATIENCE", ())
    (delivery,) = due_mails(storage, 1, NOW)
    with opened(database_url) as own:
        marking = Marks(own)
        marking.sent([delivery], NOW)
        pid = marking._cursor.connection.info.backend_pid
        with storage.write() as found:
            assert found.scalar(text(f"SELECT pg_terminate_backend({pid})")) is True
        time.sleep(0.05)
        with pytest.raises(DBAPIError):
            marking.sent([delivery], NOW)
        marking.close()
        assert own.engine.pool.checkedout() == 0  # type: ignore[attr-defined]

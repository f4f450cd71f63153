"""A job leases its rows a few at a time, and leaves to others at once what it will not come to."""

import sqlite3
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from service.actions import leasing
from service.actions.deliver import LEASE, Post, deliver
from service.actions.leasing import Leases
from service.mail.smtp import SmtpTransport
from service.setting_values import SmtpServer
from service.storage import marks, session
from service.storage.asked import FEW, Reader, rows
from service.storage.leases import lease
from service.storage.mailings import mailings
from service.storage.models import DeliveryState
from service.storage.session import Storage
from tests.integration.crowd import deliveries, due_mails, leased, opened, states, sweep
from tests.world import World

NOW = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
MAILS = 12
SENT, SENDING, QUEUED = DeliveryState.SENT, DeliveryState.SENDING, DeliveryState.QUEUED


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leasing, "TOGETHER", 5)


def test_only_a_few_rows_are_held_at_once(world: World) -> None:
    ids = due_mails(world.storage, MAILS, NOW)
    with SmtpTransport(world.sink.server) as transport:
        asked: list[int] = []

        def look() -> bool:
            asked.append(states(world.storage).count(SENDING))
            return False

        deliver(Post(world.storage, world.sender, transport, lambda: NOW, stopping=look), ids)
    assert states(world.storage) == [SENT] * MAILS
    assert 0 < max(asked) <= 10


def test_a_job_that_is_asked_to_end_leaves_the_rest_to_others_at_once(world: World) -> None:
    ids, left = due_mails(world.storage, MAILS, NOW), iter([False] * 3)
    with SmtpTransport(world.sink.server) as transport:
        post = Post(world.storage, world.sender, transport, lambda: NOW, stopping=lambda: next(left, True))
        assert deliver(post, ids) == 3
    assert states(world.storage) == [SENT] * 3 + [QUEUED] * (MAILS - 3)
    assert sorted(sweep(world.storage, NOW)) == ids[3:]
    assert {row.attempts for row in deliveries(world.storage)[3:]} == {0}


def test_where_no_server_answers_all_rows_wait_as_long_as_those_that_were_tried(world: World) -> None:
    ids = due_mails(world.storage, MAILS, NOW)
    nobody = SmtpServer("127.0.0.1", 1)
    with SmtpTransport(nobody) as transport:
        assert deliver(Post(world.storage, world.sender, transport, lambda: NOW), ids) == 0
    assert states(world.storage) == [QUEUED] * MAILS
    (until,) = {row.lease_until for row in deliveries(world.storage)}
    assert until == NOW + timedelta(seconds=30)


def test_rows_of_another_worker_are_passed_over(world: World) -> None:
    ids = due_mails(world.storage, MAILS, NOW)
    leased(world.storage, ids[:7], NOW)
    with SmtpTransport(world.sink.server) as transport:
        assert deliver(Post(world.storage, world.sender, transport, lambda: NOW), ids) == MAILS - 7
    assert states(world.storage) == [SENDING] * 7 + [SENT] * 5


def test_a_job_that_ends_while_its_leases_are_on_their_way_gives_them_back(storage: Storage) -> None:
    ids, reader = due_mails(storage, MAILS, NOW), Reader(storage)
    held = Leases(lambda: NOW, ids)
    held._begin(reader.ask)
    with storage.write() as found:
        held.give_back(found, NOW)
    reader.close()
    assert states(storage) == [QUEUED] * MAILS
    assert sorted(sweep(storage, NOW)) == ids


@pytest.mark.parametrize("storage", ["sqlite"], indirect=True)
def test_a_locked_database_delays_a_lease(
    world: World, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "BUSY_SECONDS", 0.05)
    ids = due_mails(world.storage, MAILS, NOW)
    other = sqlite3.connect(
        str(world.storage.engine.url.database), isolation_level=None, check_same_thread=False
    )
    other.execute("BEGIN IMMEDIATE")
    letting_go = threading.Timer(0.3, lambda: other.execute("ROLLBACK"))
    letting_go.start()
    with opened(database_url) as own, SmtpTransport(world.sink.server) as transport:
        assert deliver(Post(own, world.sender, transport, lambda: NOW), ids) == MAILS
    letting_go.join()
    other.close()


@pytest.mark.parametrize("storage", ["sqlite"], indirect=True)
@pytest.mark.parametrize("stops", [True, False], ids=["asked to end", "no server"])
def test_a_locked_database_delays_that_mails_are_given_back(
    world: World, database_url: str, monkeypatch: pytest.MonkeyPatch, *, stops: bool
) -> None:
    monkeypatch.setattr(session, "BUSY_SECONDS", 0.05)
    ids, path = due_mails(world.storage, MAILS, NOW), str(world.storage.engine.url.database)
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    letting_go = threading.Timer(0.3, lambda: other.execute("ROLLBACK"))

    def lock() -> bool:
        if not other.in_transaction:
            other.execute("BEGIN IMMEDIATE")
            letting_go.start()
        return stops

    with opened(database_url) as own, SmtpTransport(SmtpServer("127.0.0.1", 1)) as nobody:
        assert deliver(Post(own, world.sender, nobody, lambda: NOW, stopping=lock), ids) == 0
    letting_go.join()
    other.close()
    assert states(world.storage) == [QUEUED] * MAILS


@pytest.mark.parametrize("storage", ["sqlite"], indirect=True)
def test_a_database_that_stays_locked_ends_the_job_and_loses_no_row(
    world: World, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "BUSY_SECONDS", 0.01)
    monkeypatch.setattr(marks, "_PATIENCE", (0.01,))
    ids = due_mails(world.storage, MAILS, NOW)
    other = sqlite3.connect(str(world.storage.engine.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with opened(database_url) as own, SmtpTransport(world.sink.server) as transport:
        post = Post(own, world.sender, transport, lambda: NOW)
        with pytest.raises(DBAPIError, match="locked"):
            deliver(post, ids)
        other.execute("ROLLBACK")
        other.close()
        assert deliver(post, ids) == MAILS


def test_a_second_question_waits_for_the_first_and_both_are_answered(storage: Storage) -> None:
    ids, reader = due_mails(storage, MAILS, NOW), Reader(storage)
    first = lease(reader.ask, ids[:7], NOW, NOW + LEASE)
    second = lease(reader.ask, ids, NOW, NOW + LEASE)
    assert sorted(row[0] for row in rows(second)) == ids[7:]
    assert sorted(row[0] for row in rows(first)) == ids[:7]
    reader.close()


def test_a_reader_that_is_closed_with_a_question_open_spoils_no_connection(storage: Storage) -> None:
    ids, reader = due_mails(storage, MAILS, NOW), Reader(storage)
    rows(lease(reader.ask, ids[:1], NOW, NOW + LEASE))
    lease(reader.ask, ids, NOW, NOW + LEASE)
    reader.close()
    for _ in range(3):
        with storage.glance() as found:
            assert len(found.connection().exec_driver_sql("SELECT id FROM delivery").all()) == MAILS


@pytest.mark.parametrize("storage", ["postgresql"], indirect=True)
@pytest.mark.parametrize("busy", [False, True])
def test_a_reader_whose_connection_dies_says_so_and_takes_another(storage: Storage, *, busy: bool) -> None:
    ids, reader = due_mails(storage, MAILS, NOW), Reader(storage)
    assert len(list(rows(lease(reader.ask, ids[:2], NOW, NOW + LEASE)))) == 2
    connection = reader._connection
    assert connection is not None
    pid = connection.driver_connection.info.backend_pid  # type: ignore[union-attr]
    answer = lease(reader.ask, ids[2:4], NOW, NOW + LEASE) if busy else None
    if answer is not None:
        answer.wait()
    with storage.write() as found:
        found.connection().exec_driver_sql(f"SELECT pg_terminate_backend({pid}, 5000)")
    with pytest.raises(DBAPIError):
        list(rows(lease(reader.ask, ids, NOW, NOW + LEASE)))
    assert len(list(rows(lease(reader.ask, ids, NOW, NOW + LEASE)))) == MAILS - 2 - 2 * busy
    reader.close()


def test_rows_that_nobody_wanted_any_more_do_not_hold_the_past(storage: Storage) -> None:
    ids, reader = due_mails(storage, MAILS, NOW), Reader(storage)
    answer = mailings(reader.ask, ids)
    answer.wait()
    assert len(answer.few()) == FEW
    leased(storage, ids[:2], NOW)
    assert len(list(rows(lease(reader.ask, ids, NOW, NOW + LEASE)))) == MAILS - 2
    answer = mailings(reader.ask, ids)
    answer.wait()
    answer.few()
    reader.close()
    with storage.write() as found:
        found.connection().exec_driver_sql("DELETE FROM delivery")
    with storage.glance() as found:
        assert found.connection().exec_driver_sql("SELECT id FROM delivery").all() == []

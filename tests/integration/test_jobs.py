"""The jobs: from the web process and the clock through Valkey to the workers, and without Valkey."""

import dataclasses
import json
import logging
import zlib
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from rq.serializers import JSONSerializer

from jobs import queues
from jobs import tick as ticking
from jobs.queues import BULK, PROMPT
from service.actions import tick
from service.actions.outbox import WOKEN_FOR
from service.storage.models import CheckIn, DeliveryState, Inbound, InboundState
from tests.integration.crowd import crowd, deliveries, states
from tests.integration.line import Line


@pytest.fixture
def without_redis(line: Line, tmp_path: Path) -> Line:
    """The line with a web process whose Valkey is down."""
    line.serve(dataclasses.replace(line.settings, redis_url=f"unix://{tmp_path}/nobody.sock"))
    return line


def test_the_whole_way_runs_through_the_queues(line: Line) -> None:
    assert line.sign_up().status_code == 303
    (asking,) = line.work()
    line.press(asking.link("confirm"))
    (first,) = line.work()
    line.press(first.link("done"))
    (answer,) = line.reply(first, "status")
    assert "Chain: 1 day." in answer.text
    line.later(days=1)
    assert "Chain: 1 day." in line.mails[-1].text
    assert len(line.mails) == 4
    assert set(states(line.storage)) == {DeliveryState.SENT}


def test_a_sign_up_wakes_a_worker_at_once_without_a_tick(line: Line) -> None:
    line.sign_up()
    assert line.burst(PROMPT)
    assert len(line.mails) == 1


def test_what_a_person_waits_for_does_not_stand_behind_the_daily_mails(line: Line) -> None:
    crowd(line.storage, 3, line.time - timedelta(days=1))
    line.tick()
    line.burst(PROMPT)
    line.sign_up()
    assert [job.func_name for job in line.waiting(PROMPT)] == ["jobs.deliver.run"]
    assert [job.func_name for job in line.waiting(BULK)] == ["jobs.deliver.run"]


def test_every_job_in_valkey_is_json_that_runs_no_code(line: Line) -> None:
    line.sign_up()
    line.tick()
    waiting = line.waiting(PROMPT)
    assert [job.func_name for job in waiting] == ["jobs.deliver.run", "jobs.tick.run"]
    for job in waiting:
        assert job.serializer is JSONSerializer
        raw = zlib.decompress(line.redis.hget(job.key, "data"))
        assert json.loads(raw)[0] == job.func_name


def test_daily_mails_go_in_batches(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues, "BATCH", 500)
    crowd(line.storage, 1050, line.time - timedelta(days=1))
    line.tick()
    line.burst(PROMPT)
    sizes = [len(job.args[0]) for job in line.waiting(BULK)]
    assert sizes == [500, 500, 50]
    ids = [delivery for job in line.waiting(BULK) for delivery in job.args[0]]
    assert sorted(ids) == [row.id for row in deliveries(line.storage)]


def test_what_two_transactions_claim_is_one_job(line: Line) -> None:
    crowd(line.storage, tick.BATCH + 3, line.time - timedelta(days=1))
    line.tick()
    line.burst(PROMPT)
    assert [len(job.args[0]) for job in line.waiting(BULK)] == [tick.BATCH + 3]


def test_what_is_claimed_is_woken_though_the_next_claim_fails(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd(line.storage, 5, line.time - timedelta(days=1))
    claim, own = tick.claim, SimpleNamespace(storage=line.storage, settings=line.settings)
    limits = [2, 2]
    monkeypatch.setattr(tick, "BATCH", 2)
    monkeypatch.setattr(tick, "claim", lambda outbox: claim(outbox, limits.pop()))
    with pytest.raises(IndexError):
        ticking._claim(own, line.time)  # type: ignore[arg-type]
    assert [len(job.args[0]) for job in line.waiting(BULK)] == [4]


def test_two_clocks_and_a_job_that_comes_twice_make_one_mail(line: Line) -> None:
    line.start()
    line.time += timedelta(days=1)
    for _ in range(2):
        line.tick()
    assert len(line.waiting(PROMPT)) == 2
    line.burst(PROMPT)
    queues.wake_deliveries(line.settings, [row.id for row in deliveries(line.storage)], BULK)
    assert len(line.waiting(BULK)) == 2
    line.burst(BULK)
    assert len(line.mails) == 3


def test_a_redis_that_was_wiped_loses_no_mail_and_no_reply(line: Line) -> None:
    daily = line.start()
    line.time += timedelta(days=1)
    line.tick()
    line.burst(PROMPT)
    line.send(line.written(daily, "done"))
    assert line.waiting(BULK)
    assert line.waiting(PROMPT)
    line.redis.flushall()
    line.later(minutes=2)
    assert len(line.mails) == 4
    assert set(states(line.storage)) == {DeliveryState.SENT}
    assert [row.via for row in line.rows(CheckIn)] == ["reply"]


def test_a_row_just_woken_is_left_to_its_queue(line: Line) -> None:
    line.start()
    line.time += timedelta(days=1)
    line.tick()
    line.burst(PROMPT)
    line.time += WOKEN_FOR - timedelta(seconds=1)
    line.tick()
    line.burst(PROMPT)
    assert len(line.waiting(BULK)) == 1


def test_while_redis_is_down_waking_warns_and_raises_nothing(
    without_redis: Line, caplog: pytest.LogCaptureFixture
) -> None:
    dead = dataclasses.replace(without_redis.settings, redis_url="unix:///nowhere/valkey.sock")
    queues.wake_deliveries(dead, [1, 2, 3])
    queues.wake_inbound(dead, [1])
    warnings = [record for record in caplog.records if record.name == "jobs.queues"]
    assert [record.levelno for record in warnings] == [logging.WARNING] * 2
    assert all("Redis is down" in record.getMessage() for record in warnings)
    assert not queues.alive(dead)


def test_while_redis_is_down_signing_up_confirming_and_done_work_and_the_mail_catches_up(
    without_redis: Line,
) -> None:
    line = without_redis
    assert line.sign_up().status_code == 303
    assert line.waiting(PROMPT) == []
    line.later(minutes=2)
    assert line.press(line.mails[0].link("confirm")).status_code == 200
    assert line.waiting(PROMPT) == []
    line.later(minutes=2)
    assert "Done for today" in line.press(line.mails[1].link("done")).text
    assert [row.via for row in line.rows(CheckIn)] == ["link"]
    assert len(line.mails) == 2


def test_a_reply_that_came_while_redis_was_down_is_accepted_and_read_later(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    daily = line.start()
    with monkeypatch.context() as patched:
        patched.setattr(queues, "redis_url", lambda settings: "unix:///nowhere/valkey.sock")
        line.send(line.written(daily, "done"))
    assert [row.state for row in line.rows(Inbound)] == [InboundState.NEW]
    assert line.waiting(PROMPT) == []
    line.later(minutes=2)
    assert [row.state for row in line.rows(Inbound)] == [InboundState.DONE]
    assert "Done for today" in line.mails[-1].text

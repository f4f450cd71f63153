"""How fast mail leaves: limits in all and to one domain, over workers, and without Redis."""

import dataclasses
import socket
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import update

from jobs.pace import Pace
from service.actions.deliver import Post, deliver
from service.mail.smtp import SmtpTransport
from service.settings import Settings
from service.storage.models import DeliveryState, Person
from tests.integration.crowd import deliveries, due_mails, states, sweep
from tests.integration.line import Line
from tests.world import World

NOW = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
GO = timedelta(0)


@pytest.fixture
def paced(valkey: str, tmp_path: Path) -> Settings:
    """Settings with an empty Valkey and no limits yet."""
    with Redis.from_url(valkey) as redis:
        redis.flushall()
    env = {"DATA_DIR": str(tmp_path), "BASE_URL": "http://localhost:8000", "REDIS_URL": valkey}
    return Settings.from_env({**env, "SECRET_KEY": "a secret for tests only"})


def pace(settings: Settings, **changes: object) -> Pace:
    return Pace(dataclasses.replace(settings, **changes), lambda: False)


@pytest.fixture
def _early_in_a_second() -> None:
    """Wait for a moment at which a window of a second has most of its time before it."""
    time.sleep(1.02 - time.time() % 1)


def test_without_limits_every_mail_may_go(paced: Settings) -> None:
    free = pace(paced)
    assert {free("ann@example.org") for _ in range(100)} == {GO}


def test_a_domain_gets_so_many_a_minute_and_others_go_on(paced: Settings) -> None:
    slow = pace(paced, smtp_domain_rate=3)
    assert [slow(f"p{number}@Example.org") == GO for number in range(5)] == [True] * 3 + [False] * 2
    assert 0 < slow("q@example.ORG").total_seconds() <= 60
    assert slow("ann@example.com") == GO


def test_a_domain_may_get_less_than_one_a_minute(paced: Settings) -> None:
    slow = pace(paced, smtp_domain_rate=0.5)
    assert slow("ann@example.org") == GO
    assert 0 < slow("bob@example.org").total_seconds() <= 120


def test_two_workers_share_the_limit_of_a_domain(paced: Settings) -> None:
    workers = [pace(paced, smtp_domain_rate=4, send_workers=2) for _ in range(2)]
    assert sum(worker("ann@example.org") == GO for worker in workers for _ in range(4)) == 4


@pytest.mark.usefixtures("_early_in_a_second")
def test_two_workers_hold_the_rate_together(paced: Settings) -> None:
    went: list[float] = []

    def work() -> None:
        worker = pace(paced, smtp_rate=20, send_workers=2)
        for _ in range(25):
            assert worker("ann@example.org") == GO
            went.append(time.monotonic())

    threads = [threading.Thread(target=work) for _ in range(2)]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(went) == 50
    assert 2 <= max(went) - begun < 3.5
    assert max(Counter(int(at - begun) for at in went).values()) <= 40  # two windows meet in a second at most


def test_a_mail_waits_in_the_outbox_where_its_turn_is_far_off(paced: Settings) -> None:
    slow = pace(paced, smtp_rate=0.05)
    assert slow("ann@example.org") == GO
    begun = time.monotonic()
    assert 10 < slow("bob@example.org").total_seconds() <= 20
    assert time.monotonic() - begun < 1


def test_a_worker_that_is_to_end_waits_for_no_turn(paced: Settings) -> None:
    ending = Pace(dataclasses.replace(paced, smtp_rate=0.25), lambda: True)
    begun = time.monotonic()
    assert [ending("ann@example.org") == GO for _ in range(2)] == [True, False]
    assert time.monotonic() - begun < 1


def test_a_mail_that_waits_for_its_turn_in_all_leaves_its_domains_turns_alone(paced: Settings) -> None:
    both = pace(paced, smtp_rate=0.05, smtp_domain_rate=2)
    assert both("ann@example.org") == GO
    for _ in range(5):
        assert both("bob@example.org").total_seconds() <= 20
    later = pace(paced, smtp_domain_rate=2)
    assert later("bob@example.org") == GO


def test_while_redis_is_down_each_worker_keeps_its_share(paced: Settings, tmp_path: Path) -> None:
    down = {"redis_url": f"unix://{tmp_path}/nobody.sock", "send_workers": 2}
    workers = [pace(paced, smtp_domain_rate=6, **down) for _ in range(2)]
    for worker in workers:
        assert sum(worker("ann@example.org") == GO for _ in range(10)) == 3


def test_a_redis_that_hangs_counts_as_down(paced: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        monkeypatch.setattr("jobs.pace.ANSWERS", 0.1)
        url = f"redis://127.0.0.1:{mute.getsockname()[1]}/0"
        begun = time.monotonic()
        assert pace(paced, smtp_domain_rate=6, redis_url=url)("ann@example.org") == GO
        assert time.monotonic() - begun < 5


def test_a_domain_at_its_limit_waits_uncounted_and_the_others_go(world: World, paced: Settings) -> None:
    ids = due_mails(world.storage, 12, NOW)
    with world.storage.write() as session:
        for number in (1, 4, 7, 10):
            person = update(Person).where(Person.email == f"p{number}@example.org")
            session.execute(person.values(email=f"p{number}@slow.example"))
    slow = pace(paced, smtp_domain_rate=8)
    for _ in range(6):
        assert slow("q@slow.example") == GO
    with SmtpTransport(world.sink.server) as transport:
        post = Post(world.storage, world.sender, transport, lambda: NOW, pace=slow)
        assert deliver(post, ids) == 10
    assert sorted(mail.rcpt_to for mail in world.mails if "slow" in mail.rcpt_to) == [
        "p1@slow.example",
        "p4@slow.example",
    ]
    waiting = deliveries(world.storage, state=DeliveryState.QUEUED)
    assert [row.attempts for row in waiting] == [0, 0]
    assert all(NOW < row.lease_until <= NOW + timedelta(seconds=72) for row in waiting)
    assert sweep(world.storage, NOW) == []
    assert sorted(sweep(world.storage, NOW + timedelta(seconds=73))) == [row.id for row in waiting]


def test_the_setting_reaches_the_workers(
    line: Line, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMTP_DOMAIN_RATE", "2")
    due_mails(line.storage, 5, line.time)
    line.later(seconds=61)
    assert len(line.mails) == 2
    assert Counter(states(line.storage)) == {DeliveryState.SENT: 2, DeliveryState.QUEUED: 3}

"""The hold: while no server takes our mail all of it waits, and tries become rarer."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from service.setting_values import SmtpServer
from service.storage import holds
from service.storage.holds import SENDING
from service.storage.models import DeliveryState, Hold
from service.storage.session import Storage
from tests.integration.crowd import deliveries, due_mails, send, states, sweep, together
from tests.wild import Peer, Wild, running
from tests.world import World

NOW = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
WAITS = [30, 60, 120, 240, 480, 600, 600, 600]  # seconds


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def held(storage: Storage) -> Hold | None:
    with storage.read() as session:
        return holds.current(session, SENDING)


def hold(storage: Storage, now: datetime, alarm: bool = False, reason: str = "421") -> datetime:
    with storage.write() as session:
        return holds.hold(session, SENDING, now, reason, alarm)


def waits(storage: Storage, now: datetime) -> bool:
    with storage.read() as session:
        return holds.waits(session, SENDING, now)


@contextmanager
def refusing(said: str = "421 4.3.2 Down") -> Iterator[SmtpServer]:
    class Down(Wild):
        def greet(self, peer: Peer) -> str:
            return said

    with running(Down()) as wild:
        yield wild.server


def test_a_hold_doubles_from_half_a_minute_to_ten(storage: Storage) -> None:
    moment, found = NOW, []
    for _ in WAITS:
        until = hold(storage, moment)
        found.append((until - moment).total_seconds())
        assert waits(storage, until - timedelta(seconds=1))
        assert not waits(storage, until)
        moment = until
    assert found == WAITS
    current = held(storage)
    assert current is not None
    assert (current.since, current.tries) == (NOW, len(WAITS))


def test_two_workers_that_meet_the_same_trouble_count_it_once(storage: Storage, database_url: str) -> None:
    together(database_url, 4, lambda own: hold(own, NOW))
    current = held(storage)
    assert current is not None
    assert (current.tries, current.until) == (1, after(30))
    together(database_url, 4, lambda own: hold(own, after(30)))
    current = held(storage)
    assert current is not None
    assert (current.tries, current.until) == (2, after(90))


def test_a_clock_that_was_set_back_holds_nothing_up_for_days(storage: Storage) -> None:
    hold(storage, NOW + timedelta(days=3))
    assert not waits(storage, NOW)
    assert hold(storage, NOW) - NOW <= timedelta(minutes=10)
    assert waits(storage, NOW)


def test_the_reason_of_a_hold_is_kept_short(storage: Storage) -> None:
    hold(storage, NOW, reason="x" * 1000)
    current = held(storage)
    assert current is not None
    assert len(current.reason) == 300


def test_a_held_service_sends_nothing_and_wakes_nothing_and_then_all(world: World) -> None:
    ids = due_mails(world.storage, 5, NOW)
    with refusing() as down:
        assert send(world.storage, world.sender, down, NOW, ids) == 0
    assert [row.attempts for row in deliveries(world.storage)] == [0] * 5
    for seconds in (0, 10, 29):
        assert send(world.storage, world.sender, world.sink.server, after(seconds), ids) == 0
        assert sweep(world.storage, after(seconds)) == []
    assert world.sink.connections == 0
    assert sorted(sweep(world.storage, after(30))) == ids
    assert send(world.storage, world.sender, world.sink.server, after(30), ids) == 5
    assert held(world.storage) is None


def test_a_new_mail_waits_out_a_hold_of_others(world: World) -> None:
    hold(world.storage, NOW)
    ids = due_mails(world.storage, 2, NOW)
    assert send(world.storage, world.sender, world.sink.server, after(29), ids) == 0
    assert set(states(world.storage)) == {DeliveryState.QUEUED}
    assert (
        send(world.storage, world.sender, world.sink.server, after(60), sweep(world.storage, after(60))) == 2
    )


def test_one_mail_that_is_taken_ends_a_hold_and_the_next_begins_anew(world: World) -> None:
    ids = due_mails(world.storage, 2, NOW)
    with refusing() as down:
        for seconds in (0, 30, 90):
            send(world.storage, world.sender, down, after(seconds), ids)
        current = held(world.storage)
        assert current is not None
        assert (current.tries, current.until) == (3, after(210))
        assert send(world.storage, world.sender, world.sink.server, after(210), ids[:1]) == 1
        assert held(world.storage) is None
        send(world.storage, world.sender, down, after(210), ids[1:])
    current = held(world.storage)
    assert current is not None
    assert (current.tries, current.until, current.since) == (1, after(240), after(210))


ALARMS = {
    "535 5.7.8 Wrong": True,
    "454 4.7.0 Later": False,
}


@pytest.mark.parametrize(("said", "alarm"), ALARMS.items(), ids=ALARMS)
def test_a_login_that_is_refused_for_good_is_an_alarm(world: World, said: str, alarm: bool) -> None:
    class Guarded(Wild):
        offers = ("AUTH PLAIN",)

        def answer(self, peer: Peer, verb: str, line: str) -> str:
            return said if verb == "AUTH" else super().answer(peer, verb, line)

    ids = due_mails(world.storage, 40, NOW)
    world.time = NOW
    world.tick()
    with running(Guarded()) as wild:
        login = dataclasses.replace(wild.server, user="ann", password="wrong")
        assert send(world.storage, world.sender, login, NOW, ids) == 0
    assert set(states(world.storage)) == {DeliveryState.QUEUED}
    assert {row.attempts for row in deliveries(world.storage)} == {0}
    current = held(world.storage)
    assert current is not None
    assert current.alarm is alarm
    answer = world.browser().get("/healthz")
    assert answer.status_code == (503 if alarm else 200)
    assert answer.json["sending"] == "held"
    assert said[:3] in answer.json["held_reason"]


def test_a_server_that_is_down_for_long_makes_the_service_unwell(world: World) -> None:
    ids = due_mails(world.storage, 2, NOW)
    with refusing() as down:
        for seconds in (0, 30, 90, 210, 450, 930):
            send(world.storage, world.sender, down, after(seconds), ids)
            world.time = after(seconds)
            world.tick()
            assert world.browser().get("/healthz").status_code == (503 if seconds > 900 else 200)
    ids = sweep(world.storage, after(1530))
    assert send(world.storage, world.sender, world.sink.server, after(1530), ids) == 2
    world.time = after(1530)
    world.tick()
    assert world.browser().get("/healthz").status_code == 200


def test_three_refusals_of_policy_in_a_row_hold_all_and_lose_nothing(world: World) -> None:
    ids = due_mails(world.storage, 10, NOW)
    for number in range(2, 10):
        world.sink.answers[f"p{number}@example.org"] = "550 5.7.1 Your network is blocked"
    assert send(world.storage, world.sender, world.sink.server, NOW, ids) == 2
    found = deliveries(world.storage)
    assert [row.state for row in found] == [DeliveryState.SENT] * 2 + [DeliveryState.QUEUED] * 8
    assert [row.attempts for row in found[2:]] == [1] * 3 + [0] * 5
    current = held(world.storage)
    assert current is not None
    assert current.alarm
    world.sink.answers.clear()
    moment = after(60)
    assert send(world.storage, world.sender, world.sink.server, moment, sweep(world.storage, moment)) == 8
    assert set(states(world.storage)) == {DeliveryState.SENT}

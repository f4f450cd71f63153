"""The sweep: Redis may lose every call, a worker may die; a row in the database is found again."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from service.actions import tick
from service.actions.deliver import LEASE
from service.actions.outbox import Outbox
from service.actions.receive import keep
from service.domain.arrival import Arrival, Route
from service.storage import queries
from service.storage.models import Delivery, DeliveryState, Inbound, InboundState
from service.storage.session import Storage
from tests.integration.crowd import DOMAIN, deliveries, due_mails, leased, sweep, together

NOW = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
FINAL = [state for state in DeliveryState if state not in queries.OPEN_STATES]


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def unread(storage: Storage, seconds: float) -> list[int]:
    return tick.sweep(storage, after(seconds), 1000)[1]


def test_a_lost_delivery_is_woken_once_a_minute_and_not_more(storage: Storage) -> None:
    ids = due_mails(storage, 3, NOW)
    woken = {seconds: sweep(storage, after(seconds)) for seconds in range(0, 200, 5)}
    assert [seconds for seconds, found in woken.items() if found] == [60, 120, 180]
    assert all(sorted(found) == ids for found in woken.values() if found)


def test_sweeps_at_the_same_time_wake_a_delivery_once(storage: Storage, database_url: str) -> None:
    ids = due_mails(storage, 40, NOW)
    found = together(database_url, 4, lambda own: sweep(own, after(60)))
    assert sorted(woken for own in found for woken in own) == ids


def test_the_rows_of_a_worker_that_died_are_woken_when_its_lease_is_over(storage: Storage) -> None:
    ids = due_mails(storage, 3, NOW)
    assert leased(storage, ids[:2], NOW) == ids[:2]
    assert sweep(storage, after(60)) == ids[2:]
    assert sweep(storage, NOW + LEASE - timedelta(seconds=1)) == ids[2:]
    assert sweep(storage, NOW + LEASE) == ids[:2]
    assert sweep(storage, NOW + LEASE + timedelta(seconds=30)) == []
    assert {row.state for row in deliveries(storage)} == {DeliveryState.QUEUED}


def test_a_living_worker_keeps_the_rows_that_it_holds(storage: Storage) -> None:
    ids = due_mails(storage, 2, NOW)
    leased(storage, ids, after(60))
    assert sweep(storage, NOW + LEASE) == []
    assert leased(storage, ids, NOW + LEASE) == []


@pytest.mark.parametrize("state", FINAL)
def test_a_row_that_is_settled_is_never_woken(storage: Storage, state: DeliveryState) -> None:
    due_mails(storage, 1, NOW)
    with storage.write() as session:
        session.execute(update(Delivery).values(state=state))
    assert sweep(storage, NOW + timedelta(days=1)) == []


def test_a_sweep_takes_those_who_wait_longest_and_leaves_the_rest_to_the_next(storage: Storage) -> None:
    ids = due_mails(storage, 5, NOW)
    with storage.write() as session:
        for number, delivery in enumerate(reversed(ids)):
            due = after(60 + number)
            session.execute(update(Delivery).where(Delivery.id == delivery).values(lease_until=due))
    assert set(tick.sweep(storage, after(120), 3)[0]) == set(ids[2:])
    assert set(tick.sweep(storage, after(120), 3)[0]) == set(ids[:2])


def arrival(to: str, raw: bytes) -> Arrival:
    return Arrival(Route.SMTP, "ann@example.org", to, raw)


def kept(storage: Storage) -> int:
    with storage.write() as session:
        found = keep(Outbox(session, NOW, DOMAIN), arrival(f"reply-x@{DOMAIN}", b"done"))
    assert found is not None
    return found


def test_a_reply_that_nobody_read_is_woken_once_a_minute_and_not_more_until_somebody_did(
    storage: Storage,
) -> None:
    message = kept(storage)
    woken = {seconds: unread(storage, seconds) for seconds in range(0, 200, 5)}
    assert [seconds for seconds, found in woken.items() if found] == [60, 120, 180]
    assert all(found in ([], [message]) for found in woken.values())
    with storage.write() as session:
        session.execute(update(Inbound).values(state=InboundState.DONE))
    assert unread(storage, 300) == []


def test_every_sweep_says_that_the_tick_is_alive(storage: Storage) -> None:
    for seconds in (0, 5):
        sweep(storage, after(seconds))
        with storage.read() as session:
            assert queries.last_beat(session, "tick") == after(seconds)


def test_workers_that_are_busy_with_others_are_not_woken_but_replies_are(storage: Storage) -> None:
    ids = due_mails(storage, 2, NOW)
    with storage.write() as session:
        keep(Outbox(session, NOW, DOMAIN), arrival(f"reply@{DOMAIN}", b"Subject: Hi\r\n\r\ndone\r\n"))
    later = NOW + timedelta(minutes=2)
    lost, unread = tick.sweep(storage, later, 10, busy=True)
    assert (lost, len(unread)) == ([], 1)
    assert tick.sweep(storage, later, 10) == (ids, [])

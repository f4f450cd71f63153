"""Many people at once for tests of the tick and the outbox, and what happens to them at the same time."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

from sqlalchemy import select

from service.actions import tick
from service.actions.deliver import LEASE, Post, deliver
from service.actions.outbox import Outbox
from service.domain.schedule import EVERY_DAY, local_day, next_due, weekdays_to_mask
from service.mail.compose import Sender
from service.mail.smtp import SmtpTransport
from service.setting_values import SmtpServer
from service.storage.asked import over, rows
from service.storage.leases import lease
from service.storage.models import Delivery, DeliveryState, Goal, GoalState, Person
from service.storage.session import Storage

T = TypeVar("T")
DOMAIN = "kaizen.example.org"


def crowd(
    storage: Storage,
    size: int,
    now: datetime,
    *,
    send_at: time = time(8),
    zone: str = "UTC",
    weekdays: frozenset[int] = EVERY_DAY,
) -> list[int]:
    """Let that many people begin a goal at `now`, as if each had confirmed it; return the goals' ids."""
    with storage.write() as session:
        goals = []
        for number in range(size):
            person = Person(email=f"p{number}@example.org", zone=zone, created_at=now, confirmed_at=now)
            goals.append(
                Goal(
                    person=person,
                    title="Write a book",
                    step="Write 1 sentence",
                    send_at=send_at,
                    weekdays=weekdays_to_mask(weekdays),
                    state=GoalState.ACTIVE,
                    created_at=now,
                    starts_on=local_day(now, zone),
                    next_due_at=next_due(now, send_at, zone, weekdays),
                    zone=zone,
                )
            )
        session.add_all(goals)
        session.flush()
        return [goal.id for goal in goals]


def claim(storage: Storage, now: datetime, limit: int = tick.BATCH) -> tuple[int, list[int]]:
    """Claim one batch in a transaction of its own; return how many goals it was, and what is to be woken."""
    with storage.write() as session:
        outbox = Outbox(session, now, DOMAIN)
        return tick.claim(outbox, limit), outbox.woken


def claim_all(storage: Storage, now: datetime, limit: int = tick.BATCH) -> tuple[int, list[int]]:
    """Claim batch after batch until nothing is due, as a tick does."""
    goals, woken = claim(storage, now, limit)
    batch = goals
    while batch:
        batch, ids = claim(storage, now, limit)
        goals, woken = goals + batch, woken + ids
    return goals, woken


def due_mails(storage: Storage, size: int, now: datetime) -> list[int]:
    """Let a crowd's first mails fall due at `now`; return the ids of the waiting deliveries."""
    crowd(storage, size, now - timedelta(days=1), send_at=now.time())
    goals, woken = claim_all(storage, now)
    assert goals == size
    return woken


def send(storage: Storage, sender: Sender, server: SmtpServer, now: datetime, ids: list[int]) -> int:
    """Deliver like one worker's job."""
    with SmtpTransport(server) as transport:
        return deliver(Post(storage, sender, transport, lambda: now), ids)


def sweep(storage: Storage, now: datetime) -> list[int]:
    """Return the deliveries that a sweep wakes."""
    return tick.sweep(storage, now, 1000)[0]


def leased(storage: Storage, ids: list[int], now: datetime) -> list[int]:
    """Lease deliveries as a worker does, and return those that were free."""
    with storage.write() as session:
        return sorted(row[0] for row in rows(lease(over(session), ids, now, now + LEASE)))


def deliveries(storage: Storage, **where: Any) -> list[Delivery]:
    with storage.read() as session:
        return list(session.scalars(select(Delivery).filter_by(**where).order_by(Delivery.id)))


def states(storage: Storage) -> list[DeliveryState]:
    """Return the states of all deliveries, in order of their ids."""
    return [DeliveryState(row.state) for row in deliveries(storage)]


def mailed_days(storage: Storage) -> list[date]:
    """Return the days that have a mail, in the order in which they got it."""
    return [row.day for row in deliveries(storage)]


def together(url: str, count: int, run: Callable[[Storage], T]) -> list[T]:
    """Run the same at once in threads, each on a storage of its own as processes are; return the results."""
    barrier, results, errors = threading.Barrier(count), [], []

    def each() -> None:
        with opened(url) as storage:
            try:
                barrier.wait(5)
                results.append(run(storage))
            except Exception as error:
                errors.append(error)

    threads = [threading.Thread(target=each) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not errors, errors
    return results


@contextmanager
def opened(url: str) -> Iterator[Storage]:
    storage = Storage(url)
    yield storage
    storage.close()

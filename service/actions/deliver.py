"""Deliver: lease outbox rows, look once more whether each is still wanted, send it, and mark it."""

import logging
import random
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from jinja2 import TemplateError
from sqlalchemy import SQLColumnExpression, update

from service.actions.letters import letter
from service.domain.chain import Ledger, Mark, mark_of
from service.domain.schedule import local_day
from service.mail.compose import Sender, compose
from service.mail.kinds import ANSWER, DAILY, KINDS
from service.mail.transport import Deferred, Refused, Transport, Unreachable
from service.storage import queries
from service.storage.models import Delivery, DeliveryState, GoalState, Pause, PausedBy
from service.storage.session import Storage

log = logging.getLogger(__name__)

CHUNK = 50  # rows read together
FRESH = timedelta(seconds=1)  # a person may pause or leave while a slow server takes the rows before theirs
LEASE = timedelta(minutes=10)
FIRST_RETRY = timedelta(seconds=30)
LAST_RETRY = timedelta(minutes=30)
MOST_CRASHES = 3
# What a row of an older or newer release, or a broken template, may raise; never RQ's own timeout.
_POISON = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError, TemplateError)


@dataclass(frozen=True, slots=True)
class Post:
    """What sending needs besides the rows."""

    storage: Storage
    sender: Sender
    transport: Transport
    now: Callable[[], datetime]
    stopping: Callable[[], bool] = lambda: False


class _Stopping(Exception):  # noqa: N818
    """The worker was asked to end: what is left goes back into the outbox at once."""


def deliver(post: Post, ids: Iterable[int]) -> int:
    """Send those of the deliveries that are free and still wanted; return how many went out.

    Killed between sending and marking, the one mail in hand goes out again with the same Message-ID.
    """
    now = post.now()
    with post.storage.write() as session:
        taken = queries.lease(session, ids, now, now + LEASE)
    sent = 0
    try:
        for row, ledger in _rows(post, taken):
            sent += _send_one(post, row, ledger)
    except Unreachable as error:
        log.warning("no mail server: %s; trying again later", error.brief)
        _release(post, taken, FIRST_RETRY, str(error))
    except _Stopping:
        _release(post, taken, timedelta(0))
    return sent


def verdict(delivery: Delivery, ledger: Ledger, now: datetime) -> DeliveryState | None:
    """Return why a delivery must not go out any more, or None where it is still wanted."""
    goal, kind = delivery.goal, KINDS[delivery.kind]
    left = goal.person.left_at is not None
    if kind.lives is not None and now - delivery.created_at > kind.lives:
        return DeliveryState.DROPPED
    if kind is ANSWER:
        return DeliveryState.UNWANTED if left and delivery.payload["answer"] != "left" else None
    if kind is not DAILY:
        return None if goal.state == GoalState.PENDING else DeliveryState.UNWANTED
    if left or goal.state != GoalState.ACTIVE:
        return DeliveryState.UNWANTED
    mark = mark_of(delivery.day, delivery.day, ledger)
    if mark in (Mark.DONE, Mark.SKIPPED, Mark.PAUSED):
        return DeliveryState.UNWANTED
    return DeliveryState.DROPPED if local_day(now, goal.person.zone) > delivery.day else None


def _rows(post: Post, ids: list[int]) -> Iterator[tuple[Delivery, Ledger]]:
    """Yield the deliveries with their ledgers, read a chunk at a time and again where a chunk grows stale."""
    left = deque(ids)
    while left:
        with post.storage.read() as session:
            rows = queries.deliveries(session, [left.popleft() for _ in range(min(CHUNK, len(left)))])
            ledgers = queries.ledgers(session, [row.goal for row in rows])
        read_at = post.now()
        for index, row in enumerate(rows):
            if post.now() - read_at > FRESH:
                left.extendleft(stale.id for stale in reversed(rows[index:]))
                break
            yield row, ledgers[row.goal_id]


def _send_one(post: Post, row: Delivery, ledger: Ledger) -> bool:
    if post.stopping():
        raise _Stopping
    now = post.now()
    try:
        ready = verdict(row, ledger, now) or compose(letter(row, ledger, post.sender, now), post.sender, now)
    except _POISON as error:
        _set_aside(post, row, now, error)
        return False
    if isinstance(ready, DeliveryState):
        _mark(post, row, ready, now)
        return False
    try:
        post.transport.send(ready)
    except Refused as error:
        _mark(post, row, DeliveryState.FAILED, now, str(error))
        return False
    except Deferred as error:
        _retry(post, row, str(error))
        return False
    _mark(post, row, DeliveryState.SENT, post.now())
    return True


def _set_aside(post: Post, row: Delivery, now: datetime, error: Exception) -> None:
    """Try a row that can't be composed again later, and park it after the third time; the batch goes on."""
    # What was raised may repeat what a person wrote: the row keeps it, the log does not.
    log.error("delivery %d can't be composed: %s", row.id, type(error).__name__)
    if row.attempts >= MOST_CRASHES:
        _mark(post, row, DeliveryState.PARKED, now, repr(error))
    else:
        _retry(post, row, repr(error))


def _mark(post: Post, row: Delivery, state: DeliveryState, now: datetime, error: str = "") -> None:
    """Write down for good what became of a row; a day whose mail came too late becomes neutral."""
    sent_at = now if state is DeliveryState.SENT else None
    with post.storage.write() as session:
        changed = session.execute(
            update(Delivery)
            .where(Delivery.id == row.id, Delivery.state.in_(queries.OPEN_STATES))
            .values(state=state, sent_at=sent_at, error=error[:500])
            .returning(Delivery.id)
        ).all()
        if changed and state is DeliveryState.DROPPED and row.kind == DAILY.name:
            session.add(Pause(goal_id=row.goal_id, first_day=row.day, last_day=row.day, by=PausedBy.US))


def _retry(post: Post, row: Delivery, error: str) -> None:
    """Queue a mail that was put off again, after an exponential back-off."""
    wait = min(FIRST_RETRY * 2 ** min(max(row.attempts - 1, 0), 10), LAST_RETRY)
    _queue_again(post, [row.id], wait, error, Delivery.attempts)


def _release(post: Post, ids: list[int], wait: timedelta, error: str = "") -> None:
    """Queue the mails that we still hold again, for a reason that is not theirs: it is no attempt."""
    _queue_again(post, ids, wait, error, Delivery.attempts - 1)


def _queue_again(
    post: Post, ids: list[int], wait: timedelta, error: str, attempts: SQLColumnExpression[int]
) -> None:
    """Give up leases; the jitter keeps a server that comes back from being stormed."""
    until = post.now() + wait * random.uniform(0.8, 1.2)  # noqa: S311
    with post.storage.write() as session:
        session.execute(
            update(Delivery)
            .where(Delivery.id.in_(ids), Delivery.state == DeliveryState.SENDING)
            .values(state=DeliveryState.QUEUED, lease_until=until, error=error[:500], attempts=attempts)
        )

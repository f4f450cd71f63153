"""Deliver: lease outbox rows, look once more whether each is still wanted, send it, and mark it."""

import logging
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update

from service.actions.letters import letter
from service.domain.chain import Ledger, Mark, mark_of
from service.domain.schedule import local_day
from service.mail.compose import Envelope, Sender, compose
from service.mail.kinds import ANSWER, DAILY, KINDS
from service.mail.transport import Deferred, Refused, Transport, Unreachable
from service.storage import queries
from service.storage.models import Delivery, DeliveryState, GoalState, Pause, PausedBy
from service.storage.session import Storage

log = logging.getLogger(__name__)

CHUNK = 50  # rows looked at together: small, so that what is wanted is known shortly before sending
LEASE = timedelta(minutes=10)
FIRST_RETRY = timedelta(seconds=30)
LAST_RETRY = timedelta(minutes=30)
MOST_CRASHES = 3


@dataclass(frozen=True, slots=True)
class Post:
    """What sending needs besides the rows."""

    storage: Storage
    sender: Sender
    transport: Transport
    now: Callable[[], datetime]


def deliver(post: Post, ids: Iterable[int]) -> int:
    """Send those of the deliveries that are free and still wanted; return how many went out.

    Killed between sending and marking, the one mail in hand goes out again with the same Message-ID.
    """
    now = post.now()
    with post.storage.write() as session:
        taken = queries.lease(session, ids, now, now + LEASE)
    sent = 0
    for start in range(0, len(taken), CHUNK):
        chunk = taken[start : start + CHUNK]
        try:
            sent += _send_chunk(post, chunk)
        except Unreachable as error:
            log.warning("no mail server: %s; trying again later", error)
            _put_back(post, taken[start:], str(error))
            break
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


def _send_chunk(post: Post, ids: list[int]) -> int:
    with post.storage.read() as session:
        rows = queries.deliveries(session, ids)
        ledgers = queries.ledgers(session, [row.goal for row in rows])
    return sum(_send_one(post, row, ledgers[row.goal_id]) for row in rows)


def _send_one(post: Post, row: Delivery, ledger: Ledger) -> bool:
    now = post.now()
    against = verdict(row, ledger, now)
    if against is not None:
        _mark(post, row, against, now)
        return False
    envelope = _composed(post, row, ledger, now)
    if envelope is None:
        return False
    try:
        post.transport.send(envelope)
    except Refused as error:
        _mark(post, row, DeliveryState.FAILED, now, str(error))
        return False
    except Deferred as error:
        _put_back(post, [row.id], str(error), row.attempts)
        return False
    _mark(post, row, DeliveryState.SENT, post.now())
    return True


def _composed(post: Post, row: Delivery, ledger: Ledger, now: datetime) -> Envelope | None:
    """Compose a row; one that can't be composed is tried again and then parked, and the batch goes on."""
    try:
        return compose(letter(row, ledger, post.sender, now), post.sender, now)
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError) as error:
        log.exception("delivery %s can't be composed", row.id)
        if row.attempts >= MOST_CRASHES:
            _mark(post, row, DeliveryState.PARKED, now, repr(error))
        else:
            _put_back(post, [row.id], repr(error), row.attempts)
        return None


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


def _put_back(post: Post, ids: list[int], error: str, attempts: int = 1) -> None:
    """Queue rows again after a back-off with jitter, so that a server that comes back is not stormed."""
    wait = min(FIRST_RETRY * 2 ** (attempts - 1), LAST_RETRY) * random.uniform(0.8, 1.2)  # noqa: S311
    with post.storage.write() as session:
        session.execute(
            update(Delivery)
            .where(Delivery.id.in_(ids), Delivery.state == DeliveryState.SENDING)
            .values(state=DeliveryState.QUEUED, lease_until=post.now() + wait, error=error[:500])
        )

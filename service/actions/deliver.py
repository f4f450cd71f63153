"""Deliver: lease outbox rows, look once more whether each is still wanted, send it, and mark it."""

import logging
import random
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from jinja2 import TemplateError
from sqlalchemy import SQLColumnExpression, update

from service.actions.gather import gather
from service.actions.letters import letter
from service.actions.sections import Section
from service.actions.wanted import verdict
from service.mail.compose import Sender, compose
from service.mail.kinds import KINDS, STEP_KINDS
from service.mail.transport import Deferred, Refused, Transport, Unreachable
from service.storage import queries
from service.storage.models import Delivery, DeliveryState, Pause, PausedBy
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
        for sections in _mails(post, taken):
            sent += _send_one(post, sections)
    except Unreachable as error:
        log.warning("no mail server: %s; trying again later", error.brief)
        _release(post, taken, FIRST_RETRY, str(error))
    except _Stopping:
        _release(post, taken, timedelta(0))
    return sent


def _mails(post: Post, ids: list[int]) -> Iterator[list[Section]]:
    """Yield the sections of each mail, read a chunk at a time and again where a chunk grows stale."""
    left = deque(ids)
    while left:
        with post.storage.read() as session:
            mails = gather(session, [left.popleft() for _ in range(min(CHUNK, len(left)))])
        read_at = post.now()
        for index, mail in enumerate(mails):
            if post.now() - read_at > FRESH:
                left.extendleft(stale[0].delivery.id for stale in reversed(mails[index:]))
                break
            yield mail


def _send_one(post: Post, sections: list[Section]) -> bool:
    if post.stopping():
        raise _Stopping
    now, lead = post.now(), sections[0].delivery
    try:
        verdicts = [verdict(section.delivery, section.record.ledger, now) for section in sections]
        wanted = [section for section, said in zip(sections, verdicts, strict=True) if said is None]
        envelope = compose(letter(wanted, post.sender, now, lead), post.sender, now) if wanted else None
    except _POISON as error:
        _set_aside(post, sections, now, error)
        return False
    fates = dict(zip((section.delivery.id for section in sections), verdicts, strict=True))
    if envelope is not None:
        try:
            post.transport.send(envelope)
        except Refused as error:
            _mark(post, sections, fates, DeliveryState.FAILED, now, error=str(error))
            return False
        except Deferred as error:
            _retry(post, lead, str(error))
            return False
    _mark(post, sections, fates, DeliveryState.SENT, post.now())
    return envelope is not None


def _set_aside(post: Post, sections: list[Section], now: datetime, error: Exception) -> None:
    """Try a row that can't be composed again later, and park it after the third time; the batch goes on."""
    # What was raised may repeat what a person wrote: the row keeps it, the log does not.
    row = sections[0].delivery
    log.error("delivery %d can't be composed: %s", row.id, type(error).__name__)
    if row.attempts >= MOST_CRASHES:
        _mark(post, sections, {}, DeliveryState.PARKED, now, error=repr(error))
    else:
        _retry(post, row, repr(error))


def _mark(
    post: Post,
    sections: list[Section],
    fates: Mapping[int, DeliveryState | None],
    otherwise: DeliveryState,
    now: datetime,
    *,
    error: str = "",
) -> None:
    """Write down for good what became of a mail and its sections: their own fate, or `otherwise` the mail's.

    A day whose mail came too late becomes neutral.
    """
    with post.storage.write() as session:
        for section in sections:
            row = section.delivery
            state = fates.get(row.id) or otherwise
            changed = session.execute(
                update(Delivery)
                .where(
                    Delivery.id == row.id, Delivery.state.in_((*queries.OPEN_STATES, DeliveryState.JOINED))
                )
                .values(state=state, sent_at=now if state is DeliveryState.SENT else None, error=error[:500])
                .returning(Delivery.id)
            ).all()
            if changed and state is DeliveryState.DROPPED and KINDS[row.kind] in STEP_KINDS:
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

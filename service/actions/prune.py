"""Prune: what has served its time goes, a bounded batch at a time, so that nobody waits for it."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from sqlalchemy import Delete, Update, delete, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from service.storage.models import Delivery, DeliveryState, Inbound, InboundState, Stranger
from service.storage.session import Storage

# Reply addresses live for 60 days, links for less, and an answer may look its mail up. A copy of a received
# message that comes after this would count a second time.
KEEP = timedelta(days=90)
# The words of a message that was read go long before its row, which makes a copy count once.
KEEP_WORDS = timedelta(days=14)
KEEP_QUARANTINED = timedelta(days=60)
KEEP_STRANGERS = timedelta(days=30)
BATCH = 1000  # rows a transaction: about 20 ms
MOST = 100  # batches a run: 2.4 million rows a day where it runs hourly

_OPEN = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.JOINED)


def prune(storage: Storage, now: datetime) -> tuple[int, int]:
    """Delete settled deliveries and messages older than KEEP; return how many of each went.

    The words of messages and what is known of strangers go sooner. What is left over goes with the next run.
    Two runs at the same time are harmless.
    """
    _again(storage, lambda session: _forget_words(session, InboundState.DONE, now))
    _again(storage, lambda session: _forget_words(session, InboundState.IGNORED, now))
    _again(storage, lambda session: _drop_quarantined(session, now))
    _again(storage, lambda session: _drop_strangers(session, now))
    before = now - KEEP
    return (
        _prune(storage, Delivery, Delivery.created_at, _OPEN, before),
        _prune(storage, Inbound, Inbound.received_at, (InboundState.NEW,), before),
    )


def _again(storage: Storage, batch: Callable[[Session], int]) -> None:
    for _ in range(MOST):
        with storage.write() as session:
            if batch(session) < BATCH:
                return


def _forget_words(session: Session, state: InboundState, now: datetime) -> int:
    """Empty messages that were read, and move their lease behind their end, so that none is met again.

    A lease ends a minute after a message came, or later, and nobody looks at it once the message was read;
    its index leads to the oldest.
    """
    empty = update(Inbound).values(raw=b"", mail_from="", lease_until=now + KEEP)
    return _oldest(session, empty, state, now - KEEP_WORDS)


def _drop_quarantined(session: Session, now: datetime) -> int:
    return _oldest(session, delete(Inbound), InboundState.QUARANTINED, now - KEEP_QUARANTINED)


def _oldest(session: Session, act: Update | Delete, state: InboundState, before: datetime) -> int:
    """Do something to a batch of the messages in a state whose lease ended longest ago; return how many."""
    old = select(Inbound.id).where(Inbound.state == state, Inbound.lease_until < before)
    batch = old.order_by(Inbound.lease_until).limit(BATCH).scalar_subquery()
    done = act.where(Inbound.id.in_(batch)).returning(Inbound.id)
    return len(session.execute(done.execution_options(synchronize_session=False)).all())


def _drop_strangers(session: Session, now: datetime) -> int:
    old = select(Stranger.digest).where(Stranger.answered_on < (now - KEEP_STRANGERS).date()).limit(BATCH)
    gone = delete(Stranger).where(Stranger.digest.in_(old.scalar_subquery())).returning(Stranger.digest)
    return len(session.execute(gone.execution_options(synchronize_session=False)).all())


def _prune(
    storage: Storage,
    model: type[Any],
    at: InstrumentedAttribute[datetime],
    unsettled: Iterable[str],
    before: datetime,
) -> int:
    """Walk up by id, which grows with a row's time and so needs no index on it, to the first young row."""
    gone, last = 0, 0
    old_settled = at < before, model.state.not_in(list(unsettled))
    for _ in range(MOST):
        with storage.write() as session:
            page = select(model.id, at).where(model.id > last).order_by(model.id).limit(BATCH)
            old = [row.id for row in takewhile(lambda row: row[1] < before, session.execute(page).all())]
            if not old:
                break
            span = delete(model).where(model.id > last, model.id <= old[-1], *old_settled)
            gone += len(session.execute(span.returning(model.id)).all())
        last = old[-1]
    return gone

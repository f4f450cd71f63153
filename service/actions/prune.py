"""Prune: what has served its time goes, a bounded batch at a time, so that nobody waits for it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import InstrumentedAttribute

from service.storage.models import Delivery, DeliveryState, Inbound, InboundState
from service.storage.session import Storage

# Reply addresses live for 60 days, links for less, and an answer may look its mail up. A copy of a received
# message that comes after this would count a second time; until then its row keeps people's own words.
KEEP = timedelta(days=90)
BATCH = 1000  # rows a transaction: about 20 ms
MOST = 100  # batches a run: 2.4 million rows a day where it runs hourly

_OPEN = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.JOINED)


def prune(storage: Storage, now: datetime) -> tuple[int, int]:
    """Delete settled deliveries and messages older than KEEP; return how many of each went.

    What is left over goes with the next run. Two runs at the same time are harmless.
    """
    before = now - KEEP
    return (
        _prune(storage, Delivery, Delivery.created_at, _OPEN, before),
        _prune(storage, Inbound, Inbound.received_at, (InboundState.NEW,), before),
    )


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

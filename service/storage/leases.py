"""Lease deliveries: a worker sends only what it holds, and what it holds no other worker sends."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Table, and_, bindparam, or_, update

from service.storage.among import Among, Numbers, looked_at
from service.storage.asked import Answer, Ask
from service.storage.models import Delivery, DeliveryState
from service.storage.underway import Question

_OUTBOX: Table = Delivery.__table__  # type: ignore[assignment]
_STATE = looked_at(_OUTBOX.c.state)
_OVER = and_(_STATE == DeliveryState.SENDING, _OUTBOX.c.lease_until <= bindparam("now"))
LEASE = Question(
    "kaizen_lease",
    update(_OUTBOX)
    .where(Among(_OUTBOX.c.id, bindparam("ids", type_=Numbers)), or_(_STATE == DeliveryState.QUEUED, _OVER))
    .values(state=DeliveryState.SENDING, lease_until=bindparam("until"), attempts=_OUTBOX.c.attempts + 1)
    .returning(_OUTBOX.c.id),
)


def lease(ask: Ask, ids: Sequence[int], now: datetime, until: datetime) -> Answer:
    """Take those of the deliveries that nobody holds; the answer is the id of each, in any order."""
    return ask(LEASE, {"ids": ids, "now": now, "until": until})

"""The outbox: what a flow decides to send, written in the same transaction as what it changes."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from service.mail.kinds import Kind
from service.storage import queries
from service.storage.models import Delivery, DeliveryState, Goal

# A row that was just put in is left to the queue that is about to be woken; after this the sweep takes it up.
WOKEN_FOR = timedelta(seconds=60)


@dataclass(slots=True)
class Outbox:
    """One transaction of a flow: its session, its moment, and the deliveries to wake after the commit."""

    session: Session
    now: datetime
    domain: str
    woken: list[int] = field(default_factory=list)

    def put(
        self,
        goal: Goal,
        day: date,
        kind: Kind,
        *,
        ref: str = "",
        payload: dict[str, Any] | None = None,
        lead_id: int | None = None,
    ) -> int | None:
        """Put one delivery in and return its id; the same goal, day, kind and ref again do nothing (None).

        One with a lead goes out as a section of the lead's mail.
        """
        row = (
            queries.insert(self.session, Delivery)
            .values(
                goal_id=goal.id,
                day=day,
                kind=kind.name,
                ref=ref,
                message_id=f"<{uuid4().hex}.{kind.name}@{self.domain}>",
                payload=payload or {},
                state=DeliveryState.QUEUED if lead_id is None else DeliveryState.JOINED,
                lead_id=lead_id,
                lease_until=self.now + WOKEN_FOR,
                attempts=0,
                created_at=self.now,
                error="",
            )
            .on_conflict_do_nothing(index_elements=["goal_id", "day", "kind", "ref"])
            .returning(Delivery.id)
        )
        delivery_id: int | None = self.session.scalar(row)
        if delivery_id is not None and lead_id is None:
            self.woken.append(delivery_id)
        return delivery_id

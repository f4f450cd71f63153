"""The outbox: what a flow decides to send, written in the same transaction as what it changes."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from secrets import token_hex
from typing import Any

from sqlalchemy.orm import Session

from service.mail.hello import Note
from service.mail.kinds import Kind
from service.storage import queries
from service.storage.models import Delivery, DeliveryState, Goal

# A row that was just put in is left to the queue that is about to be woken; after this the sweep takes it up.
WOKEN_FOR = timedelta(seconds=60)


@dataclass(slots=True)
class Outbox:
    """One transaction of a flow: its session, its moment, and the deliveries to wake after the commit.

    `notes` go to people without a goal: handed over once after the commit, and never again.
    """

    session: Session
    now: datetime
    domain: str
    woken: list[int] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def message_ids(self, kind: Kind, count: int) -> list[str]:
        """Return new Message-IDs that nobody can guess: 128 random bits each.

        They begin with the time, so that the index of a million of them is written at its end only.
        """
        begin, end = f"<{int(self.now.timestamp()):08x}", f".{kind.name}@{self.domain}>"
        random = token_hex(16 * count)
        return [f"{begin}{random[at : at + 32]}{end}" for at in range(0, 32 * count, 32)]

    def put(
        self,
        goal: Goal,
        day: date,
        kind: Kind,
        *,
        ref: str = "",
        payload: dict[str, Any] | None = None,
    ) -> int | None:
        """Put one delivery in and return its id; the same goal, day, kind and ref again do nothing (None)."""
        row = (
            queries.insert(self.session, Delivery)
            .values(
                goal_id=goal.id,
                day=day,
                kind=kind.name,
                ref=ref,
                message_id=self.message_ids(kind, 1)[0],
                payload=payload or {},
                state=DeliveryState.QUEUED,
                lease_until=self.now + WOKEN_FOR,
                attempts=0,
                created_at=self.now,
                error="",
            )
            .on_conflict_do_nothing(index_elements=["goal_id", "day", "kind", "ref"])
            .returning(Delivery.id)
        )
        delivery_id: int | None = self.session.scalar(row)
        if delivery_id is not None:
            self.woken.append(delivery_id)
        return delivery_id

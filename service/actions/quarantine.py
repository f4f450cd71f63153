"""What an operator does about received messages: look at them, let them be read again, or let them go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update

from service.actions.outbox import WOKEN_FOR, Outbox
from service.storage.models import Inbound, InboundState


@dataclass(frozen=True, slots=True)
class Message:
    """A received message without its words."""

    id: int
    state: str
    reason: str
    received_at: datetime
    route: str
    mail_from: str
    rcpt_to: str
    dmarc: str
    attempts: int
    size: int  # bytes; 0 where its words have gone already


_SHOWN = (
    *(Inbound.id, Inbound.state, Inbound.reason, Inbound.received_at, Inbound.route),
    *(Inbound.mail_from, Inbound.rcpt_to, Inbound.dmarc, Inbound.attempts, func.length(Inbound.raw)),
)


def listed(outbox: Outbox, state: InboundState | None, limit: int) -> list[Message]:
    """Return the newest messages, newest first; of one state, or of all."""
    query = select(*_SHOWN).order_by(Inbound.id.desc()).limit(limit)
    if state is not None:
        query = query.where(Inbound.state == state)
    return [Message(*row) for row in outbox.session.execute(query)]


def shown(outbox: Outbox, inbound_id: int) -> tuple[Message, bytes] | None:
    """Return a message and its bytes; None where there is none of that id."""
    row = outbox.session.execute(select(*_SHOWN, Inbound.raw).where(Inbound.id == inbound_id)).one_or_none()
    return (Message(*row[:-1]), row[-1]) if row is not None else None


def retry(outbox: Outbox, ids: Sequence[int] | None) -> list[int]:
    """Let quarantined messages be read again, all of them for None; return which, to be woken.

    Never one that was read: it would count twice.
    """
    again = (
        update(Inbound)
        .where(Inbound.state == InboundState.QUARANTINED)
        .values(state=InboundState.NEW, reason="", attempts=0, lease_until=outbox.now + WOKEN_FOR)
        .returning(Inbound.id)
    )
    if ids is not None:
        again = again.where(Inbound.id.in_(ids))
    return sorted(outbox.session.scalars(again.execution_options(synchronize_session=False)))


def drop(outbox: Outbox, inbound_id: int) -> bool:
    """Delete a quarantined message; False where there is none of that id."""
    gone = delete(Inbound).where(Inbound.id == inbound_id, Inbound.state == InboundState.QUARANTINED)
    return bool(outbox.session.execute(gone.returning(Inbound.id)).all())

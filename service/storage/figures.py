"""Figures about what waits, for those who watch the service; each is read from an index alone."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.storage.models import Delivery, Goal, Inbound, InboundState
from service.storage.queries import OPEN_STATES


def due_goals(session: Session, now: datetime) -> int:
    """Return how many goals are due and not yet claimed."""
    return session.scalar(select(func.count(Goal.next_due_at)).where(Goal.next_due_at <= now)) or 0


def waiting_mails(session: Session) -> dict[str, int]:
    """Return how many deliveries are queued and how many are being sent."""
    query = select(Delivery.state, func.count()).where(Delivery.state.in_(OPEN_STATES))
    found = dict(session.execute(query.group_by(Delivery.state)).all())
    return {state.value: found.get(state, 0) for state in OPEN_STATES}


def received_messages(session: Session) -> dict[str, int]:
    """Return how many received messages wait to be read, and how many an operator should look at."""
    shown = (InboundState.NEW, InboundState.QUARANTINED)
    query = select(Inbound.state, func.count()).where(Inbound.state.in_(shown)).group_by(Inbound.state)
    found = dict(session.execute(query).all())
    return {state.value: found.get(state, 0) for state in shown}

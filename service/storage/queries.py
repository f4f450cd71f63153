"""What the flows ask of the database. Every function leaves the transaction to its caller."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, and_, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from service.storage.among import Among, looked_at
from service.storage.models import (
    Delivery,
    DeliveryState,
    Goal,
    GoalState,
    Heartbeat,
    Inbound,
    InboundState,
    Person,
)

OPEN_STATES = (DeliveryState.QUEUED, DeliveryState.SENDING)
Upsert = postgresql.Insert | sqlite.Insert


def insert(session: Session, model: type[Any]) -> Upsert:
    """Return an INSERT for the session's database, with its ON CONFLICT."""
    table: Table = model.__table__
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def person_by_email(session: Session, email: str, for_update: bool = False) -> Person | None:
    """Return the person with that normalised address; `for_update` holds them until the commit."""
    query = select(Person).where(Person.email == email)
    return session.scalar(query.with_for_update(key_share=True) if for_update else query)


def person(session: Session, person_id: int, for_update: bool = False) -> Person | None:
    """Return a person; `for_update` holds them until the commit."""
    query = select(Person).where(Person.id == person_id)
    return session.scalar(query.with_for_update(key_share=True) if for_update else query)


def goal(session: Session, goal_id: int, for_update: bool = False) -> Goal | None:
    """Return a goal with its person; `for_update` holds the goal against other writers until the commit."""
    query = select(Goal).where(Goal.id == goal_id)
    return session.scalar(query.with_for_update(of=Goal) if for_update else query)


def pending_goal(session: Session, person: Person) -> Goal | None:
    """Return the goal that a person has not confirmed yet; there is at most one."""
    return session.scalar(
        select(Goal).where(Goal.person_id == person.id, Goal.state == GoalState.PENDING).limit(1)
    )


def last_asked(session: Session, person: Person, kinds: Iterable[str]) -> datetime | None:
    """Return when a mail of one of these kinds was last put into the outbox for a person."""
    query = select(func.max(Delivery.created_at)).join(Goal, Goal.id == Delivery.goal_id)
    return session.scalar(query.where(Goal.person_id == person.id, Delivery.kind.in_(list(kinds))))


def put_off(session: Session, ids: Iterable[int], until: datetime) -> None:
    """Leave those of the deliveries that nobody holds to the queue, or to a sweep after a moment."""
    session.execute(
        update(Delivery)
        .where(Among(Delivery.id, ids), looked_at(Delivery.state) == DeliveryState.QUEUED)
        .values(lease_until=until)
        .execution_options(synchronize_session=False)
    )


def goals_of_mail(session: Session, goal_id: int, day: date, kinds: Iterable[str]) -> list[int]:
    """Return the ids of the goals whose steps came in one mail with a goal's, in their order there."""
    own = select(Delivery).where(Delivery.goal_id == goal_id, Delivery.day == day, Delivery.kind.in_(kinds))
    row = session.scalar(own.order_by(Delivery.id.desc()).limit(1))
    if row is None:
        return [goal_id]
    lead_id = row.lead_id or row.id
    group = select(Delivery.goal_id).where(
        or_(Delivery.id == lead_id, Delivery.lead_id == lead_id), Delivery.state == DeliveryState.SENT
    )
    return list(session.scalars(group.order_by(Delivery.id)))


def about_one(session: Session, message_id: str) -> bool:
    """Tell whether a mail of ours is an answer about one goal, whatever else came in the mail before it."""
    row = session.scalar(select(Delivery).where(Delivery.message_id == message_id)) if message_id else None
    return row is not None and row.kind == "answer" and len(row.payload.get("args", {}).get("steps", ())) == 1


def wake_lost(session: Session, now: datetime, until: datetime, limit: int) -> list[int]:
    """Return open deliveries that no queue or worker holds any more, and queue them `until` then."""
    lost = select(Delivery.id).where(Delivery.state.in_(OPEN_STATES), Delivery.lease_until <= now)
    lost = lost.order_by(Delivery.lease_until).limit(limit).with_for_update(skip_locked=True)
    ids = [*session.scalars(lost), *_left_behind(session, limit)]
    session.execute(
        update(Delivery)
        .where(Among(Delivery.id, ids))
        .values(state=DeliveryState.QUEUED, lease_until=until, lead_id=None)
        .execution_options(synchronize_session=False)
    )
    return ids


def _left_behind(session: Session, limit: int) -> list[int]:
    """Return sections whose mail went without them: a worker of a release that knew no sections sent it."""
    lead = aliased(Delivery)
    query = select(Delivery.id).join(lead, lead.id == Delivery.lead_id)
    query = query.where(Delivery.state == DeliveryState.JOINED, lead.state.not_in(OPEN_STATES))
    return list(session.scalars(query.limit(limit).with_for_update(of=Delivery, skip_locked=True)))


def wake_unread(session: Session, now: datetime, until: datetime, limit: int) -> list[int]:
    """Return received messages that nobody works on any more, and leave them to the queue `until` then."""
    lost = select(Inbound.id).where(Inbound.state == InboundState.NEW, Inbound.lease_until <= now)
    lost = lost.order_by(Inbound.lease_until).limit(limit).with_for_update(skip_locked=True)
    ids = list(session.scalars(lost))
    session.execute(
        update(Inbound)
        .where(Among(Inbound.id, ids))
        .values(lease_until=until)
        .execution_options(synchronize_session=False)
    )
    return ids


def beat(session: Session, name: str, now: datetime) -> None:
    """Note that a part of the service is alive."""
    row = insert(session, Heartbeat).values(name=name, at=now)
    session.execute(row.on_conflict_do_update(index_elements=["name"], set_={"at": now}))


def last_beat(session: Session, name: str) -> datetime | None:
    """Return when a part of the service was last alive."""
    return session.scalar(select(Heartbeat.at).where(Heartbeat.name == name))


def oldest_due(session: Session, now: datetime) -> datetime | None:
    """Return since when the longest-waiting mail is due: not yet claimed, or still in the outbox."""
    due = session.scalar(select(func.min(Goal.next_due_at)).where(Goal.next_due_at <= now))
    # A mail that its own server put off is not late by our doing.
    ours = or_(
        Delivery.attempts == 0, and_(Delivery.state == DeliveryState.SENDING, Delivery.lease_until <= now)
    )
    waiting = session.scalar(
        select(func.min(Delivery.created_at)).where(Delivery.state.in_(OPEN_STATES), ours)
    )
    return min((moment for moment in (due, waiting) if moment is not None), default=None)

"""What the flows ask of the database. Every function leaves the transaction to its caller."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, and_, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, joinedload

from service.domain.chain import Ledger, Outcome
from service.domain.schedule import Schedule, Span, mask_to_weekdays
from service.storage.models import (
    CheckIn,
    Delivery,
    DeliveryState,
    Goal,
    GoalState,
    Heartbeat,
    Inbound,
    InboundState,
    Pause,
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
    return session.scalar(query.with_for_update() if for_update else query)


def person(session: Session, person_id: int, for_update: bool = False) -> Person | None:
    """Return a person; `for_update` holds them until the commit."""
    query = select(Person).where(Person.id == person_id)
    return session.scalar(query.with_for_update() if for_update else query)


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


def ledgers(session: Session, goals: Sequence[Goal]) -> dict[int, Ledger]:
    """Return the ledger of each goal by its id, in two queries for all of them."""
    ids = [goal.id for goal in goals]
    outcomes: defaultdict[int, dict[date, Outcome]] = defaultdict(dict)
    for goal_id, day, outcome in session.execute(
        select(CheckIn.goal_id, CheckIn.day, CheckIn.outcome).where(CheckIn.goal_id.in_(ids))
    ):
        outcomes[goal_id][day] = Outcome(outcome)
    pauses: defaultdict[int, list[Span]] = defaultdict(list)
    for goal_id, first, last in session.execute(
        select(Pause.goal_id, Pause.first_day, Pause.last_day).where(Pause.goal_id.in_(ids))
    ):
        pauses[goal_id].append(Span(first, last))
    return {
        goal.id: Ledger(schedule_of(goal), outcomes[goal.id], pauses[goal.id], goal.strict) for goal in goals
    }


def ledger(session: Session, of: Goal) -> Ledger:
    """Return the ledger of one goal."""
    return ledgers(session, [of])[of.id]


def schedule_of(of: Goal) -> Schedule:
    """Return a goal's schedule; one that has not started begins in the far future."""
    return Schedule(of.starts_on or date.max, mask_to_weekdays(of.weekdays))


def claim_due(session: Session, now: datetime, limit: int) -> Sequence[Goal]:
    """Return up to `limit` goals whose mail is due, held against every other tick until the commit."""
    query = select(Goal).where(Goal.next_due_at <= now).order_by(Goal.next_due_at).limit(limit)
    return session.scalars(query.with_for_update(of=Goal, skip_locked=True)).all()


def lease(session: Session, ids: Iterable[int], now: datetime, until: datetime) -> list[int]:
    """Take those of the deliveries that nobody holds, and return their ids in order."""
    free = or_(
        Delivery.state == DeliveryState.QUEUED,
        and_(Delivery.state == DeliveryState.SENDING, Delivery.lease_until <= now),
    )
    taken = session.execute(
        update(Delivery)
        .where(Delivery.id.in_(list(ids)), free)
        .values(state=DeliveryState.SENDING, lease_until=until, attempts=Delivery.attempts + 1)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    )
    return sorted(taken.scalars())


def deliveries(session: Session, ids: Iterable[int]) -> Sequence[Delivery]:
    """Return deliveries with their goals and people, in order of their ids."""
    query = select(Delivery).options(joinedload(Delivery.goal, innerjoin=True).joinedload(Goal.person))
    return session.scalars(query.where(Delivery.id.in_(list(ids))).order_by(Delivery.id)).all()


def wake_lost(session: Session, now: datetime, until: datetime, limit: int) -> list[int]:
    """Return open deliveries that no queue or worker holds any more, and queue them `until` then."""
    lost = select(Delivery.id).where(Delivery.state.in_(OPEN_STATES), Delivery.lease_until <= now)
    lost = lost.order_by(Delivery.lease_until).limit(limit).with_for_update(skip_locked=True)
    ids = list(session.scalars(lost))
    session.execute(
        update(Delivery)
        .where(Delivery.id.in_(ids))
        .values(state=DeliveryState.QUEUED, lease_until=until)
        .execution_options(synchronize_session=False)
    )
    return ids


def wake_unread(session: Session, now: datetime, until: datetime, limit: int) -> list[int]:
    """Return received messages that nobody works on any more, and leave them to the queue `until` then."""
    lost = select(Inbound.id).where(Inbound.state == InboundState.NEW, Inbound.lease_until <= now)
    lost = lost.order_by(Inbound.lease_until).limit(limit).with_for_update(skip_locked=True)
    ids = list(session.scalars(lost))
    session.execute(
        update(Inbound)
        .where(Inbound.id.in_(ids))
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

"""Plan a goal's next mail, after anything that may move it: pauses, hours, weekdays, zones, signs."""

from datetime import date

from sqlalchemy import exists, or_, select

from service.actions.outbox import Outbox
from service.domain.schedule import ONE_DAY, due_at, local_day, mask_to_weekdays, next_due
from service.mail.kinds import DAILY, STEP_KINDS
from service.storage.models import (
    NO_PAUSES,
    CheckIn,
    Delivery,
    DeliveryState,
    Goal,
    GoalState,
    Pause,
    PausedBy,
)

_OUT = (DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.JOINED)


def mailed(outbox: Outbox, goal: Goal, today: date) -> bool:
    """Tell whether today's mail is out, or at least in the hands of a worker."""
    query = exists().where(
        Delivery.goal_id == goal.id,
        Delivery.day == today,
        Delivery.kind.in_(kind.name for kind in STEP_KINDS),
        Delivery.state.in_(_OUT),
    )
    return bool(outbox.session.scalar(select(query)))


def begun(outbox: Outbox, goal: Goal, today: date) -> bool:
    """Tell whether today is taken: its mail is out, or it has been ticked or skipped."""
    query = exists().where(CheckIn.goal_id == goal.id, CheckIn.day == today)
    return mailed(outbox, goal, today) or bool(outbox.session.scalar(select(query)))


def paused(outbox: Outbox, goal: Goal, today: date) -> Pause | None:
    """Return the pause that today lies in, None where there is none; a fault of ours is no pause."""
    return outbox.session.scalar(
        select(Pause)
        .where(
            Pause.goal_id == goal.id,
            Pause.by.not_in(NO_PAUSES),
            Pause.first_day <= today,
            or_(Pause.last_day.is_(None), Pause.last_day >= today),
        )
        .order_by(Pause.last_day.is_(None).desc(), Pause.last_day.desc())
        .limit(1)
    )


def plan(outbox: Outbox, goal: Goal, not_before: date | None = None) -> None:
    """Set when the next mail is due, from `not_before` on and after any pause; never while one is open.

    A mail that is already out for a day does not come again: the outbox takes each day once.
    """
    if goal.state != GoalState.ACTIVE:
        goal.next_due_at = None
        return
    zone, weekdays = goal.person.zone, mask_to_weekdays(goal.weekdays)
    current = paused(outbox, goal, local_day(outbox.now, zone))
    if current is not None and current.last_day is None:
        goal.next_due_at = None
        return
    days = (not_before, current.last_day + ONE_DAY if current and current.last_day else None)
    earliest = max((day for day in days if day is not None), default=None)
    goal.next_due_at = next_due(outbox.now, goal.send_at, zone, weekdays, earliest)


def move(outbox: Outbox, goal: Goal) -> None:
    """Plan again after the hour, the zone or the weekdays changed, and let no day be missed for it.

    Where today's mail was still to come and its new hour has passed, it leaves at once. Where today is a day
    that the move jumped over, as in flying east, it is neutral. A goal that is asked weekly stays so.
    """
    if goal.asked:
        return
    zone = goal.person.zone
    today = local_day(outbox.now, zone)
    taken = begun(outbox, goal, today)
    waiting = not taken and goal.next_due_at is not None and local_day(goal.next_due_at, zone) == today
    plan(outbox, goal, today + ONE_DAY if taken else None)
    scheduled = today.weekday() in mask_to_weekdays(goal.weekdays)
    if taken or not scheduled or due_at(today, goal.send_at, zone) > outbox.now:
        return
    if waiting:
        outbox.put(goal, today, DAILY)
    elif goal.next_due_at is not None:
        outbox.session.add(Pause(goal_id=goal.id, first_day=today, last_day=today, by=PausedBy.MOVE))

"""Pause and resume: neutral days, asked for by the person."""

from datetime import date, timedelta

from sqlalchemy import exists, or_, select

from service.actions.outbox import Outbox
from service.domain.schedule import ONE_DAY, local_day, mask_to_weekdays, next_due
from service.mail.kinds import DAILY
from service.storage.models import Delivery, DeliveryState, Goal, Pause, PausedBy


def pause(
    outbox: Outbox, goal: Goal, today: date, days: int | None = None, until: date | None = None
) -> date | None:
    """Pause a goal from today: for that many days without mail, `until` the day mail returns, or for good.

    Returns the day mail returns, None for an open pause. A new pause takes the place of an old one.
    """
    end_current(outbox, goal, today)
    if days is not None:
        # Today's mail may be there already: then the days without mail begin tomorrow.
        until = today + timedelta(days=days + (1 if _mailed(outbox, goal, today) else 0))
    outbox.session.add(
        Pause(
            goal_id=goal.id,
            first_day=today,
            last_day=until - ONE_DAY if until else None,
            by=PausedBy.PERSON,
        )
    )
    _plan(outbox, goal, until, forever=until is None)
    return until


def resume(outbox: Outbox, goal: Goal, today: date) -> bool:
    """End a pause; False where there was none. A today whose mail will not come any more stays neutral."""
    zone, weekdays = goal.person.zone, mask_to_weekdays(goal.weekdays)
    returns = local_day(next_due(outbox.now, goal.send_at, zone, weekdays), zone)
    mailed = _mailed(outbox, goal, today)
    lost = returns > today and not mailed
    if not end_current(outbox, goal, today + ONE_DAY if lost else today):
        return False
    # A first step may have come before the hour: today's mail does not come twice.
    _plan(outbox, goal, today + ONE_DAY if mailed else None)
    return True


def end_current(outbox: Outbox, goal: Goal, today: date) -> bool:
    """Cut every pause that reaches into `today` or later; the days before stay neutral."""
    current = outbox.session.scalars(
        select(Pause).where(
            Pause.goal_id == goal.id,
            Pause.by == PausedBy.PERSON,
            or_(Pause.last_day.is_(None), Pause.last_day >= today),
        )
    ).all()
    for row in current:
        if row.first_day >= today:
            outbox.session.delete(row)
        else:
            row.last_day = today - ONE_DAY
    outbox.session.flush()
    return bool(current)


def _plan(outbox: Outbox, goal: Goal, not_before: date | None, forever: bool = False) -> None:
    weekdays = mask_to_weekdays(goal.weekdays)
    goal.next_due_at = (
        None if forever else next_due(outbox.now, goal.send_at, goal.person.zone, weekdays, not_before)
    )


def _mailed(outbox: Outbox, goal: Goal, today: date) -> bool:
    """Tell whether today's mail is out, or at least in the hands of a worker."""
    query = exists().where(
        Delivery.goal_id == goal.id,
        Delivery.day == today,
        Delivery.kind == DAILY.name,
        Delivery.state.in_((DeliveryState.SENDING, DeliveryState.SENT)),
    )
    return bool(outbox.session.scalar(select(query)))

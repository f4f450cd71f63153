"""Pause and resume: neutral days, asked for by the person."""

from datetime import date, timedelta

from sqlalchemy import or_, select

from service.actions.outbox import Outbox
from service.actions.plan import mailed, paused, plan
from service.actions.room import Full, has_room
from service.domain.schedule import ONE_DAY, local_day, mask_to_weekdays, next_due
from service.storage.models import NO_PAUSES, Goal, Pause, PausedBy


def pause(
    outbox: Outbox, goal: Goal, today: date, days: int | None = None, until: date | None = None
) -> date | None:
    """Pause a goal from today: for that many days without mail, `until` the day mail returns, or for good.

    Returns the day mail returns, None for an open pause. A new pause takes the place of an old one. Raises
    Full where the goal rested for good and would come back to three others.
    """
    current = paused(outbox, goal, today)
    ends = days is not None or until is not None
    if ends and current is not None and current.last_day is None and not has_room(outbox, goal.person):
        raise Full
    goal.asked = 0
    end_current(outbox, goal, today)
    if days is not None:
        # Today's mail may be there already: then the days without mail begin tomorrow.
        until = today + timedelta(days=days + (1 if mailed(outbox, goal, today) else 0))
    outbox.session.add(
        Pause(
            goal_id=goal.id,
            first_day=today,
            last_day=until - ONE_DAY if until else None,
            by=PausedBy.PERSON,
        )
    )
    outbox.session.flush()
    goal.signed_on = until or today  # a silence that was announced is none
    plan(outbox, goal)
    return until


def resume(outbox: Outbox, goal: Goal, today: date) -> bool:
    """End a pause; False where there was none. A today whose mail will not come any more stays neutral.

    Raises Full where the goal rested and three others are active meanwhile.
    """
    current = paused(outbox, goal, today)
    if current is None:
        return False
    if current.last_day is None and not has_room(outbox, goal.person):
        raise Full
    zone, weekdays = goal.person.zone, mask_to_weekdays(goal.weekdays)
    returns = local_day(next_due(outbox.now, goal.send_at, zone, weekdays), zone)
    out = mailed(outbox, goal, today)
    end_current(outbox, goal, today + ONE_DAY if returns > today and not out else today)
    goal.signed_on = today
    # A first step may have come before the hour: today's mail does not come twice.
    plan(outbox, goal, today + ONE_DAY if out or returns > today else None)
    return True


def end_current(outbox: Outbox, goal: Goal, today: date) -> None:
    """Cut every pause that reaches into `today` or later; the days before stay neutral."""
    current = outbox.session.scalars(
        select(Pause).where(
            Pause.goal_id == goal.id,
            Pause.by.not_in(NO_PAUSES),
            or_(Pause.last_day.is_(None), Pause.last_day >= today),
        )
    ).all()
    for row in current:
        if row.first_day >= today:
            outbox.session.delete(row)
        else:
            row.last_day = today - ONE_DAY
    outbox.session.flush()

"""Any sign of a person brings the daily mail back after a silence."""

from datetime import date

from sqlalchemy import select

from service.actions.outbox import Outbox
from service.actions.plan import mailed, plan
from service.actions.room import has_room
from service.actions.suppression import lift
from service.domain.schedule import ONE_DAY, local_day, mask_to_weekdays, next_due
from service.domain.silence import silent_since
from service.storage.models import Goal, Pause, PausedBy


def sign(outbox: Outbox, goal: Goal, today: date) -> bool:
    """Note a sign of life; True where it ends a silence.

    The days of the silence become neutral, and the mail is daily again. Where the goal rests and three others
    are active meanwhile, it goes on resting.
    """
    lift(outbox, goal.person)
    ended = bool(goal.asked) and _come_back(outbox, goal, today)
    if goal.signed_on is None or goal.signed_on < today:
        goal.signed_on = today
    return ended


def _come_back(outbox: Outbox, goal: Goal, today: date) -> bool:
    resting = outbox.session.scalars(
        select(Pause).where(Pause.goal_id == goal.id, Pause.by == PausedBy.SILENCE, Pause.last_day.is_(None))
    ).all()
    if resting and not has_room(outbox, goal.person):
        return False
    for row in resting:
        outbox.session.delete(row)
    out = mailed(outbox, goal, today)
    zone, weekdays = goal.person.zone, mask_to_weekdays(goal.weekdays)
    comes = local_day(next_due(outbox.now, goal.send_at, zone, weekdays), zone)
    # A today without a mail is no day to be missed.
    last = today if comes > today and not out else today - ONE_DAY
    first = silent_since(goal.signed_on) if goal.signed_on else today
    if first <= last:
        outbox.session.add(Pause(goal_id=goal.id, first_day=first, last_day=last, by=PausedBy.SILENCE))
    goal.asked = 0
    outbox.session.flush()
    plan(outbox, goal, today + ONE_DAY if out else None)
    return True

"""An address that refused our mail for good, for days, gets no more until its person shows that it works.

Mail that is refused at the door is counted as it is sent (`actions.fates`); mail that comes back later is
counted from the outbox (`actions.bounced`), because there every next mail is taken at the door as well.
"""

from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.actions.outbox import Outbox
from service.actions.plan import mailed, plan
from service.domain.schedule import ONE_DAY, local_day, mask_to_weekdays, next_due
from service.storage.models import Goal, GoalState, Pause, PausedBy, Person


def suppress(session: Session, person: Person, now: datetime) -> None:
    """Write to a person no more; a second time changes nothing."""
    if person.suppressed_at is not None:
        return
    person.suppressed_at = now
    session.execute(
        update(Goal)
        .where(Goal.person_id == person.id)
        .values(next_due_at=None)
        .execution_options(synchronize_session=False)
    )


def lift(outbox: Outbox, person: Person) -> None:
    """Write to a person again, after any sign of theirs; the days without mail are neutral."""
    if person.suppressed_at is None:
        return
    since = local_day(person.suppressed_at, person.zone) + ONE_DAY
    person.suppressed_at, person.refusals = None, 0
    goals = select(Goal).where(Goal.person_id == person.id, Goal.state == GoalState.ACTIVE)
    for goal in outbox.session.scalars(goals):
        _bring_back(outbox, goal, since)


def _bring_back(outbox: Outbox, goal: Goal, since: date) -> None:
    zone, weekdays = goal.person.zone, mask_to_weekdays(goal.weekdays)
    today = local_day(outbox.now, zone)
    comes = local_day(next_due(outbox.now, goal.send_at, zone, weekdays), zone)
    # A today without a mail is no day to be missed.
    last = today if comes > today and not mailed(outbox, goal, today) else today - ONE_DAY
    if since <= last:
        span = Pause(goal_id=goal.id, first_day=since, last_day=last, by=PausedBy.REFUSED)
        outbox.session.add(span)
        outbox.session.flush()
    plan(outbox, goal)

"""Change the step: a notch, an amount, the next size, or new words. Each change is a rung of the ladder."""

from datetime import date

from sqlalchemy import select, update

from service.actions.outbox import Outbox
from service.actions.plan import begun, move
from service.domain.ladder import Rung
from service.domain.schedule import ONE_DAY, due_at, mask_to_weekdays, weekdays_to_mask
from service.domain.sizes import Direction, Step, versions
from service.domain.step import read_size
from service.storage.models import Goal, StepChange
from service.storage.records import rung_of, versions_to


def step_of(goal: Goal) -> Step:
    """Return a goal's step as the domain knows it."""
    return Step(goal.step, mask_to_weekdays(goal.weekdays), Direction(goal.direction))


def first_rung(outbox: Outbox, goal: Goal, today: date) -> None:
    """Keep the step that a goal starts with."""
    _keep(outbox, goal, step_of(goal), today, "start")


def change_step(outbox: Outbox, goal: Goal, step: Step, today: date, why: str, *, plans: bool = True) -> None:
    """Put a step in place of the old one, from today on; the same step again changes nothing.

    Other weekdays hold from the next day that is not taken yet, so that a mail that is out still counts; with
    `plans` the next mail is planned by them.
    """
    if step == step_of(goal):
        return
    _settle(outbox, goal, today)
    other_days = step.weekdays != mask_to_weekdays(goal.weekdays)
    first = today + ONE_DAY if other_days and _too_late(outbox, goal, step, today) else today
    ahead = _rungs_after(outbox, goal, today)
    goal.step, goal.weekdays = step.words, weekdays_to_mask(step.weekdays)
    if why != "days":
        goal.rests_until, goal.full_from = None, today
    held = _weekdays_on(outbox, goal, first) if ahead and not other_days else None
    _keep(outbox, goal, step, first, why, weekdays=held)
    for row in ahead:
        # What was planned for tomorrow keeps its days and takes the new words, or gives way to the new days.
        if other_days:
            outbox.session.delete(row)
        else:
            _write(row, step)
    if other_days and plans:
        outbox.session.flush()
        move(outbox, goal)


def _too_late(outbox: Outbox, goal: Goal, step: Step, today: date) -> bool:
    """Tell whether new weekdays can't hold today: it is taken, or was a day off whose hour has passed."""
    was_off = today.weekday() not in mask_to_weekdays(goal.weekdays) and today.weekday() in step.weekdays
    passed = due_at(today, goal.send_at, goal.person.zone) <= outbox.now
    return begun(outbox, goal, today) or (was_off and passed)


def _settle(outbox: Outbox, goal: Goal, today: date) -> None:
    """Write the weekdays down that held so far, for a goal of a release that kept none with its steps."""
    bare = update(StepChange).where(StepChange.goal_id == goal.id, StepChange.weekdays.is_(None))
    outbox.session.execute(bare.values(weekdays=goal.weekdays))
    if current_rung(outbox, goal) is None:
        first_rung(outbox, goal, goal.starts_on or today)


def current_rung(outbox: Outbox, goal: Goal) -> Rung | None:
    """Return the newest rung of a goal, None where it has not started."""
    query = select(StepChange).where(StepChange.goal_id == goal.id)
    row = outbox.session.scalar(query.order_by(StepChange.day.desc(), StepChange.id.desc()).limit(1))
    return None if row is None else rung_of(row)


def _keep(
    outbox: Outbox, goal: Goal, step: Step, first: date, why: str, *, weekdays: int | None = None
) -> None:
    row = StepChange(goal_id=goal.id, day=first, at=outbox.now, why=why)
    row.weekdays = weekdays_to_mask(step.weekdays) if weekdays is None else weekdays
    _write(row, step)
    outbox.session.add(row)
    outbox.session.flush()


def _write(row: StepChange, step: Step) -> None:
    size = read_size(step.words)
    row.step, row.versions = step.words, versions_to(versions(step))
    row.amount, row.unit = (size.amount, size.unit[:40]) if size else (None, "")


def _rungs_after(outbox: Outbox, goal: Goal, today: date) -> list[StepChange]:
    query = select(StepChange).where(StepChange.goal_id == goal.id, StepChange.day > today)
    return list(outbox.session.scalars(query))


def _weekdays_on(outbox: Outbox, goal: Goal, day: date) -> int | None:
    query = select(StepChange.weekdays).where(StepChange.goal_id == goal.id, StepChange.day <= day)
    return outbox.session.scalar(query.order_by(StepChange.day.desc(), StepChange.id.desc()).limit(1))

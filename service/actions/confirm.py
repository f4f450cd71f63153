"""Confirm: the button behind the mailed link starts a pending goal, and its first step leaves at once."""

from hashlib import sha256

from sqlalchemy import select

from service.actions.change_step import first_rung
from service.actions.outbox import Outbox
from service.actions.plan import move, plan
from service.actions.room import Full, has_room
from service.actions.suppression import lift
from service.domain.schedule import ONE_DAY, local_day
from service.mail.kinds import DAILY
from service.storage.models import Goal, GoalState


def fingerprint(goal: Goal) -> str:
    """Return what the confirm page showed, so that its button starts that and nothing newer."""
    fields = (goal.title, goal.step, goal.zone, str(goal.send_at), str(goal.weekdays), goal.direction)
    return sha256("\0".join(fields).encode()).hexdigest()[:16]


def activate(outbox: Outbox, goal: Goal, shown: str) -> bool:
    """Start a pending goal today; False where it changed since it was shown. Twice is harmless.

    Raises Full where the person has three goals already.
    """
    if goal.state != GoalState.PENDING:
        return True
    if shown != fingerprint(goal):
        return False
    begin(outbox, goal)
    return True


def begin(outbox: Outbox, goal: Goal) -> None:
    """Let a goal's first mail leave now, and plan the next; raises Full where three goals are active."""
    person = goal.person
    lift(outbox, person)
    if not has_room(outbox, person):
        raise Full
    today = local_day(outbox.now, goal.zone)
    moved = person.zone != goal.zone
    person.zone, person.left_at = goal.zone, None
    person.confirmed_at = person.confirmed_at or outbox.now
    goal.state, goal.starts_on, goal.signed_on = GoalState.ACTIVE, today, today
    outbox.session.flush()
    first_rung(outbox, goal, today)
    plan(outbox, goal, today + ONE_DAY)
    outbox.put(goal, today, DAILY)
    if moved:
        _move_others(outbox, goal)


def _move_others(outbox: Outbox, goal: Goal) -> None:
    """Plan a person's other goals anew: they live in another zone now."""
    others = select(Goal).where(Goal.person_id == goal.person_id, Goal.state == GoalState.ACTIVE)
    for other in outbox.session.scalars(others.where(Goal.id != goal.id)):
        move(outbox, other)

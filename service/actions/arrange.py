"""Arrange the mails: hour, weekdays, zone, strictness, quiet, growing by itself."""

from datetime import date, time

from sqlalchemy import select

from service.actions.change_step import change_step, step_of
from service.actions.outbox import Outbox
from service.actions.plan import move
from service.domain.sizes import Step
from service.storage.models import Goal, GoalState, Person


def set_time(outbox: Outbox, goal: Goal, at: time) -> None:
    """Let the mail come at another local time; where today's is still to come and that has passed, now."""
    goal.send_at = at
    move(outbox, goal)


def set_days(outbox: Outbox, goal: Goal, weekdays: frozenset[int], today: date) -> None:
    """Let the mail come on other weekdays, from the next day on that is not taken yet."""
    own = step_of(goal)
    change_step(outbox, goal, Step(own.words, weekdays, own.direction), today, "days")


def set_zone(outbox: Outbox, person: Person, zone: str) -> None:
    """Move a person to another time zone, with all their goals."""
    person.zone = zone
    active = select(Goal).where(Goal.person_id == person.id, Goal.state == GoalState.ACTIVE)
    for goal in outbox.session.scalars(active):
        goal.zone = zone
        move(outbox, goal)

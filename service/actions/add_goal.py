"""Add a goal for a person whom we know: its first step comes at once, then at the hour they are used to."""

from service.actions.confirm import begin
from service.actions.outbox import Outbox
from service.actions.room import has_room
from service.domain.sizes import Direction
from service.domain.tiny import leap
from service.storage.models import Goal, GoalState


def add_goal(outbox: Outbox, beside: Goal, title: str, step: str) -> Goal | None:
    """Start another goal beside one that is there, and return it; None where there are three already."""
    if not has_room(outbox, beside.person):
        return None
    goal = Goal(
        person=beside.person,
        person_id=beside.person_id,
        title=title,
        step=step,
        direction=Direction.MORE,
        send_at=beside.send_at,
        weekdays=beside.weekdays,
        zone=beside.person.zone,
        leap=leap(step) is not None,
        state=GoalState.PENDING,
        created_at=outbox.now,
    )
    outbox.session.add(goal)
    outbox.session.flush()
    begin(outbox, goal)
    return goal

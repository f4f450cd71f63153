"""Leave: all mail to a person ends, whichever way they ask."""

from sqlalchemy import select

from service.actions.outbox import Outbox
from service.storage.models import Goal, GoalState, Person


def leave(outbox: Outbox, person: Person) -> bool:
    """End all mail to a person and all their goals; False where they had left already."""
    if person.left_at is not None:
        return False
    person.left_at = outbox.now
    for goal in outbox.session.scalars(select(Goal).where(Goal.person_id == person.id)):
        goal.state, goal.next_due_at = GoalState.ENDED, None
    outbox.session.flush()
    return True

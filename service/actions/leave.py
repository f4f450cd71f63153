"""Leave: all mail to a person ends, whichever way they ask."""

from sqlalchemy import select

from service.actions.outbox import Outbox
from service.storage.models import Goal, GoalState, Person


def leave(outbox: Outbox, person: Person) -> bool:
    """End all mail to a person and all their goals; False where they had left already.

    Goals are held before their person, as every flow that starts from a goal holds them.
    """
    own = select(Goal).where(Goal.person_id == person.id).order_by(Goal.id).with_for_update(of=Goal)
    goals = outbox.session.scalars(own).all()
    outbox.session.refresh(person, with_for_update={"key_share": True})
    if person.left_at is not None:
        return False
    person.left_at = outbox.now
    for goal in goals:
        goal.state, goal.next_due_at = GoalState.ENDED, None
    outbox.session.flush()
    return True

"""How many goals a person has room for: few at a time is what makes each of them last."""

from sqlalchemy import exists, func, select

from service.actions.outbox import Outbox
from service.storage import queries
from service.storage.models import NO_PAUSES, Goal, GoalState, Pause, Person

MOST_GOALS = 3  # active at a time


class Full(Exception):  # noqa: N818
    """The person has as many active goals as are good at a time."""


def has_room(outbox: Outbox, person: Person) -> bool:
    """Tell whether a person may start another goal; one that rests until they say so takes no place."""
    queries.person(outbox.session, person.id, for_update=True)  # two goals at once are counted one by one
    rests = exists().where(Pause.goal_id == Goal.id, Pause.last_day.is_(None), Pause.by.not_in(NO_PAUSES))
    query = select(func.count(Goal.id)).where(
        Goal.person_id == person.id, Goal.state == GoalState.ACTIVE, ~rests
    )
    return (outbox.session.scalar(query) or 0) < MOST_GOALS

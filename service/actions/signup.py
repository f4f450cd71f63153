"""Sign up: an address, a goal and its tiniest step become a pending goal and one mail that asks."""

from dataclasses import dataclass
from datetime import time, timedelta

from service.actions.outbox import Outbox
from service.domain.schedule import local_day, weekdays_to_mask
from service.domain.sizes import Direction
from service.domain.tiny import leap
from service.mail.kinds import CONFIRM, OFFER
from service.storage import queries
from service.storage.models import Goal, GoalState, Person

ASK_AGAIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person fills in, already checked and cleaned."""

    email: str
    goal: str
    step: str
    send_at: time
    zone: str
    weekdays: frozenset[int]
    direction: Direction = Direction.MORE

    def smaller(self) -> str | None:
        """Return a tiny step in place of one that is a leap, None without need; a limit is never one."""
        return leap(self.step) if self.direction is Direction.MORE else None


def sign_up(outbox: Outbox, wish: Wish) -> None:
    """Keep the wish as the person's one pending goal, and ask by mail, at most once an hour.

    A later wish takes the earlier one's place: the page behind the link shows the newest before it starts.
    """
    person = _person(outbox, wish)
    goal = queries.pending_goal(outbox.session, person)
    if goal is None:
        goal = Goal(person=person, person_id=person.id, state=GoalState.PENDING, created_at=outbox.now)
        outbox.session.add(goal)
    goal.title, goal.step, goal.send_at, goal.zone = wish.goal, wish.step, wish.send_at, wish.zone
    goal.weekdays, goal.direction = weekdays_to_mask(wish.weekdays), wish.direction
    goal.leap = wish.smaller() is not None
    outbox.session.flush()
    ask(outbox, goal)


def ask(outbox: Outbox, goal: Goal) -> None:
    """Put the mail in that asks to confirm a pending goal, unless one was asked within the hour."""
    person = goal.person
    asked = queries.last_asked(outbox.session, person, (CONFIRM.name, OFFER.name))
    came_back = asked is not None and person.left_at is not None and person.left_at >= asked
    if asked is not None and outbox.now - asked < ASK_AGAIN and not came_back:
        return
    known = person.confirmed_at is not None and person.left_at is None
    day = local_day(outbox.now, goal.zone)
    outbox.put(goal, day, OFFER if known else CONFIRM, ref=f"{outbox.now:%Y%m%dT%H%M%S}")


def _person(outbox: Outbox, wish: Wish) -> Person:
    row = (
        queries.insert(outbox.session, Person)
        .values(email=wish.email, zone=wish.zone, created_at=outbox.now)
        .on_conflict_do_nothing(index_elements=["email"])
    )
    outbox.session.execute(row)
    # Held until the commit, so that two sign-ups at once make one pending goal and one mail.
    person = queries.person_by_email(outbox.session, wish.email, for_update=True)
    if person is None:
        raise LookupError("a person that was just inserted is gone")
    return person

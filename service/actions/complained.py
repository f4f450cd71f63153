"""A person told their provider that our mail is unwanted: that is a wish to leave, and is obeyed at once."""

from collections.abc import Iterable

from service.actions.leave import leave
from service.actions.outbox import Outbox
from service.links import Purpose
from service.storage import queries
from service.storage.models import Delivery, Person


def complained(outbox: Outbox, signed: Iterable[tuple[Purpose, tuple[int, ...]]]) -> str:
    """Let the person leave whom the first authentic address in the complaint is about; nobody is answered.

    Without one nothing happens: anybody can write a complaint, but only a mail of ours holds its addresses.
    """
    for purpose, numbers in signed:
        person = _person(outbox, purpose, numbers[0])
        if person is not None:
            return "a complaint: left" if leave(outbox, person) else "a complaint: had left already"
    return "a complaint about no mail of ours"


def _person(outbox: Outbox, purpose: Purpose, number: int) -> Person | None:
    if purpose is Purpose.UNSUBSCRIBE:
        return queries.person(outbox.session, number)
    if purpose is Purpose.BOUNCE:
        row = outbox.session.get(Delivery, number)
        number = row.goal_id if row is not None else 0
    goal = queries.goal(outbox.session, number)
    return goal.person if goal is not None else None

"""What one press of the done button asks of the database: one look, and one short transaction.

On PostgreSQL the transaction is the function `press_done` of migration 0004, which works while the page is
drawn; on SQLite, where a statement costs next to nothing, it is the same statements one after the other.
"""

from datetime import date, datetime
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Table, bindparam, func, select

from service.domain.ladder import Deed
from service.storage.models import CheckIn, Goal, Person, Standing

GOAL: Table = Goal.__table__  # type: ignore[assignment]
STANDING: Table = Standing.__table__  # type: ignore[assignment]
CHECK_IN: Table = CheckIn.__table__  # type: ignore[assignment]
_PERSON: Table = Person.__table__  # type: ignore[assignment]


class Lost(Exception):  # noqa: N818 - it reads as what it is
    """The connection was lost; whether a press on it was committed is not known."""


class Found(NamedTuple):
    """A goal's row with its zone and its standing, None where there is none."""

    id: int
    person_id: int
    title: str
    step: str
    direction: str
    starts_on: date | None
    full_from: date | None
    strict: bool
    weekdays: int
    signed_on: date | None
    asked: int
    zone: str
    suppressed: bool
    version: int | None
    doc: str | None


class Press(NamedTuple):
    """What a press writes: the check-in, and the standing that goes with it where `seen` still holds."""

    goal: Found
    day: date
    deed: Deed
    at: datetime
    doc: str
    today: date


class Line(Protocol):
    """A connection that nobody else uses, on which each statement is a transaction of its own."""

    pid: int

    def goal(self, goal_id: int) -> Found | None:
        """Return a goal with its standing, as it was a moment ago: nothing is held. Raises Lost."""

    def begin(self, press: Press) -> None:
        """Begin to commit a press, with the standing that goes with it. Raises Lost."""

    def ticked(self) -> bool:
        """Wait until the press that was begun is committed, and tell whether it is. Raises Lost.

        False where the goal has changed since, or the day has a check-in: then nothing is committed, or no
        more than that the person gave a sign.
        """

    def close(self) -> None:
        """Close the connection; twice is harmless."""


LOOK = (
    select(
        *(GOAL.c[name] for name in Found._fields[:11]),
        _PERSON.c.zone,
        _PERSON.c.suppressed_at.is_not(None).label("suppressed"),
        STANDING.c.version,
        STANDING.c.doc,
    )
    .select_from(GOAL.join(_PERSON).outerjoin(STANDING))
    .where(GOAL.c.id == bindparam("goal"))
)
VALUES = {
    "goal_id": bindparam("goal", type_=CHECK_IN.c.goal_id.type),
    "day": bindparam("day", type_=CHECK_IN.c.day.type),
    "version": bindparam("done", type_=CHECK_IN.c.version.type),
    "amount": bindparam("amount", type_=CHECK_IN.c.amount.type),
    "unit": bindparam("unit", type_=CHECK_IN.c.unit.type),
    "at": bindparam("at", type_=CHECK_IN.c.at.type),
}
SEEN = bindparam("seen", type_=STANDING.c.version.type)
TODAY = bindparam("today", type_=GOAL.c.signed_on.type)
PRESS_DONE = select(
    func.press_done(*VALUES.values(), SEEN, bindparam("new", type_=STANDING.c.doc.type), TODAY)
)


def values_of(press: Press) -> dict[str, Any]:
    """Return what a press writes by the names of its statements' parameters."""
    return {
        "goal": press.goal.id,
        "day": press.day,
        "done": press.deed.version.value,
        "amount": press.deed.amount,
        "unit": press.deed.unit,
        "at": press.at,
        "seen": press.goal.version,
        "new": press.doc,
        "today": press.today,
    }

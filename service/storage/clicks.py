"""What one press of the done button asks of the database: one look, and one short transaction.

On PostgreSQL the transaction is the function `press_done` of migration 0004, in one round trip; on SQLite,
where a statement costs next to nothing, it is the same statements one after the other.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Dialect, Table, bindparam, case, func, literal, select, update
from sqlalchemy.dialects import sqlite

from service.domain.chain import Outcome
from service.domain.ladder import Deed
from service.storage.models import CheckIn, Goal, Person, Standing
from service.storage.prepared import Prepared, Values
from service.storage.session import Storage
from service.storage.standings import KEEP

_GOAL: Table = Goal.__table__  # type: ignore[assignment]
_PERSON: Table = Person.__table__  # type: ignore[assignment]
_STANDING: Table = Standing.__table__  # type: ignore[assignment]
_CHECK_IN: Table = CheckIn.__table__  # type: ignore[assignment]


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
    suppressed_at: datetime | None
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


_LOOK = (
    select(
        *(_GOAL.c[name] for name in Found._fields[:11]),
        _PERSON.c.zone,
        _PERSON.c.suppressed_at,
        _STANDING.c.version,
        _STANDING.c.doc,
    )
    .select_from(_GOAL.join(_PERSON).outerjoin(_STANDING))
    .where(_GOAL.c.id == bindparam("goal"))
)
_VALUES = {
    "goal_id": bindparam("goal", type_=_CHECK_IN.c.goal_id.type),
    "day": bindparam("day", type_=_CHECK_IN.c.day.type),
    "version": bindparam("done", type_=_CHECK_IN.c.version.type),
    "amount": bindparam("amount", type_=_CHECK_IN.c.amount.type),
    "unit": bindparam("unit", type_=_CHECK_IN.c.unit.type),
    "at": bindparam("at", type_=_CHECK_IN.c.at.type),
}
_SEEN = bindparam("seen", type_=_STANDING.c.version.type)
_TODAY = bindparam("today", type_=_GOAL.c.signed_on.type)
_PRESS_DONE = select(
    func.press_done(*_VALUES.values(), _SEEN, bindparam("new", type_=_STANDING.c.doc.type), _TODAY)
)
_SIGN = (
    update(_GOAL)
    .where(_GOAL.c.id == bindparam("goal"), _GOAL.c.asked == 0)
    .values(signed_on=case((_GOAL.c.signed_on > _TODAY, _GOAL.c.signed_on), else_=_TODAY))
)
_SAID = {"outcome": literal(Outcome.DONE.value), "via": literal("link"), "note": literal("")}
_TICK = (
    sqlite.insert(_CHECK_IN)
    .from_select(
        [*_VALUES, *_SAID],
        select(*_VALUES.values(), *_SAID.values())
        .select_from(_STANDING)
        .where(_STANDING.c.goal_id == bindparam("goal"), _STANDING.c.version == _SEEN),
    )
    .on_conflict_do_nothing(index_elements=["goal_id", "day"])
)


@lru_cache(maxsize=64)
def _prepared(dialect: Dialect) -> dict[str, Prepared]:
    statements = {"look": _LOOK, "sign": _SIGN, "tick": _TICK, "keep": KEEP}
    if dialect.name == "postgresql":
        statements = {"look": _LOOK, "press": _PRESS_DONE}
    return {name: Prepared(statement, dialect) for name, statement in statements.items()}


@dataclass(frozen=True, slots=True)
class Line:
    """A driver's cursor, on which each statement is a transaction of its own."""

    cursor: Any
    statements: dict[str, Prepared]

    def goal(self, goal_id: int) -> Found | None:
        """Return a goal with its standing, as it was a moment ago: nothing is held."""
        row = self.statements["look"].first(self.cursor, {"goal": goal_id})
        return None if row is None else Found(*row)

    def press(self, press: Press) -> bool:
        """Commit a press, durably, with the standing that goes with it.

        False where the goal has changed since, or the day has a check-in: then nothing is committed, or no
        more than that the person gave a sign.
        """
        values = _values(press)
        function = self.statements.get("press")
        if function is None:
            return self._press(values)
        done = function.first(self.cursor, values)
        return bool(done and done[0])

    def _press(self, values: Values) -> bool:
        # What fails on the way is rolled back when the pool takes the connection back.
        self.cursor.execute("BEGIN IMMEDIATE")
        done = all(self.statements[name].run(self.cursor, values) > 0 for name in ("sign", "tick"))
        if done:
            # The trigger of `check_in` has counted the version up by one.
            self.statements["keep"].run(self.cursor, {**values, "seen": values["seen"] + 1})
        self.cursor.execute("COMMIT")
        return done


def _values(press: Press) -> Values:
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


@contextmanager
def line(storage: Storage) -> Iterator[Line]:
    """Take a connection as it is, without asking whether it still lives; raises `Lost` where it does not."""
    engine = storage.quick
    connection = engine.raw_connection()
    driver: Any = engine.dialect.dbapi
    try:
        cursor = connection.cursor()
        yield Line(cursor, _prepared(engine.dialect))
        cursor.close()
    except driver.Error as error:
        if engine.dialect.is_disconnect(error, connection.dbapi_connection, None):
            connection.invalidate(error)
            raise Lost from error
        raise
    finally:
        connection.close()

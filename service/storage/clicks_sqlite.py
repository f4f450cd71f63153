"""A press of the done button on SQLite: statements that are ready, on a connection that is kept."""

import os
from contextlib import suppress
from functools import lru_cache
from sqlite3 import ProgrammingError
from typing import Any

from sqlalchemy import Dialect, case, literal, select, update
from sqlalchemy.dialects import sqlite

from service.domain.chain import Outcome
from service.storage.clicks import (
    CHECK_IN,
    GOAL,
    LOOK,
    SEEN,
    STANDING,
    TODAY,
    VALUES,
    Found,
    Press,
    values_of,
)
from service.storage.prepared import Prepared
from service.storage.session import Storage
from service.storage.standings import KEEP

_SIGN = (
    update(GOAL)
    .where(GOAL.c.id == VALUES["goal_id"], GOAL.c.asked == 0)
    .values(signed_on=case((GOAL.c.signed_on > TODAY, GOAL.c.signed_on), else_=TODAY))
)
_SAID = {"outcome": literal(Outcome.DONE.value), "via": literal("link"), "note": literal("")}
_TICK = (
    sqlite.insert(CHECK_IN)
    .from_select(
        [*VALUES, *_SAID],
        select(*VALUES.values(), *_SAID.values())
        .select_from(STANDING)
        .where(STANDING.c.goal_id == VALUES["goal_id"], STANDING.c.version == SEEN),
    )
    .on_conflict_do_nothing(index_elements=["goal_id", "day"])
)


@lru_cache(maxsize=8)
def _prepared(dialect: Dialect) -> tuple[Prepared, ...]:
    return tuple(Prepared(statement, dialect) for statement in (LOOK, _SIGN, _TICK, KEEP))


class SqliteLine:
    """A connection of the driver, set up as all of the storage's are. A press is committed at once."""

    def __init__(self, storage: Storage) -> None:
        taken = storage.engine.raw_connection()
        connection: Any = taken.dbapi_connection
        self._connection = connection
        taken.detach()
        self.pid = os.getpid()
        self._cursor = connection.cursor()
        self._look, self._sign, self._tick, self._keep = _prepared(storage.engine.dialect)
        self._ticked = False

    def goal(self, goal_id: int) -> Found | None:
        """Return a goal with its standing, None where there is no such goal."""
        row = self._look.first(self._cursor, {"goal": goal_id})
        return None if row is None else Found(*row)

    def begin(self, press: Press) -> None:
        """Commit a press."""
        try:
            self._ticked = self._press(press)
        except BaseException:
            self.close()
            raise

    def _press(self, press: Press) -> bool:
        cursor, values = self._cursor, values_of(press)
        cursor.execute("BEGIN IMMEDIATE")
        done = self._sign.run(cursor, values) > 0 and self._tick.run(cursor, values) > 0
        if done:
            # The trigger of `check_in` has counted the version up by one.
            values["seen"] += 1
            self._keep.run(cursor, values)
        cursor.execute("COMMIT")
        return done

    def ticked(self) -> bool:
        """Tell whether the press was committed."""
        return self._ticked

    def close(self) -> None:
        """Close the connection; twice is harmless."""
        with suppress(ProgrammingError):  # closed
            self._connection.rollback()  # what failed half-way would stay open beyond the end
            self._connection.close()

"""A press of the done button on PostgreSQL: by libpq's asynchronous calls, on a connection that is kept.

A word with the server takes as long as two processes need to wake each other, so we look for the answer a few
times before we sleep. psycopg's cursors, and the pool, would take half as long again.
"""

import os
import select
from collections.abc import Sequence
from datetime import date
from typing import Any

from psycopg import Error
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult

from service.storage.clicks import LOOK, PRESS_DONE, Found, Lost, Press
from service.storage.session import Storage
from service.storage.underway import Question

# A commit is not written through to the disk before its answer: as with SQLite's `synchronous=NORMAL`, the
# crash of the database's machine (not of one of our processes) may lose the clicks of the last half second,
# and never more than that. Waiting for the disk takes longer than all the rest of a click.
_READY = b"SET client_encoding TO 'UTF8'; SET datestyle TO 'ISO'; SET synchronous_commit TO off"
_LOOK, _PRESS = Question("kaizen_look", LOOK), Question("kaizen_press", PRESS_DONE)
_TRIES = 300  # looks for an answer before we sleep, about 1 µs each


class PostgresqlLine:
    """A connection of our own, which takes statements as text. Where it fails it is closed, and `Lost`."""

    def __init__(self, storage: Storage) -> None:
        taken = storage.quick.raw_connection()
        connection: Any = taken.dbapi_connection
        self._connection = connection
        taken.detach()
        self.pid = os.getpid()
        self._pg = connection.pgconn
        self._readable = select.poll()
        self._readable.register(self._pg.socket, select.POLLIN)
        try:
            _well(self._pg.exec_(_READY))
            for statement in (_LOOK, _PRESS):
                _well(self._pg.prepare(statement.name, statement.sql))
        except Error as error:
            self.close()
            raise Lost from error

    def goal(self, goal_id: int) -> Found | None:
        """Return a goal with its standing, None where there is no such goal; raises Lost."""
        self._send(_LOOK, [b"%d" % goal_id])
        result = self._answer()
        return _found([result.get_value(0, at) for at in range(result.nfields)]) if result.ntuples else None

    def begin(self, press: Press) -> None:
        """Send a press off; raises Lost."""
        self._send(_PRESS, _texts(press))

    def ticked(self) -> bool:
        """Wait until the press is committed, and tell whether it is; raises Lost."""
        return self._answer().get_value(0, 0) == b"t"

    def close(self) -> None:
        """Close the connection; twice is harmless."""
        self._connection.close()

    def _send(self, statement: Question, values: Sequence[bytes | None]) -> None:
        try:
            self._pg.send_query_prepared(statement.name, values)
            self._pg.flush()
        except Error as error:
            self.close()
            raise Lost from error

    def _answer(self) -> PGresult:
        try:
            self._wait()
            result = self._pg.get_result()
            while self._pg.get_result() is not None:
                pass
            return _well(result)
        except BaseException as error:
            self.close()
            if isinstance(error, Error):
                raise Lost from error
            raise

    def _wait(self) -> None:
        pg, look = self._pg, self._readable.poll
        pg.consume_input()
        while pg.is_busy():
            for _ in range(_TRIES):
                if look(0):  # other threads have their turn meanwhile
                    break
            else:
                look()
            pg.consume_input()


def _well(result: PGresult | None) -> PGresult:
    if result is None or result.status not in _FINE:
        raise Error("no answer" if result is None else result.get_error_message())
    return result


_FINE = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)


def _texts(press: Press) -> list[bytes | None]:
    """Return what `press_done` is called with, in its order."""
    goal, day, deed, at, doc, today = press
    amount = None if deed.amount is None else b"%d" % int(deed.amount * 1000)  # as `Thousandths` keeps it
    return [
        b"%d" % goal.id,
        day.isoformat().encode(),
        deed.version.value.encode(),
        amount,
        deed.unit.encode(),
        at.isoformat().encode(),
        b"%d" % (goal.version or 0),
        doc.encode(),
        today.isoformat().encode(),
    ]


def _found(row: Sequence[bytes | None]) -> Found:
    """Return a goal's row from its columns as texts."""
    told: list[Any] = [None if value is None else value.decode() for value in row]
    number, person, title, step, direction, starts, full, strict, weekdays, signed, asked, *more = told
    zone, suppressed, version, doc = more
    return Found(
        int(number),
        int(person),
        title,
        step,
        direction,
        _day(starts),
        _day(full),
        strict == "t",
        int(weekdays),
        _day(signed),
        int(asked),
        zone,
        suppressed == "t",
        None if version is None else int(version),
        doc,
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)

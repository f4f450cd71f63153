"""A statement that PostgreSQL works on while we do other things, by libpq's asynchronous calls."""

from collections.abc import Callable, Mapping
from datetime import datetime
from select import select
from typing import Any

from psycopg import Connection, Error
from psycopg.pq import ExecStatus, TransactionStatus
from sqlalchemy import Executable
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.compiler import SQLCompiler


class Question:
    """One statement, prepared under a name on each connection that asks it."""

    def __init__(self, name: str, statement: Executable) -> None:
        dialect = postgresql.dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
        compiled: SQLCompiler = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
        self.name, self.sql = name.encode(), str(compiled).encode()
        self._fixed, self._names = compiled.params, compiled.positiontup or ()

    def ask(self, connection: Connection[Any], prepared: bool, values: Mapping[str, Any]) -> None:
        """Send it off; raises psycopg's errors. `prepared` tells whether this connection knows it."""
        if not prepared:
            told = connection.pgconn.prepare(self.name, self.sql)
            if told.status != ExecStatus.COMMAND_OK:
                raise Error(told.get_error_message())
        given = [_text(values.get(name, self._fixed[name])) for name in self._names]
        connection.pgconn.send_query_prepared(self.name, given)
        connection.pgconn.flush()


def idle(connection: Connection[Any]) -> bool:
    """Tell whether a connection is alive with nothing under way."""
    return connection.pgconn.transaction_status == TransactionStatus.IDLE


def _text(value: Any) -> bytes:
    """Return a value as PostgreSQL reads it."""
    if isinstance(value, (list, tuple)):
        return f"{{{','.join(map(str, value))}}}".encode()
    return (value.isoformat() if isinstance(value, datetime) else str(value)).encode()


class Underway:
    """A statement that was sent off; `otherwise` does the same in the patient way where it fails."""

    def __init__(self, connection: Connection[Any], otherwise: Callable[[], None]) -> None:
        self._pg, self._otherwise = connection.pgconn, otherwise

    def fileno(self) -> int:
        """Return what becomes readable when there is an answer."""
        return self._pg.socket

    def done(self) -> bool:
        """Tell whether it is committed; raises what `otherwise` raises."""
        try:
            self._pg.consume_input()
            if self._pg.is_busy():
                return False
            first = result = self._pg.get_result()
            while result is not None:
                result = self._pg.get_result()
            well = first is not None and first.status == ExecStatus.COMMAND_OK
        except Error:
            well = False
        if not well:
            self._otherwise()
        return True

    def wait(self) -> None:
        """Wait until it is committed."""
        while not self.done():
            select([self], [], [], 1)

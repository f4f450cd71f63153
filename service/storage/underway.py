"""A statement that PostgreSQL works on while we do other things, by libpq's asynchronous calls."""

from collections.abc import Callable, MutableMapping
from datetime import datetime
from functools import lru_cache
from select import select
from typing import Any, TypeAlias

from psycopg import Connection, Error, OperationalError
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult
from sqlalchemy import Dialect, Executable
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.compiler import SQLCompiler

from service.storage.prepared import Prepared, Values

Known: TypeAlias = MutableMapping[Any, Any]
_FINE = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)


class Question:
    """One statement, prepared under a name on each connection of PostgreSQL that asks it."""

    def __init__(self, name: str, statement: Executable) -> None:
        dialect = postgresql.dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
        compiled: SQLCompiler = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
        self.name, self.sql, self._statement = name.encode(), str(compiled).encode(), statement
        self._fixed, self._names = compiled.params, compiled.positiontup or ()

    @lru_cache(maxsize=8)  # noqa: B019 - questions live as long as the process
    def prepared(self, dialect: Dialect) -> Prepared:
        """Return it as a driver's cursor takes it."""
        return Prepared(self._statement, dialect)

    def ask(self, connection: Connection[Any], known: Known, values: Values) -> None:
        """Send it off; raises psycopg's errors. `known` is kept with the connection: what it has prepared."""
        if self.name not in known:
            told = connection.pgconn.prepare(self.name, self.sql)
            if told.status != ExecStatus.COMMAND_OK:
                raise OperationalError(told.get_error_message())
            known[self.name] = True
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
    """A statement that was sent off. Where it fails, `otherwise` is told why: it raises, or does it so."""

    def __init__(self, connection: Connection[Any], otherwise: Callable[[str], object]) -> None:
        self._pg, self._otherwise = connection.pgconn, otherwise
        self.result: PGresult | None = None  # what came of it, once it is done

    def fileno(self) -> int:
        """Return what becomes readable when there is an answer."""
        return self._pg.socket

    def done(self) -> bool:
        """Tell whether it is committed; raises what `otherwise` raises."""
        try:
            self._pg.consume_input()
            if self._pg.is_busy():
                return False
            self.result = result = self._pg.get_result()
            while result is not None:
                result = self._pg.get_result()
            trouble = _trouble(self.result)
        except Error as error:
            trouble = str(error) or "lost"
        if trouble:
            self._otherwise(trouble)
        return True

    def wait(self) -> None:
        """Wait until it is committed."""
        while not self.done():
            select([self], [], [], 1)


def _trouble(result: PGresult | None) -> str:
    if result is None:
        return "no answer"
    return "" if result.status in _FINE else result.get_error_message() or "refused"

"""Questions whose rows come a few at a time, while other things go on.

PostgreSQL works on one by itself; SQLite, which is in this process, goes on from row to row as they are
fetched. So a hundred rows keep nothing else waiting for long.
"""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, Protocol, TypeAlias

from psycopg.adapt import Transformer
from sqlalchemy import PoolProxiedConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from service.storage.prepared import Prepared, Values
from service.storage.session import Storage
from service.storage.underway import Question, Underway, idle

FEW = 8  # rows fetched at once
Row: TypeAlias = list[Any]


class Answer(Protocol):
    """What a question finds."""

    def busy(self) -> bool:
        """Tell whether the database is still at it."""

    def wait(self) -> None:
        """Wait until it is not."""

    def few(self) -> list[Row]:
        """Return the next rows, none after the last."""


Ask: TypeAlias = Callable[[Question, Values], Answer]


def rows(answer: Answer) -> Iterator[Row]:
    """Yield all rows."""
    answer.wait()
    while found := answer.few():
        yield from found


class _Fetched:
    """Rows that a cursor fetches."""

    def __init__(self, prepared: Prepared, cursor: Any, lost: Callable[[Exception], None]) -> None:
        self._prepared, self._cursor, self._lost = prepared, cursor, lost
        self._rest: Iterator[Any] | None = None

    def busy(self) -> bool:
        return False

    def wait(self) -> None:
        """Fetch what is left: a cursor that has come to its end holds no transaction open."""
        if self._rest is None:
            self._rest = iter(self._fetched(self._cursor.fetchall))

    def few(self) -> list[Row]:
        if self._rest is None:
            return [self._prepared.read(row) for row in self._fetched(self._cursor.fetchmany, FEW)]
        return [self._prepared.read(row) for row in islice(self._rest, FEW)]

    def _fetched(self, fetch: Callable[..., list[Any]], *most: int) -> list[Any]:
        try:
            return fetch(*most)
        except Exception as error:
            self._lost(error)
            raise


def over(session: Session) -> Ask:
    """Return a way to ask in a session's transaction; raises DBAPIError."""
    connection = session.connection()

    def ask(question: Question, values: Values) -> Answer:
        prepared = question.prepared(connection.dialect)
        arguments = prepared.arguments(values)
        given = tuple(arguments) if isinstance(arguments, list) else arguments
        return _Fetched(prepared, connection.exec_driver_sql(prepared.sql, given), lambda _error: None)

    return ask


class _Sent:
    """Rows that PostgreSQL was asked for."""

    def __init__(self, prepared: Prepared, connection: Any, lost: Callable[[str], None]) -> None:
        self._prepared, self._connection = prepared, connection
        self._underway, self._rows = Underway(connection, lost), Transformer.from_context(connection)
        self._at = self._end = -1

    def busy(self) -> bool:
        if self._end < 0 and self._underway.done():
            self._read()
        return self._end < 0

    def wait(self) -> None:
        if self._end < 0:
            self._underway.wait()
            self._read()

    def _read(self) -> None:
        result: Any = self._underway.result
        self._rows.set_pgresult(result)
        self._at, self._end = 0, result.ntuples

    def few(self) -> list[Row]:
        first, self._at = self._at, min(self._at + FEW, self._end)
        return [self._prepared.read(row) for row in self._rows.load_rows(first, self._at, tuple)]


class Reader:
    """A connection on which one question at a time is asked, kept over a batch.

    Each is a transaction by itself, and may be lost as with `Storage.hurry`. What fails raises a DBAPIError,
    and the next question is asked on another connection.
    """

    def __init__(self, storage: Storage) -> None:
        self._engine = storage.quick
        self._lite, self._driver = storage.quick.dialect.name == "sqlite", storage.quick.dialect.loaded_dbapi
        self._connection: PoolProxiedConnection | None = None
        self._cursor: Any = None  # SQLite's
        self._last: Answer | None = None

    def ask(self, question: Question, values: Values) -> Answer:
        """Send a question off, as soon as the last one is answered."""
        if self._last is not None:
            self._last.wait()
        prepared = question.prepared(self._engine.dialect)
        try:
            self._connection = connection = self._connection or self._engine.raw_connection()
            self._last = self._asked(question, prepared, values, connection)
        except self._driver.Error as error:
            self._lost(prepared.sql, error)
            raise
        return self._last

    def _asked(
        self, question: Question, prepared: Prepared, values: Values, connection: PoolProxiedConnection
    ) -> Answer:
        if self._lite:
            self._cursor = cursor = connection.cursor()
            cursor.execute(prepared.sql, prepared.arguments(values))
            return _Fetched(prepared, cursor, lambda error: self._lost(prepared.sql, error))
        driver: Any = connection.driver_connection
        question.ask(driver, connection.info, values)
        lost: Callable[[str], None] = lambda why: self._lost(prepared.sql, self._driver.OperationalError(why))  # noqa: E731
        return _Sent(prepared, driver, lost)

    def _lost(self, sql: str, error: Exception) -> None:
        self._forget()
        if isinstance(error, self._driver.Error):
            raise DBAPIError.instance(sql, {}, error, self._driver.Error) from error

    def _forget(self) -> None:
        connection = self._let_go()
        if connection is not None:
            connection.invalidate()
            connection.close()

    def _let_go(self) -> PoolProxiedConnection | None:
        """Forget all of it, and end what SQLite is at: its transaction lasts as long as the cursor."""
        cursor, connection = self._cursor, self._connection
        self._cursor = self._connection = self._last = None
        if cursor is not None:
            cursor.close()
        return connection

    def close(self) -> None:
        """Give the connection back, unless it is still at a question that nobody waited for."""
        connection: Any = self._connection
        if connection is None or self._lite or idle(connection.driver_connection):
            self._let_go()
            if connection is not None:
                connection.close()
        else:
            self._forget()

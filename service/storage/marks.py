"""Mark mails sent: the one write that stands between two mails, so it is made cheap.

It survives the death of our processes at any moment. A crash of the database server itself, or of the
machine, may lose the last half second of marks (PostgreSQL's synchronous_commit off, SQLite's WAL with
synchronous=NORMAL): those mails go out once more, with the same Message-ID.
"""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    PoolProxiedConnection,
    bindparam,
    or_,
    update,
)
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from service.storage.among import Among, Numbers, looked_at
from service.storage.models import Delivery, DeliveryState
from service.storage.session import Storage
from service.storage.underway import Question, Underway, idle

log = logging.getLogger(__name__)

MARKABLE = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.JOINED)
_PATIENCE = (0.1, 0.4, 1.0, 2.0, 4.0, 8.0)  # seconds between attempts while the database is away

_MARK = (
    update(Delivery.__table__)  # type: ignore[arg-type]
    .where(Among(Delivery.id, bindparam("ids", type_=Numbers)))
    .where(or_(*(looked_at(Delivery.state) == state for state in MARKABLE)))
    .values(state=DeliveryState.SENT, sent_at=bindparam("at"), error="")
)
MARK = Question("kaizen_mark", _MARK)


def patiently(act: Callable[[], object], between: Callable[[], None] = lambda: None) -> None:
    """Do what must be written down, again and again for some seconds while the database is away.

    Raises the last error of the database, and any that waiting does not mend at once.
    """
    for patience in _PATIENCE:
        try:
            act()
        except (OperationalError, InterfaceError) as error:  # what may be over soon
            log.warning("marking waits for the database: %s", type(error.orig).__name__)
            between()
            time.sleep(patience)
        else:
            return
    act()


class Marks:
    """One connection that marks mails sent, kept over a batch; each call is a transaction of its own."""

    def __init__(self, storage: Storage) -> None:
        engine = storage.quick
        self._engine, self._driver = engine, engine.dialect.loaded_dbapi
        self._sqlite = engine.dialect.name == "sqlite"
        self._mark = MARK.prepared(engine.dialect)
        self._connection: PoolProxiedConnection | None = None
        self._cursor: Any = None

    def sent(self, ids: Sequence[int], at: datetime) -> None:
        """Mark these deliveries sent; waits for a database that is away, and then raises OperationalError."""
        values = {"at": at, "ids": ids}
        patiently(lambda: self._marked(values), self._forget)

    def begin(self, ids: Sequence[int], at: datetime) -> Underway | None:
        """Begin to mark these deliveries sent, as `sent` does; None where that is done already.

        PostgreSQL works on it by itself, and meanwhile other things can be done; SQLite is in this process.
        """
        if self._sqlite:
            self.sent(ids, at)
            return None
        try:
            if self._cursor is None:
                self._open()
            connection, known = self._cursor.connection, self._connection.info  # type: ignore[union-attr]
            MARK.ask(connection, known, {"at": at, "ids": list(ids)})
        except self._driver.Error:
            self._after_all(ids, at)
            return None
        return Underway(connection, lambda _why: self._after_all(ids, at))

    def _after_all(self, ids: Sequence[int], at: datetime) -> None:
        self._forget()
        self.sent(ids, at)

    def close(self) -> None:
        """Give the connection back, unless it is still at a marking that nobody waited for."""
        if self._cursor is not None and not self._sqlite and not idle(self._cursor.connection):
            self._forget()
        connection, self._connection, self._cursor = self._connection, None, None
        if connection is not None:
            connection.close()

    def _marked(self, values: dict[str, Any]) -> None:
        try:
            if self._cursor is None:
                self._open()
            self._mark.run(self._cursor, values)
        except self._driver.Error as error:
            raise DBAPIError.instance(self._mark.sql, {}, error, self._driver.Error) from error

    def _open(self) -> None:
        self._connection = self._engine.raw_connection()
        self._cursor = self._connection.cursor()

    def _forget(self) -> None:
        connection, self._connection, self._cursor = self._connection, None, None
        if connection is not None:
            connection.invalidate()
            connection.close()

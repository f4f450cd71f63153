"""Connections and transactions: SQLite (WAL) and PostgreSQL behind one small door."""

from collections import deque
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.orm import Session

BUSY_SECONDS = 10


class Storage:
    """A database. Opens no connection before the first transaction."""

    def __init__(self, url: str) -> None:
        self._lite = url.startswith("sqlite")
        self.engine = _sqlite(url) if self._lite else _postgresql(url)
        # Each statement on it is a transaction of its own (on SQLite, without a BEGIN of ours).
        self.quick = self.engine if self._lite else _quick_postgresql(url)
        # Connections of `clicks`, kept beside the pool: taken from the right, and given back there.
        self.lines: deque[Any] = deque()
        self._writer = self.engine.execution_options(kaizen_writes=True)
        self._keeper = (
            _sqlite(url, "FULL").execution_options(kaizen_writes=True) if self._lite else self._writer
        )

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a session to look things up; nothing is kept."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def glance(self) -> Iterator[Session]:
        """Open a session for one look, without asking first whether its connection still lives.

        A lost one raises a DBAPIError with `connection_invalidated`; `read` then finds another. Quicker by
        three words with the server.
        """
        with Session(self.quick, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a transaction that commits at the end, or rolls back with the exception that left it.

        On SQLite it takes the write lock at once (BEGIN IMMEDIATE), so that it can't fail half-way.
        """
        with Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def hurry(self) -> Iterator[Session]:
        """Open a transaction as `write` does, of which the crash of a database server may lose the last ones.

        For what is found again or worked out anew: PostgreSQL does not wait for the disk (SQLite never does).
        """
        with self.write() as session:
            if not self._lite:
                session.execute(text("SET LOCAL synchronous_commit TO off"))
            yield session

    @contextmanager
    def keep(self) -> Iterator[Session]:
        """Open a transaction as `write` does, whose commit outlives a power cut: SQLite waits for the disk.

        For what others hand over to us and then forget.
        """
        with Session(self._keeper, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        """Close all pooled connections; called after a fork and at the end."""
        while self.lines:
            with closing(self.lines.pop()):
                pass
        self.engine.dispose()
        self.quick.dispose()
        self._keeper.dispose()


def _postgresql(url: str) -> Engine:
    return create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 5})


def _quick_postgresql(url: str) -> Engine:
    """Return an engine whose connections are taken and given back without a word to the server.

    One that has died meanwhile is found out in use, and whoever uses it has to go another way then. What it
    commits does not wait for the disk (see `hurry`). All that is asked on it is looked up by ids: a plan that
    was made while a table was small, and is kept, must not go through all of it for ever.
    """
    engine = create_engine(
        url, isolation_level="AUTOCOMMIT", pool_reset_on_return=None, connect_args={"connect_timeout": 5}
    )

    @event.listens_for(engine, "connect")
    def _prepare(dbapi_connection: Any, _record: object) -> None:
        dbapi_connection.autocommit = True  # else the setting would be gone with its transaction
        dbapi_connection.execute("SET synchronous_commit TO off; SET enable_seqscan TO off").close()

    return engine


def _sqlite(url: str, synchronous: str = "NORMAL") -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _prepare(dbapi_connection: Any, _record: object) -> None:
        # The driver's own BEGIN comes too late and is never IMMEDIATE: SQLAlchemy's event below does it.
        dbapi_connection.isolation_level = None
        for pragma in ("journal_mode=WAL", f"synchronous={synchronous}", "foreign_keys=ON"):
            dbapi_connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("kaizen_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine

"""Loading many rows with the bare drivers: executemany on SQLite, COPY on PostgreSQL."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.bench.databases import Database
from tests.bench.ways import batches

Rows = Iterable[tuple[Any, ...]]
Load = Callable[[str, str, Rows], None]


@contextmanager
def loading(database: Database) -> Iterator[Load]:
    """Load tables by name, column names and rows, in one transaction and without triggers."""
    with (_lite if database.lite else _postgres)(database) as load:
        yield load
    if not database.lite:
        with database.bare() as connection:
            connection.autocommit = True
            connection.execute("VACUUM ANALYZE")  # as its own housekeeping would have done by then


@contextmanager
def _lite(database: Database) -> Iterator[Load]:
    connection = database.bare()
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("BEGIN")
    triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        connection.execute(f"DROP TRIGGER {name}")

    def load(table: str, columns: str, rows: Rows) -> None:
        names = columns.split()
        marks = ", ".join("?" * len(names))
        connection.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", rows)

    yield load
    for _, statement in triggers:
        connection.execute(statement)
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


@contextmanager
def _postgres(database: Database) -> Iterator[Load]:
    with database.bare() as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET timezone = 'UTC'")

        def load(table: str, columns: str, rows: Rows) -> None:
            copy = f"COPY {table} ({', '.join(columns.split())}) FROM STDIN"
            with connection.cursor() as cursor, cursor.copy(copy) as out:
                for batch in batches(rows, 5000):
                    out.write("".join(map(_line, batch)))

        yield load


def _line(row: tuple[Any, ...]) -> str:
    return "\t".join([r"\N" if value is None else str(value) for value in row]).replace("\\u", "\\\\u") + "\n"

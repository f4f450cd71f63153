"""Bring a database up to the newest schema with Alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from service.storage.session import Storage

_LOCK = 7_204_915_332  # any fixed number: PostgreSQL's advisory lock for two machines that start at once


def config(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration, bound to a connection."""
    alembic = Config()
    alembic.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    alembic.attributes["connection"] = connection
    return alembic


def upgrade(storage: Storage) -> None:
    """Run all migrations that are missing, in one transaction; a second one at the same time waits."""
    with storage.engine.execution_options(kaizen_writes=True).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        command.upgrade(config(connection), "head")

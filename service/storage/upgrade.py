"""Bring a database up to the newest schema with Alembic."""

import logging
import random
import time
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from service.storage.session import Storage

log = logging.getLogger(__name__)

_TRIES, _PAUSE = 30, 1.0  # seconds
_LONGEST = 2000  # milliseconds that everybody else waits behind a migration that waits for a table
_IN_THE_WAY = ("55P03", "40P01")  # lock_not_available, deadlock_detected
_LOCK = 7_204_915_332  # any fixed number: PostgreSQL's advisory lock for two machines that start at once


def config(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration, bound to a connection."""
    alembic = Config()
    alembic.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    alembic.attributes["connection"] = connection
    return alembic


def upgrade(storage: Storage) -> None:
    """Run all migrations that are missing, in one transaction; a second one at the same time waits.

    On PostgreSQL it never stands in the way of running workers for more than some seconds: where it can't get
    a table soon it lets everybody through and tries again. Raises OperationalError when that goes on.
    """
    for left in reversed(range(_TRIES)):
        try:
            _upgrade(storage)
        except OperationalError as error:
            if not left or getattr(error.orig, "sqlstate", "") not in _IN_THE_WAY:
                raise
            log.info("the tables are in use: trying again")
            time.sleep(_PAUSE * random.uniform(0.5, 1.5))  # noqa: S311
        else:
            return


def _upgrade(storage: Storage) -> None:
    with storage.engine.execution_options(kaizen_writes=True).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            connection.execute(text(f"SET LOCAL lock_timeout = '{_LONGEST}ms'"))
        command.upgrade(config(connection), "head")

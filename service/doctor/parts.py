"""The parts of our own: settings, database, Redis, the clock, and where replies come in."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from jobs import queues
from service import clock
from service.doctor import inbound
from service.doctor.finding import Finding, mend, ok, skip
from service.settings import Settings
from service.storage import queries
from service.storage.session import Storage
from service.storage.upgrade import config

LATEST_TICK = timedelta(minutes=2)


def look(settings: Settings) -> Iterator[Finding]:
    """Yield what there is to say of each of our own parts."""
    yield ok("settings", _summary(settings))
    storage = Storage(settings.database_url)
    try:
        database = _database(storage)
        yield database
        yield _ticks(storage) if database.state == "ok" else skip("clock", "the database comes first")
    finally:
        storage.close()
    yield _redis(settings)
    yield from inbound.look(settings)


def _summary(settings: Settings) -> str:
    url = make_url(settings.database_url)
    place = (
        url.database or "" if url.drivername == "sqlite" else f"{url.host or 'socket'}/{url.database or ''}"
    )
    told = (
        f"mail from {settings.mail_from.addr_spec}",
        f"replies to {settings.reply_domain}",
        f"pages at {settings.base_url}",
        f"{url.get_backend_name()} at {place}",
        "Redis of our own" if settings.embedded_redis else "Redis at REDIS_URL",
    )
    return ", ".join(told)


def _database(storage: Storage) -> Finding:
    url, scripts = storage.engine.url, ScriptDirectory.from_config(config())
    newest = scripts.get_current_head()
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return mend("database", "there is none yet; run: kaizen db upgrade")
    try:
        with storage.read() as session:
            version = session.scalar(text("SELECT version_num FROM alembic_version"))
    except SQLAlchemyError as error:
        if _empty(storage):
            return mend("database", "it has no tables yet; run: kaizen db upgrade")
        return mend("database", f"{_words(error)}; check DATABASE_URL")
    if version == newest:
        return ok("database", f"{url.get_backend_name()}, schema {version}, the newest")
    if version in {script.revision for script in scripts.walk_revisions()}:
        return mend("database", f"schema {version} is old, {newest} is the newest; run: kaizen db upgrade")
    return mend("database", f"schema {version} is of another release than ours ({newest}); update Kaizen")


def _empty(storage: Storage) -> bool:
    """Tell whether the database answers, so that only the table was missing."""
    try:
        with storage.read() as session:
            session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True


def _words(error: SQLAlchemyError) -> str:
    return str(getattr(error, "orig", error)).splitlines()[0]


def _ticks(storage: Storage) -> Finding:
    with storage.read() as session:
        last = queries.last_beat(session, "tick")
    if last is None:
        return mend("clock", "it has never ticked; start kaizen up, or kaizen clock and kaizen worker")
    age = clock.now() - last
    if abs(age) <= LATEST_TICK:
        return ok("clock", f"ticked {max(age.total_seconds(), 0):.0f} seconds ago")
    if age < timedelta(0):
        return mend("clock", "its last tick is in the future; set this machine's time right")
    ago = timedelta(seconds=int(age.total_seconds()))
    return mend("clock", f"its last tick was {ago} (h:mm:ss) ago; start kaizen clock and kaizen worker")


def _redis(settings: Settings) -> Finding:
    if queues.alive(settings):
        return ok("redis", "answers")
    return mend("redis", "does not answer; start kaizen up (which brings one along), or check REDIS_URL")

"""The migrations: from nothing to exactly the models, on both databases, once, twice or two at once."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import IntegrityError

from service.storage.models import Base
from service.storage.session import Storage
from service.storage.upgrade import upgrade
from tests.integration.crowd import opened
from tests.integration.processes import kaizen, wait_for


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table, of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    url: str = request.getfixturevalue("postgres_url")
    name = f"empty_{uuid4().hex}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        yield engine.url.set(database=name).render_as_string(hide_password=False)
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture
def empty(empty_url: str) -> Iterator[Storage]:
    with opened(empty_url) as storage:
        yield storage


def differences(storage: Storage) -> list[object]:
    """Return what Alembic would still have to do to make the database what the models say."""
    with storage.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        return compare_metadata(context, Base.metadata)


def versions(storage: Storage) -> list[str]:
    with storage.engine.connect() as connection:
        return list(connection.scalars(text("SELECT version_num FROM alembic_version")))


def test_an_upgrade_from_empty_gives_exactly_the_models(empty: Storage) -> None:
    assert differences(empty)
    upgrade(empty)
    assert differences(empty) == []
    assert set(inspect(empty.engine).get_table_names()) == {*Base.metadata.tables, "alembic_version"}


def test_upgrading_twice_is_harmless_and_keeps_what_is_there(empty: Storage) -> None:
    upgrade(empty)
    with empty.write() as session:
        session.execute(text("INSERT INTO heartbeat VALUES ('tick', '2026-03-02 09:00:00')"))
    before = versions(empty)
    upgrade(empty)
    assert versions(empty) == before
    assert differences(empty) == []
    with empty.read() as session:
        assert session.scalar(text("SELECT count(*) FROM heartbeat")) == 1


@contextmanager
def both_held_up(storage: Storage) -> Iterator[None]:
    """On PostgreSQL, let nobody make a table until two wait to: what both have found by then is nothing."""
    if storage.engine.dialect.name == "sqlite":
        yield
        return
    waiting = text("SELECT count(*) >= 2 FROM pg_locks WHERE NOT granted")
    with storage.engine.begin() as blocker, storage.engine.connect() as watcher:
        blocker.execute(text("LOCK TABLE pg_class IN SHARE MODE"))
        yield
        wait_for(lambda: watcher.scalar(waiting))


def test_two_upgrades_at_the_same_time_are_harmless(empty: Storage, empty_url: str, tmp_path: Path) -> None:
    own = {"DATABASE_URL": empty_url, "DATA_DIR": str(tmp_path / "var")}
    logs = (tmp_path / "one.log", tmp_path / "two.log")
    with ExitStack() as stack:
        with both_held_up(empty):
            one, two = (stack.enter_context(kaizen(own, log, "db", "upgrade")) for log in logs)
        assert [one.popen.wait(15), two.popen.wait(15)] == [0, 0], one.output + two.output
    assert len(versions(empty)) == 1
    assert differences(empty) == []


def test_sqlite_writes_ahead_and_holds_foreign_keys_on_every_connection(migrated_file: Path) -> None:
    with opened(f"sqlite:///{migrated_file}") as storage, storage.read() as one, storage.read() as two:
        for session in (one, two):
            assert session.scalar(text("PRAGMA journal_mode")) == "wal"
            assert session.scalar(text("PRAGMA foreign_keys")) == 1
            assert session.scalar(text("PRAGMA synchronous")) == 1  # NORMAL
        assert one.connection() is not two.connection()


def test_no_row_can_be_without_its_owner(storage: Storage) -> None:
    orphan = text(
        "INSERT INTO check_in (goal_id, day, outcome, via, at, note)"
        " VALUES (77, '2026-03-02', 'done', 'link', '2026-03-02', '')"
    )
    with pytest.raises(IntegrityError), storage.write() as session:
        session.execute(orphan)


def test_an_id_in_an_old_link_never_comes_back(storage: Storage) -> None:
    insert = text(
        "INSERT INTO person (email, zone, created_at) VALUES (:email, 'UTC', '2026-03-02') RETURNING id"
    )
    with storage.write() as session:
        first = session.scalar(insert, {"email": "ann@example.org"})
        session.execute(text("DELETE FROM person"))
    with storage.write() as session:
        assert session.scalar(insert, {"email": "bob@example.org"}) > first


def test_a_migration_lets_workers_through_while_it_waits_for_their_tables(postgres_url: str) -> None:
    with opened(postgres_url) as storage, storage.read() as other:
        with storage.write() as worker:
            worker.execute(text("LOCK TABLE goal IN ROW EXCLUSIVE MODE"))
            done = threading.Thread(target=upgrade_again, args=(postgres_url,))
            done.start()
            waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'relation'")
            wait_for(lambda: other.scalar(waiting) == 1)
            # Behind a waiting ACCESS EXCLUSIVE nobody may read, but not for long.
            other.execute(text("SET LOCAL lock_timeout = '4s'"))
            other.execute(text("SELECT count(*) FROM goal"))
            other.rollback()
        done.join(20)
        assert not done.is_alive()
        assert other.scalar(text("SELECT count(*) FROM pg_indexes WHERE indexname = 'ix_goal_due'")) == 1


def upgrade_again(url: str) -> None:
    """Take the newest index away, as if a release brought it, and upgrade."""
    with opened(url) as storage, pytest.MonkeyPatch.context() as patch:
        patch.setattr("service.storage.upgrade.command.upgrade", index_again)
        upgrade(storage)


def index_again(alembic: Config, _revision: str) -> None:
    connection = alembic.attributes["connection"]
    connection.execute(text("DROP INDEX ix_goal_due"))
    connection.execute(text("CREATE INDEX ix_goal_due ON goal (next_due_at, person_id, id)"))

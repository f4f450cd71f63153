"""The listener is killed, or its disk is full, while mail comes in: what was answered 250 is there, once."""

import resource
import smtplib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import select, text

from service.app import sender_of
from service.storage.models import Inbound
from service.storage.session import Storage
from tests.browser.whole import free_port
from tests.integration.fire import Fire, fire
from tests.integration.processes import Process, wait_for

SENDERS, KILLS = 6, 3
FULL = 65_536  # bytes that any file may grow to on the full disk
UNLIMITED = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


class Door:
    """The listener's port, and what was said to it and answered."""

    def __init__(self, under: Fire) -> None:
        self.under, self.port = under, free_port()
        self.address = sender_of(under.settings).addresses.bounce(1)
        self.accepted: list[bytes] = []
        self.offered: list[bytes] = []

    @contextmanager
    def open(self) -> Iterator[Process]:
        with self.under.kaizen("inbound", INBOUND_SMTP=f"127.0.0.1:{self.port}") as process:
            wait_for(self.answers)
            yield process

    def answers(self) -> bool:
        with suppress(OSError), smtplib.SMTP("127.0.0.1", self.port, timeout=5):
            return True
        return False

    def offer(self, name: str, lines: int = 1) -> int:
        """Bring a message, and return how it was answered; raises OSError where there was no answer."""
        raw = f"Message-ID: <{name}@example.org>\r\n\r\n".encode() + b"done, and more\r\n" * lines
        self.offered.append(raw)
        with smtplib.SMTP("127.0.0.1", self.port, timeout=5) as smtp:
            smtp.ehlo()
            smtp.mail("ann@example.org")
            smtp.rcpt(self.address)
            code, _ = smtp.data(raw)
            if code == 250:
                self.accepted.append(raw)
            return code

    def kept(self) -> list[bytes]:
        with self.under.storage.read() as session:
            return list(session.scalars(select(Inbound.raw)))


@pytest.fixture
def door(storage: Storage, environment: dict[str, str], tmp_path: Path) -> Iterator[Door]:
    with fire(storage, environment, tmp_path) as under:
        yield Door(under)


def test_what_a_killed_listener_answered_250_is_there_and_nothing_is_there_in_halves(door: Door) -> None:
    over = threading.Event()

    def bring(sender: int) -> None:
        number = 0
        while not over.is_set():
            number += 1
            try:
                door.offer(f"{sender}.{number}")
            except (OSError, smtplib.SMTPException):
                time.sleep(0.02)

    threads = [threading.Thread(target=bring, args=(number,)) for number in range(SENDERS)]
    for kill in range(KILLS):
        before = len(door.accepted)
        with door.open() as listener:
            for thread in threads if kill == 0 else []:
                thread.start()
            wait_for(lambda before=before: len(door.accepted) > before + 5)  # type: ignore[misc]
            time.sleep(0.01 * kill)
            listener.kill_all()
    over.set()
    for thread in threads:
        thread.join(10)
    kept = door.kept()
    assert len(kept) == len(set(kept))
    assert set(door.accepted) <= set(kept) <= set(door.offered)


@pytest.mark.parametrize("storage", ["sqlite"], indirect=True)
def test_a_full_disk_is_answered_451_and_logged_and_nothing_is_half_written(door: Door) -> None:
    with door.open() as listener:
        assert door.offer("before") == 250
        with door.under.storage.engine.connect() as connection:  # the log begins anew, below the limit
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")
        resource.prlimit(listener.popen.pid, resource.RLIMIT_FSIZE, (FULL, resource.RLIM_INFINITY))
        assert door.offer("meanwhile", 20_000) == 451
        assert "could not be stored" in listener.output
        resource.prlimit(listener.popen.pid, resource.RLIMIT_FSIZE, UNLIMITED)
        assert door.offer("after", 20_000) == 250
    assert sorted(door.kept()) == sorted(door.accepted)
    with door.under.storage.read() as session:
        assert session.execute(text("PRAGMA integrity_check")).scalar() == "ok"

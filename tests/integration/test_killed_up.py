"""`kaizen up` and its processes are killed; what is started next finds the ports free and all data."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.whole import Kaizen, eventually, kaizen, mails_to
from tests.smtp import Sink

pytestmark = [pytest.mark.killed, pytest.mark.whole]

EMAIL = "ann@example.org"


@pytest.fixture
def service(tmp_path: Path, mail_sink: Sink) -> Iterator[Kaizen]:
    with kaizen(tmp_path / "var", SMTP_URL=f"smtp://127.0.0.1:{mail_sink.port}") as running:
        yield running


def only_valkey(service: Kaizen) -> bool:
    return all("valkey" in command for command in service.left().values())


def pid_of(service: Kaizen, name: str) -> int:
    return int(service.wait_for(rf"{name} started \(pid=(\d+)\)")[1])


def test_a_killed_up_takes_its_processes_with_it_and_the_next_start_finds_all(
    service: Kaizen, mail_sink: Sink
) -> None:
    service.visitor().sign_up(EMAIL)
    (asking,) = mails_to(mail_sink, EMAIL, 1)
    assert service.process is not None
    service.process.kill()
    service.process.wait()
    eventually(lambda: only_valkey(service), 10)
    service.start()
    service.visitor().press(asking.link("confirm"))
    _, daily = mails_to(mail_sink, EMAIL, 2)
    assert "Done for today" in service.visitor().press(daily.link("done"))


@pytest.mark.parametrize(
    "name",
    [
        "worker",
        "clock",
        "inbound",
        "web",
    ],
)
def test_a_killed_process_ends_the_whole_and_leaves_nothing_so_that_a_supervisor_can_start_it_again(
    service: Kaizen, name: str
) -> None:
    os.kill(pid_of(service, name), signal.SIGKILL)
    eventually(lambda: service.code is not None, 6)
    assert service.code
    eventually(lambda: not service.left(), 5)
    service.start()

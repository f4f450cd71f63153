"""The real `kaizen up` as a subprocess, and what the tests do with it from outside."""

import os
import re
import signal
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import make_msgid
from http.cookiejar import CookieJar
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

from tests.smtp import Mail, Sink

T = TypeVar("T")
READY = r"Ready in (\d+\.\d) seconds"
KEPT = (
    "PATH",
    "HOME",
    "LANG",
    "TMPDIR",
    "XDG_RUNTIME_DIR",
)  # of our environment; no setting of ours leaks in


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def eventually(look: Callable[[], T | None], seconds: float = 5) -> T:
    """Return what `look` returns as soon as it is true; fails after so many seconds."""
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, f"not within {seconds} seconds"
        time.sleep(0.01)
    return found


@dataclass
class Kaizen:
    """One installation: a data folder, ports of its own, and the process while it runs."""

    data_dir: Path
    settings: dict[str, str]
    port: int = field(default_factory=free_port)
    inbound: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    ready_after: float = 0  # seconds from our start of the process to its line "Ready in"

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def env(self) -> dict[str, str]:
        return {
            **{name: os.environ[name] for name in KEPT if name in os.environ},
            "DATA_DIR": str(self.data_dir),
            "PORT": str(self.port),
            "INBOUND_SMTP": f"127.0.0.1:{self.inbound}",
            **self.settings,
        }

    @property
    def command(self) -> list[str]:
        return [sys.executable, "-m", "service.cli", "up"]

    @property
    def log(self) -> Path:
        return self.data_dir.with_suffix(".log")

    def start(self) -> float:
        """Start, wait until all is ready, and return the seconds that it says this took."""
        before = time.monotonic()
        self.launch()
        said = self.wait_for(READY)
        self.ready_after = time.monotonic() - before
        return float(said[1])

    def launch(self) -> None:
        """Start, and wait for nothing."""
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.data_dir.parent,
                env=self.env,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_for(self, line: str, seconds: float = 60) -> re.Match[str]:
        """Return the part of the log that matches, as soon as it is there."""

        def look() -> re.Match[str] | None:
            found = re.search(line, self.log.read_text())
            assert found or self.code is None, self.log.read_text()
            return found

        return eventually(look, seconds)

    @property
    def code(self) -> int | None:
        """How the process ended; None while it runs."""
        assert self.process is not None
        return self.process.poll()

    def refused(self) -> str:
        """Start where it can't start; return the one line that it says, on stderr."""
        ended = subprocess.run(
            self.command,
            check=False,
            cwd=self.data_dir.parent,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=30,
        )
        assert ended.returncode > 0
        assert ended.stdout == ""
        (line,) = ended.stderr.splitlines()
        return line

    def stop(self, number: signal.Signals = signal.SIGTERM, group: bool = False) -> float:
        """Send a signal, to all of the terminal's processes as Ctrl-C does or to one; return the seconds
        until nothing of it is left. Every process must have ended by itself."""
        before = time.monotonic()
        assert self.process is not None
        (os.killpg if group else os.kill)(self.process.pid, number)
        self.process.wait(15)
        eventually(lambda: not self.left(), 20)
        seconds = time.monotonic() - before
        assert "SIGKILL" not in self.log.read_text(), self.log.read_text()
        return seconds

    def left(self) -> dict[int, str]:
        """Return all processes that have our DATA_DIR in their environment: the id and the command."""
        mark = f"\0DATA_DIR={self.data_dir}\0".encode()
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if mark in b"\0" + (folder / "environ").read_bytes():
                    found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:  # it has just ended, or is another user's
                continue
        return found

    def visitor(self) -> "Visitor":
        return Visitor(self.url)

    def reply(self, mail: Mail, text: str) -> str:
        """Answer a mail over real SMTP; return the answer's Message-ID."""
        reply = EmailMessage(policy=SMTP)
        reply["From"], reply["To"] = mail["To"], mail["Reply-To"]
        reply["Subject"] = f"Re: {mail['Subject']}"
        reply["Message-ID"] = make_msgid(domain="example.org")
        reply["In-Reply-To"] = mail["Message-ID"]
        quoted = "\n".join(f"> {line}" for line in mail.text.splitlines())
        reply.set_content(f"{text}\n\nOn Monday, Kaizen wrote:\n{quoted}\n")
        with smtplib.SMTP("127.0.0.1", self.inbound, timeout=10) as smtp:
            smtp.send_message(reply)
        return str(reply["Message-ID"])


class Visitor:
    """A browser without a screen: keeps cookies, fills in forms, and presses buttons."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> str:
        with self.opener.open(self.url + path, timeout=10) as answer:
            return str(answer.read().decode())

    def press(self, path: str, **filled: str) -> str:
        """Open a page and send its form with its hidden fields; return the page that follows."""
        page = self.get(path)
        action = re.search(r'<form method="post" action="([^"]+)"', page)
        assert action is not None, page
        hidden = re.findall(r'<input[^>]* name="(\w+)" type="hidden" value="([^"]*)"', page)
        hidden += re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
        body = urlencode({**dict(hidden), **filled}).encode()
        with self.opener.open(self.url + action[1], body, timeout=10) as answer:
            return str(answer.read().decode())

    def sign_up(self, email: str) -> str:
        return self.press(
            "/",
            email=email,
            goal="Write a book",
            step="Write 1 sentence",
            send_at="08:00",
            timezone="Europe/Berlin",
        )


def mails_to(sink: Sink, email: str, count: int, seconds: float = 5) -> list[Mail]:
    """Wait until so many mails have come for an address, and return them."""

    def there() -> list[Mail]:
        mails = [mail for mail in sink.mails if mail.rcpt_to == email]
        return mails if len(mails) >= count else []

    found = eventually(there, seconds)
    assert len(found) == count, [mail["Subject"] for mail in found]
    return found


@contextmanager
def not_started(data_dir: Path, **settings: str) -> Iterator[Kaizen]:
    """An installation to be started; whatever happens, nothing of it is left afterwards."""
    one = Kaizen(data_dir, settings)
    try:
        yield one
    finally:
        if one.process is not None and one.process.poll() is None:
            one.process.terminate()
            try:
                one.process.wait(6)
            except subprocess.TimeoutExpired:
                one.process.kill()
                one.process.wait()
        for pid in one.left():
            os.kill(pid, signal.SIGKILL)


@contextmanager
def kaizen(data_dir: Path, **settings: str) -> Iterator[Kaizen]:
    """A running service; whatever happens, nothing of it is left afterwards."""
    with not_started(data_dir, **settings) as one:
        one.start()
        yield one

"""Mail by webhook through the real web server, and the examples of the docs as they stand there."""

import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from service.mail.addresses import Addresses
from service.mail.inbound import LARGEST
from tests.browser.whole import eventually, free_port

KEY = "a key for raw messages"
DOCS = Path(__file__).parents[2] / "docs" / "replies-webhooks.md"
RAW = b"Message-ID: <1@x.example>\r\nSubject: x\r\n\r\nW\xfcrde \xff done\r\n"


@pytest.fixture
def port(environment: dict[str, str]) -> Iterator[int]:
    """The port of a real web server with the raw way open."""
    free = free_port()
    own = {"PORT": str(free), "RAW_INBOUND_KEY": KEY, "MAILGUN_SIGNING_KEY": KEY, "PATH": os.environ["PATH"]}
    command = [sys.executable, "-m", "service.cli", "web"]
    process = subprocess.Popen(command, env={**environment, **own}, stderr=subprocess.PIPE, text=True)
    try:
        eventually(lambda: answers(free), 30)
        yield free
    finally:
        process.terminate()
        _, said = process.communicate(timeout=10)
    assert "Traceback" not in said
    assert KEY not in said


def answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/sent", timeout=1):
            return True
    except (URLError, OSError):
        return False


@pytest.fixture
def to(environment: dict[str, str]) -> str:
    return Addresses(environment["SECRET_KEY"], "kaizen.example.org").leave(1)


def kept(environment: dict[str, str]) -> list[tuple[str, str, bytes]]:
    with sqlite3.connect(environment["DATABASE_URL"].removeprefix("sqlite:///")) as database:
        return database.execute("SELECT mail_from, rcpt_to, raw FROM inbound ORDER BY id").fetchall()


def talk(port: int, head: str, pieces: Iterator[bytes]) -> bytes:
    """Send a head and pieces of a body until there is an answer; return its first line."""
    with socket.create_connection(("127.0.0.1", port), 10) as peer:
        peer.sendall(head.encode())
        peer.settimeout(0.05)
        answer = b""
        for piece in pieces:
            try:
                peer.sendall(piece)
                answer = peer.recv(1000)
            except TimeoutError:
                continue
            except OSError:
                break
            if answer:
                break
        peer.settimeout(10)
        return (answer or peer.recv(1000)).partition(b"\r\n")[0]


HEAD = (
    "POST /inbound/{} HTTP/1.1\r\nHost: x\r\nX-Kaizen-Timestamp: {}\r\nX-Kaizen-To: a@x.example\r\n"
    "X-Kaizen-Signature: 00\r\n"
)


def test_too_large_a_body_is_refused_before_it_has_come(port: int, environment: dict[str, str]) -> None:
    for provider in ("raw", "mailgun"):
        head = HEAD.format(provider, int(time.time()))
        started = time.monotonic()
        line = talk(port, f"{head}Content-Length: 1000000000\r\n\r\n", iter([b"x" * 100]))
        assert line.startswith(b"HTTP/1.1 413")
        assert time.monotonic() - started < 5
    head, chunk = HEAD.format("raw", int(time.time())), b"10000\r\n" + b"x" * 65536 + b"\r\n"
    endless = (chunk for _ in range(100 * LARGEST // len(chunk)))
    line = talk(port, f"{head}Transfer-Encoding: chunked\r\n\r\n", endless)
    assert line.startswith(b"HTTP/1.1 413")
    assert kept(environment) == []


def block(language: str) -> str:
    found = re.findall(rf"^```{language}\n(.*?)^```", DOCS.read_text(), re.MULTILINE | re.DOTALL)
    assert len(found) == 1
    return str(found[0])


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    script = tmp_path / "kaizen-pipe"
    script.write_text(block("python"))
    return script


def piped(
    pipe: Path, url: str, key: str, *words: str, raw: bytes = RAW
) -> subprocess.CompletedProcess[bytes]:
    config = pipe.with_name("config")
    config.write_text(f"{url}\n{key}\n")
    command = [sys.executable, str(pipe), str(config), *words]
    return subprocess.run(command, input=raw, capture_output=True, timeout=30, check=False)


def test_the_postfix_script_hands_a_message_over(
    port: int, environment: dict[str, str], to: str, pipe: Path
) -> None:
    url = f"http://127.0.0.1:{port}/inbound/raw"
    assert piped(pipe, url, KEY, "ann@example.org", to).returncode == 0
    second, third = (RAW.replace(b"<1@", b"<%d@" % number) for number in (2, 3))
    assert piped(pipe, url, KEY, "", to, raw=second).returncode == 0
    assert piped(pipe, url, KEY, "ann📝@example.org", to, raw=third).returncode == 0
    senders = [(sender, raw) for sender, _, raw in kept(environment)]
    assert senders == [("ann@example.org", RAW), ("", second), ("ann?@example.org", third)]
    wrong = piped(pipe, url, "another key of this length", "ann@example.org", to)
    assert (wrong.returncode, wrong.stdout[:3]) == (75, b"403")
    assert piped(pipe, url, KEY, "", to, raw=RAW + b"x" * LARGEST).returncode == 69
    assert piped(pipe, "http://127.0.0.1:1/", KEY, "", to).returncode == 75
    assert len(kept(environment)) == 3


RUN = """
import worker from "./worker.mjs";
const [url, key, from, to] = process.argv.slice(2);
const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const setReject = (why) => console.log("rejected", why);
const blob = new Blob(chunks);
const message = { from, to, raw: blob.stream(), rawSize: blob.size, setReject };
await worker.email(message, { RAW_INBOUND_KEY: key, KAIZEN_URL: url });
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="the Worker is JavaScript: it needs node")
def test_the_cloudflare_worker_hands_a_message_over(
    port: int, environment: dict[str, str], to: str, tmp_path: Path
) -> None:
    (tmp_path / "worker.mjs").write_text(block("js"))
    (tmp_path / "run.mjs").write_text(RUN)

    def worked(key: str, sender: str = "ann@example.org", raw: bytes = RAW) -> bytes:
        url = f"http://127.0.0.1:{port}/inbound/raw"
        command = ["node", str(tmp_path / "run.mjs"), url, key, sender, to]
        return subprocess.run(command, input=raw, capture_output=True, timeout=60, check=True).stdout

    second = RAW.replace(b"<1@", b"<2@")
    assert worked(KEY) == worked(KEY, "annë@example.org", second) == b""
    assert kept(environment) == [("ann@example.org", to, RAW), ("ann?@example.org", to, second)]
    assert b"rejected" in worked("another key of this length")
    assert b"rejected" in worked(KEY, raw=RAW + b"x" * LARGEST)
    assert len(kept(environment)) == 2

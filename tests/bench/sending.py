"""Sending: due, claimed, composed, accepted by an SMTP server, marked sent."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from service import collector
from service.app import sender_of
from service.mail.compose import Sender
from tests.bench import floors, obvious, people, ways
from tests.bench.databases import Database, Server
from tests.bench.sink import Sink, sink
from tests.bench.table import Result
from tests.bench.timing import best, rate

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MAILS = 10_000
WARM = 400  # mails before, which are not counted
SLOW_MAILS, SLOW_CONNECTIONS, DELAY = 8_000, 16, 0.005
OBVIOUS_MAILS = 400
ROUNDS = 3


@dataclass(frozen=True)
class Field:
    """A database full of people, and who the mail is from."""

    database: Database
    sender: Sender

    def due(self, mails: int) -> None:
        people.due_again(self.database, mails, NOW)

    def claimed(self) -> list[int]:
        return ways.claim_all(self.database.storage, NOW)[1]

    def send(self, to: Sink, ids: list[int], connections: int = ways.CONNECTIONS) -> int:
        return ways.send(self.database.storage, self.sender, to.server, NOW, ids, connections=connections)

    def whole_way(self, to: Sink, mails: int) -> float:
        """Return mails a second from due to marked sent, claimed and delivered by one process."""
        self.due(mails)
        before = to.mails

        def work() -> None:
            assert self.send(to, self.claimed()) == mails

        with to.eager(self.database.lite):  # PostgreSQL needs that processor itself
            found = rate(mails, work)
        assert to.mails - before == mails
        assert self.database.one("SELECT count(*) FROM delivery WHERE state = 'sent'") == mails
        return found

    def a_mail(self) -> bytes:
        """Return the content of one mail of ordinary length."""
        self.due(25)
        rows = ways.gathered(self.database.storage, self.claimed())
        contents = sorted(ways.composed(rows, self.sender, NOW), key=len)
        return contents[len(contents) // 2]


@contextmanager
def field(server: Server, mails: int) -> Iterator[Field]:
    with server.fresh() as database:
        people.fill(database, mails, NOW)
        collector.set_up()  # as a worker does
        yield Field(database, sender_of(database.settings(BASE_URL="http://localhost:8000")))


def send(server: Server) -> Iterator[Result]:
    """Time one worker against bare smtplib, against a slow server's limit, and against the obvious design."""
    with field(server, MAILS) as filled, sink() as quick:
        content = filled.a_mail()
        filled.whole_way(quick, WARM)
        ours, floor = best(
            ROUNDS,
            lambda: filled.whole_way(quick, MAILS),
            lambda: floors.smtplib_loop(quick, content, MAILS),
        )
        figures = {"a_second": ours, "floor_a_second": floor, "bytes_a_mail": float(len(content))}
        yield Result("send_vs_smtplib", ours / floor, "bare smtplib, one kept connection", figures)
        cold = _cold(filled, quick)
        yield Result(
            "send_cold_vs_smtplib", cold / floor, "the same, every standing forgotten", {"a_second": cold}
        )
        yield _slow(filled)
        plain = obvious.rate_of(filled.database, quick, OBVIOUS_MAILS, NOW, filled.due)
        figures = {"a_second": ours, "obvious_a_second": plain}
        yield Result("send_vs_obvious", ours / plain, "a job, a connection, a commit a mail", figures)


def compose(server: Server) -> Iterator[Result]:
    """Time composing alone, rows already read, against an EmailMessage of the same words."""
    with field(server, 3000) as filled:
        content = filled.a_mail()
        filled.due(3000)
        rows = ways.gathered(filled.database.storage, filled.claimed())

        def ours() -> float:
            return rate(3000, lambda: list(ways.composed(rows, filled.sender, NOW)))

        composed, bare = best(ROUNDS, ours, lambda: floors.email_messages(content, 1500))
    figures = {"a_second": composed, "floor_a_second": bare}
    yield Result("compose_vs_email_message", composed / bare, "EmailMessage of the same words", figures)


def _cold(filled: Field, to: Sink) -> float:
    filled.database.execute("UPDATE standing SET doc = NULL")
    return filled.whole_way(to, MAILS)


def _slow(filled: Field) -> Result:
    """Deliver what is claimed already to a server that takes its time, over many connections at once."""
    limit = SLOW_CONNECTIONS / DELAY

    with sink(DELAY) as slow:

        def ours() -> float:
            filled.due(SLOW_MAILS)
            ids = filled.claimed()
            sent: Callable[[], int] = lambda: filled.send(slow, ids, SLOW_CONNECTIONS)  # noqa: E731
            return rate(SLOW_MAILS, sent)

        (found,) = best(2, ours)
        held = slow.held / slow.mails * 1000
        figures = {
            "a_second": found,
            "limit_a_second": limit,
            "connections": float(slow.connections),
            "held_ms": held,
        }
    floor = f"{SLOW_CONNECTIONS} connections / {DELAY * 1000:g} ms"
    return Result("send_slow_server", found / limit, floor, figures)

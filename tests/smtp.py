"""Real SMTP for the tests: a sink that takes mail, and our own listener, each on a free port."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import cached_property

from aiosmtpd.smtp import SMTP, Envelope, Session

from service.setting_values import SmtpServer


@dataclass
class Mail:
    """One mail as the sink took it."""

    mail_from: str
    rcpt_to: str
    raw: bytes

    @cached_property
    def message(self) -> EmailMessage:
        parsed = message_from_bytes(self.raw, policy=default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    def __getitem__(self, header: str) -> str:
        return str(self.message[header])

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    def _part(self, kind: str) -> str:
        part = self.message.get_body(preferencelist=(kind,))
        assert part is not None
        return str(part.get_content())

    def link(self, page: str) -> str:
        """Return the path of the mail's link to a page; it stands on a line of its own."""
        found = [line for line in self.text.splitlines() if f"/{page}/" in line]
        assert len(found) == 1, found
        return found[0][found[0].index(f"/{page}/") :]


@dataclass
class Sink:
    """aiosmtpd's handler: keeps what it takes; `answers` makes it refuse, by recipient.

    `offers` are extensions beside its own; PIPELINING needs no more than to be said.
    """

    mails: list[Mail] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    connections: int = 0
    port: int = 0
    offers: tuple[str, ...] = ()

    @property
    def server(self) -> SmtpServer:
        return SmtpServer("127.0.0.1", self.port)

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        return [*responses[:-1], *(f"250-{offer}" for offer in self.offers), *responses[-1:]]

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        for address in envelope.rcpt_tos:
            self.mails.append(Mail(envelope.mail_from or "", address, envelope.original_content or b""))
        return "250 OK"


@contextmanager
def smtp_server(factory: Callable[[], SMTP]) -> Iterator[int]:
    """Serve SMTP on a free loopback port, in a thread of its own; yield the port."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(_listen(factory), loop).result(5)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


async def _listen(factory: Callable[[], SMTP]) -> asyncio.Server:
    return await asyncio.get_running_loop().create_server(factory, "127.0.0.1", 0)


async def _end(server: asyncio.Server) -> None:
    server.close()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


@contextmanager
def sink() -> Iterator[Sink]:
    """Run a sink."""
    kept = Sink()
    with smtp_server(lambda: SMTP(kept, hostname="sink", enable_SMTPUTF8=True)) as kept.port:
        yield kept

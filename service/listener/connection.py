"""One connection: aiosmtpd's SMTP, with bounds of our own around all that a peer may send."""

import asyncio
import re
from collections import defaultdict
from collections.abc import Callable
from ssl import SSLContext
from typing import Any, cast

from aiosmtpd.smtp import SMTP

from service.domain.arrival import Route
from service.listener.content import Content
from service.listener.lobby import Lobby
from service.listener.receiver import Receiver
from service.mail.inbound import LARGEST

MOST_ANSWERS = 100  # between two messages: some 25 are enough for one with twenty recipients
LONGEST_COMMAND = 1000  # bytes; RFC 5321 asks for 512, and more where there are extensions
_BARE = re.compile(r"([245])(?!20)[0-9]{2} (?![245]\.[0-9]+\.[0-9]+ )")
_NO_TIMEOUT = 7 * 24 * 3600.0  # aiosmtpd's own; the lobby looks after ours


class Connection(SMTP):
    """SMTP (RFC 5321) for one peer."""

    route = Route.SMTP

    def __init__(
        self, receiver: Receiver, hostname: str, lobby: Lobby, tls: SSLContext | None = None
    ) -> None:
        super().__init__(
            receiver,
            hostname=hostname,
            ident="Kaizen",
            data_size_limit=LARGEST,
            enable_SMTPUTF8=True,
            tls_context=tls,
            timeout=_NO_TIMEOUT,
        )
        # aiosmtpd's own is one for all connections, and any peer can make it grow.
        self.command_size_limits = defaultdict(lambda: LONGEST_COMMAND)
        self.lobby, self.answers, self.welcome, self.gone = lobby, 0, True, False
        self.receiving = self.keeping = self.greeting = False
        self.heard = self.since = 0.0

    # What the event loop tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let the peer in, or tell it to come back; called again after STARTTLS."""
        if self.transport is None:
            self.heard = self.since = self.loop.time()
            self.welcome = self.lobby.enter(self, transport.get_extra_info("peername"))
        if self.welcome:
            super().connection_made(transport)
        else:
            writer = cast("asyncio.WriteTransport", transport)
            writer.write(b"421 4.3.2 Too many connections, please come back later\r\n")
            writer.close()

    def data_received(self, data: bytes) -> None:
        """Take what came, and note when."""
        self.heard = self.loop.time()
        if self.welcome:
            super().data_received(data)

    def eof_received(self) -> bool | None:
        """End: a peer that says nothing more hears nothing more."""
        return super().eof_received() if self.welcome else None

    def connection_lost(self, error: Exception | None) -> None:
        """Forget the peer."""
        self.lobby.leave(self)
        if self.welcome:
            super().connection_lost(error)

    def dismiss(self, words: str) -> None:
        """Say goodbye and close; the second time, close whatever is left to be said."""
        transport = cast("asyncio.WriteTransport | None", self.transport)
        if transport is None:
            return
        if self.gone:
            transport.abort()
        elif not transport.is_closing():
            transport.write(words.encode() + b"\r\n")
            transport.close()
        self.gone = True

    # What aiosmtpd calls

    async def push(self, status: str | bytes) -> None:
        """Answer, and let the others have their turn; a peer that never comes to the point is sent away."""
        words = status if isinstance(status, str) else status.decode()
        await super().push(words if self.greeting else enhanced(words))
        self.answers += 1
        if self.answers > MOST_ANSWERS:
            self.dismiss("421 4.7.0 Too many commands")
        if not words.startswith("220"):
            await asyncio.sleep(0)  # not before TLS, whose first bytes must not come in meanwhile

    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Answer with keywords, which carry no status code of RFC 2034."""
        await self._greeted(super().smtp_EHLO, hostname)

    async def smtp_HELO(self, hostname: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Answer with our name."""
        await self._greeted(super().smtp_HELO, hostname)

    async def _greeted(self, answer: Callable[[str], Any], hostname: str) -> None:
        self.greeting = True
        try:
            await answer(hostname)
        finally:
            self.greeting = False

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Take a message and answer when it is kept."""
        if await self.check_helo_needed():
            return
        if arg or not self._recipients():
            await self.push("501 5.5.4 Syntax: DATA" if arg else "503 5.5.1 No recipient was taken")
            return
        self.receiving = True
        content = Content(LARGEST, self.lobby.hold, self.lobby.release)
        try:
            await self.push("354 End data with <CR><LF>.<CR><LF>")
            await self._answer(await self._kept(content))
        finally:
            content.forget()
            self.receiving = self.keeping = False
            self.envelope = self._create_envelope()
        if self.lobby.closing:
            self.dismiss("421 4.3.2 Closing, please come back later")

    async def _kept(self, content: Content) -> str:
        raw = await content.read(self._reader)
        self.keeping = True
        if self.envelope:
            self.envelope.original_content = self.envelope.content = raw
        status = content.refusal or str(await self._call_handler_hook("DATA"))
        if status.startswith("250"):
            self.answers, self.since = 0, self.loop.time()
        self.heard = self.loop.time()
        return status

    async def _answer(self, status: str) -> None:
        await self.push(status)

    def _recipients(self) -> list[str]:
        return self.envelope.rcpt_tos if self.envelope else []

    async def smtp_VRFY(self, _arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Tell nobody who is here."""
        await self.push("502 5.5.1 Not here")

    async def smtp_EXPN(self, _arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Tell nobody who is here."""
        await self.push("502 5.5.1 Not here")

    async def smtp_AUTH(self, _arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Take no password: nobody has one."""
        await self.push("502 5.5.1 Not here")


class Lmtp(Connection):
    """LMTP (RFC 2033): greeted by LHLO, and each recipient has an answer of its own."""

    route = Route.LMTP

    async def smtp_LHLO(self, hostname: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Answer as to EHLO."""
        await super().smtp_EHLO(hostname)

    async def smtp_EHLO(self, _hostname: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Refuse: this is not SMTP."""
        await self.push("500 5.5.1 This is LMTP: say LHLO")

    async def smtp_HELO(self, _hostname: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Refuse: this is not SMTP."""
        await self.push("500 5.5.1 This is LMTP: say LHLO")

    async def _answer(self, status: str) -> None:
        for _ in self._recipients():
            await self.push(status)


def enhanced(status: str) -> str:
    """Return an answer with the status code of RFC 2034 that aiosmtpd's own answers lack."""
    return _BARE.sub(r"\g<0>\1.0.0 ", status, count=1) if _BARE.match(status) else status

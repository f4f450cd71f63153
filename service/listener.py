"""The inbound SMTP listener: takes mail for our own addresses, and says 250 only after it is committed."""

import asyncio
import logging
import signal
from collections.abc import Callable, Sequence

from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy.exc import SQLAlchemyError

from service import clock
from service.actions.outbox import Outbox
from service.actions.receive import keep
from service.links import BadToken
from service.mail.addresses import Addresses
from service.mail.inbound import LARGEST
from service.settings import Settings
from service.storage.session import Storage

log = logging.getLogger(__name__)

MOST_RECIPIENTS = 20
TIMEOUT = 60  # seconds without a word from the peer


class Receiver:
    """aiosmtpd's handler: recipients are checked by their token, content is stored raw."""

    def __init__(self, storage: Storage, addresses: Addresses, wake: Callable[[Sequence[int]], None]) -> None:
        self.storage, self.addresses, self.wake = storage, addresses, wake

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take only addresses that we made; anything else would be relaying."""
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        try:
            self.addresses.read(address)
        except BadToken:
            return "550 5.1.1 No such address here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Commit the raw message, then accept it."""
        try:
            ids = await asyncio.to_thread(self._keep, envelope)
        except SQLAlchemyError as error:
            log.error("a message could not be stored: %s", type(error).__name__)
            return "451 4.3.0 Please try again later"
        await asyncio.to_thread(self.wake, ids)
        return "250 2.0.0 Kept"

    def _keep(self, envelope: Envelope) -> list[int]:
        with self.storage.write() as session:
            outbox = Outbox(session, clock.now(), self.addresses.domain)
            sender, raw = (envelope.mail_from or "").strip("<>"), envelope.original_content or b""
            kept = [keep(outbox, sender, address, raw) for address in envelope.rcpt_tos]
        return [inbound_id for inbound_id in kept if inbound_id is not None]


async def serve(
    receiver: Receiver, host: str, port: int, hostname: str, stop: asyncio.Event | None = None
) -> None:
    """Listen until SIGTERM or SIGINT (or `stop`); raises OSError where the port is taken."""
    loop, done = asyncio.get_running_loop(), stop or asyncio.Event()
    if stop is None:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, done.set)

    def connection() -> SMTP:
        return SMTP(receiver, hostname=hostname, ident="Kaizen", data_size_limit=LARGEST, timeout=TIMEOUT)

    server = await loop.create_server(connection, host, port)
    log.info("taking replies at %s:%d", host, port)
    await done.wait()
    server.close()


def run(settings: Settings, wake: Callable[[Sequence[int]], None]) -> None:
    """Run the listener as a process."""
    addresses = Addresses(settings.secret_key, settings.reply_domain)
    receiver = Receiver(Storage(settings.database_url), addresses, wake)
    asyncio.run(serve(receiver, *settings.inbound, hostname=settings.reply_domain))

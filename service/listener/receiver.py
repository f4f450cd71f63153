"""What the listener does with a message: whom it is taken for, and how it is kept before it is accepted."""

import asyncio
import logging
import re
from collections.abc import Callable, Sequence

from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy.exc import OperationalError

from service import clock
from service.actions.outbox import Outbox
from service.actions.receive import keep
from service.domain.arrival import Arrival, Route
from service.listener.together import Together
from service.mail.addresses import Addresses
from service.storage.session import Storage

log = logging.getLogger("service.listener")

MOST_RECIPIENTS = 20
MOST_TOGETHER = 50  # messages of one commit
PATIENCE = 45  # seconds for a commit; a peer waits ten minutes for our answer, but keeps its place here
_UNFIT = re.compile("[\x00-\x20\x7f\ud800-\udfff]")  # surrogates stand for bytes that are not UTF-8
LATER = "451 4.3.0 Please try again later"

Kept = list[int]


class Receiver:
    """aiosmtpd's handler: recipients are checked by their token, content is stored raw."""

    def __init__(self, storage: Storage, addresses: Addresses, wake: Callable[[Sequence[int]], None]) -> None:
        self.storage, self.addresses, self.wake = storage, addresses, wake
        self._commits: Together[list[Arrival], Kept] = Together(self._commit, MOST_TOGETHER)
        self._calls: Together[Kept, None] = Together(self._call, MOST_TOGETHER)

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, offers: list[str]
    ) -> list[str]:
        """Offer what RFC 2033 asks of LMTP, and no login."""
        session.host_name = hostname
        more = ["250-PIPELINING", "250-ENHANCEDSTATUSCODES"]
        return [offer for offer in offers[:-1] if not offer.startswith("250-AUTH")] + more + offers[-1:]

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take any sender that can be written down: who speaks is found out later."""
        if _UNFIT.search(address):
            return "553 5.1.7 No such address anywhere"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take only addresses of our own; anything else would be relaying."""
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        if _UNFIT.search(address) or not self.addresses.is_ours(address):
            return "550 5.1.1 No such address here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Commit the raw message, then accept it."""
        route = getattr(server, "route", Route.SMTP)
        sender, raw = (envelope.mail_from or "").strip("<>"), envelope.original_content or b""
        arrivals = [Arrival(route, sender, address, raw) for address in envelope.rcpt_tos]
        try:
            ids = await asyncio.wait_for(self._commits.do(arrivals), PATIENCE)
        except Exception as error:
            log.error("a message could not be stored: %s", type(error).__name__)
            return LATER
        await self._calls.do(ids)
        return "250 2.0.0 Kept"

    async def handle_exception(self, error: Exception) -> str:
        """Answer what nobody foresaw, without a word about our inside."""
        log.error("a command failed: %s", type(error).__name__)
        return LATER

    def _commit(self, messages: Sequence[list[Arrival]]) -> Sequence[Kept | Exception]:
        """Commit all messages at once, or each by itself where one of them can't be stored."""
        try:
            return self._stored(messages)
        except OperationalError as error:  # the database is at fault, for all of them
            return [error] * len(messages)
        except Exception as error:
            if len(messages) == 1:
                return [error]
        return [result for message in messages for result in self._commit([message])]

    def _stored(self, messages: Sequence[list[Arrival]]) -> list[Kept]:
        with self.storage.keep() as session:
            outbox = Outbox(session, clock.now(), self.addresses.domain)
            found = [[keep(outbox, arrival) for arrival in message] for message in messages]
        return [[inbound_id for inbound_id in ids if inbound_id is not None] for ids in found]

    def _call(self, several: Sequence[Kept]) -> Sequence[None]:
        """Wake the workers; one that can't be woken only finds the messages later."""
        ids = [inbound_id for ids in several for inbound_id in ids]
        try:
            if ids:
                self.wake(ids)
        except Exception as error:
            log.warning("the workers were not woken: %s", type(error).__name__)
        return [None] * len(several)

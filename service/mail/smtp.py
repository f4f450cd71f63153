"""Send over several kept SMTP connections at once, from one thread: a server's thinking time is not ours."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

from service.mail.smtp_greeting import greeted
from service.mail.smtp_line import Line
from service.mail.smtp_round import Round
from service.mail.transport import Closing, MailboxTransport, Parcel, Settle, Transport, Unreachable
from service.setting_values import SmtpServer
from service.settings import Settings

EACH = 4  # mails that are worth a connection of their own


class SmtpTransport(Closing):
    """Up to so many connections to one server, opened when there is enough to send, and kept."""

    def __init__(self, server: SmtpServer, connections: int = 1) -> None:
        self.server, self.connections = server, connections
        self.lines: list[Line] = []

    def carry(self, parcels: Iterator[Parcel], settle: Settle, expected: int = 1) -> None:
        """Hand mails over, and settle each before its connection takes the content of the next.

        A server may take only so many mails a connection: one that ends after a mail is opened again.
        """
        first = next(parcels, None)
        if first is None:
            return
        for line in [line for line in self.lines if line.stale()]:
            self.drop(line)
        self._widen(min(self.connections, -(-expected // EACH)))
        Round(self, chain([first], parcels), settle, alone=expected < 2).run()

    def _widen(self, wanted: int) -> None:
        """Have so many connections; where a server allows fewer, those must do."""
        missing = max(wanted, 1) - len(self.lines)
        try:
            if missing == 1:
                self.open()
            elif missing > 1:
                self._open_many(missing)
        except Unreachable:
            if not self.lines:
                raise

    def _open_many(self, missing: int) -> None:
        with ThreadPoolExecutor(missing) as pool:
            calls = [pool.submit(greeted, self.server) for _ in range(missing)]
        errors = [error for call in calls if (error := call.exception()) is not None]
        self.lines += [Line(call.result()) for call in calls if call.exception() is None]
        if errors:
            raise errors[0]

    def open(self) -> None:
        """Open one more connection; raises Unreachable or Unwelcome."""
        self.lines.append(Line(greeted(self.server)))

    def drop(self, line: Line) -> None:
        """Forget a connection."""
        self.lines.remove(line)
        line.close()

    def close(self) -> None:
        """Say goodbye on all connections."""
        for line in list(self.lines):
            self.drop(line)


def open_transport(settings: Settings) -> Transport:
    """Return the transport that the settings ask for; it connects at the first mail."""
    if settings.smtp is None:
        return MailboxTransport(settings.mailbox_dir)
    return SmtpTransport(settings.smtp, settings.smtp_connections)

"""Hand composed mail over: to an SMTP server over one kept connection, or into the local mailbox."""

import mailbox
import smtplib
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from service.mail.compose import Envelope
from service.setting_values import SmtpServer
from service.settings import Settings

TIMEOUT = 20  # seconds for any one answer of a server


class TransportError(Exception):
    """A mail was not taken. Its words may hold addresses and tokens; only `brief` is for the log."""

    def __init__(self, words: str, brief: str = "") -> None:
        super().__init__(words)
        self.brief = brief or words.split(" ", 1)[0]


class Refused(TransportError):  # noqa: N818
    """The server refuses this mail for good (5xx)."""


class Deferred(TransportError):  # noqa: N818
    """The server can't take this mail now (4xx); the next mail may still go."""


class Unreachable(TransportError):  # noqa: N818
    """No server, or none that takes our mail at all: stop the batch and try later."""


class Transport(Protocol):
    """Takes mail; kept open over a batch."""

    def send(self, envelope: Envelope) -> None:
        """Hand one mail over; raises Refused, Deferred or Unreachable."""

    def close(self) -> None:
        """Say goodbye, quietly."""

    def __enter__(self) -> Self:
        """Return the transport; it connects at the first mail."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""


class _Closing:
    def close(self) -> None:
        """Nothing to close."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class SmtpTransport(_Closing):
    """One SMTP connection, opened at the first mail and kept."""

    def __init__(self, server: SmtpServer) -> None:
        self.server = server
        self._smtp: smtplib.SMTP | None = None
        self._carried = 0

    def send(self, envelope: Envelope) -> None:
        """Hand one mail over; raises Refused, Deferred or Unreachable.

        A server may take only so many mails a connection: one that ends after a mail is opened again, once.
        """
        try:
            self._send(envelope)
        except Unreachable:
            if not self._carried:
                raise
            self._carried = 0
            self._send(envelope)

    def _send(self, envelope: Envelope) -> None:
        smtp = self._connected()
        try:
            smtp.sendmail(envelope.mail_from, [envelope.rcpt_to], envelope.content)
            self._carried += 1
        except smtplib.SMTPRecipientsRefused as error:
            self._raise(*next(iter(error.recipients.values())))
        except smtplib.SMTPDataError as error:
            self._raise(error.smtp_code, error.smtp_error)
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise _unreachable(error) from error

    def greet(self) -> list[str]:
        """Connect, log in, and return what the server offers; raises Unreachable."""
        offers = list(self._connected().esmtp_features)
        self.close()
        return offers

    def close(self) -> None:
        """Say QUIT and forget the connection."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            try:
                smtp.quit()
            except (smtplib.SMTPException, OSError):
                smtp.close()

    def _raise(self, code: int, answer: bytes | str) -> None:
        words = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
        if code == 421:
            self.close()
            raise Unreachable(f"{code} {words}")
        raise (Refused if code >= 500 else Deferred)(f"{code} {words}")

    def _connected(self) -> smtplib.SMTP:
        if self._smtp is None:
            try:
                self._smtp = self._connect()
            except (smtplib.SMTPException, OSError) as error:
                raise _unreachable(error) from error
        return self._smtp

    def _connect(self) -> smtplib.SMTP:
        server = self.server
        kind = smtplib.SMTP_SSL if server.tls else smtplib.SMTP
        smtp = kind(server.host, server.port, timeout=TIMEOUT)
        smtp.ehlo()
        if not server.tls and smtp.has_extn("starttls"):
            smtp.starttls()
            smtp.ehlo()
        if server.user:
            smtp.login(server.user, server.password)
        return smtp


class MailboxTransport(_Closing):
    """The local mailbox: a maildir in DATA_DIR, for a service that has no SMTP_URL."""

    def __init__(self, folder: Path) -> None:
        self._maildir = mailbox.Maildir(folder, create=True)

    def send(self, envelope: Envelope) -> None:
        """Keep one mail, with its envelope in front as a mail server would write it."""
        trace = f"Return-Path: <{envelope.mail_from}>\r\nDelivered-To: {envelope.rcpt_to}\r\n"
        try:
            self._maildir.add(trace.encode() + envelope.content)
        except OSError as error:
            raise _unreachable(error) from error


def open_transport(settings: Settings) -> Transport:
    """Return the transport that the settings ask for; it connects at the first mail."""
    return SmtpTransport(settings.smtp) if settings.smtp else MailboxTransport(settings.mailbox_dir)


def _unreachable(error: Exception) -> Unreachable:
    code = getattr(error, "smtp_code", getattr(error, "errno", None))
    kind = type(error).__name__
    return Unreachable(f"{kind}: {error}"[:300], f"{kind} {code}" if code else kind)

"""Hand composed mail over: what a transport promises, how it fails, and the local mailbox."""

import mailbox
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol, Self

from service.mail.compose import Envelope


class TransportError(Exception):
    """A mail was not taken. Its words may hold addresses and tokens; only `brief` is for the log."""

    def __init__(self, words: str, brief: str = "") -> None:
        super().__init__(words)
        self.brief = brief or words.split(" ", 1)[0]


class Refused(TransportError):  # noqa: N818
    """The server refuses this mail for good (5xx); `recipient` tells that it is for the address's sake."""

    recipient = True


class Deferred(TransportError):  # noqa: N818
    """The server can't take this mail now (4xx), or nobody knows whether it did; the next may still go."""


class Disliked(Deferred):
    """The server refuses us or our words, not the recipient (5xx): several in a row are our own trouble."""


class Unreachable(TransportError):  # noqa: N818
    """No server, or one that takes nothing now (421): stop the batch and try later."""


class Unwelcome(Unreachable):
    """The server does not want us (5xx on the login or the sender): stop, and let an operator look."""


Parcel = tuple[int, Envelope]  # a mail under the id of its delivery
Handed = tuple[int, TransportError | None]  # what became of it


class Underway(Protocol):
    """What is being written down by somebody else meanwhile."""

    def fileno(self) -> int:
        """Return what becomes readable when there is news."""

    def done(self) -> bool:
        """Tell whether it is written down."""

    def wait(self) -> None:
        """Wait until it is."""


Settle = Callable[[Sequence[Handed]], Underway | None]


class Transport(Protocol):
    """Takes mail; kept open over a batch."""

    def carry(self, parcels: Iterator[Parcel], settle: Settle, expected: int = 1) -> None:
        """Hand mails over, about `expected` of them, and settle each before its connection takes the next.

        Raises Unreachable or Unwelcome where the rest should wait; all that was decided is settled by then.
        """

    def close(self) -> None:
        """Say goodbye, quietly."""

    def __enter__(self) -> Self:
        """Return the transport; it connects at the first mail."""

    def __exit__(self, *_: object) -> None:
        """Close it."""


class Closing:
    """A context that closes at its end."""

    def close(self) -> None:
        """Nothing to close."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class MailboxTransport(Closing):
    """The local mailbox: a maildir in DATA_DIR, for a service that has no SMTP_URL."""

    def __init__(self, folder: Path) -> None:
        self._maildir = mailbox.Maildir(folder, create=True)

    def carry(self, parcels: Iterator[Parcel], settle: Settle, expected: int = 1) -> None:  # noqa: ARG002
        """Keep mails, each with its envelope in front as a mail server would write it."""
        for key, envelope in parcels:
            trace = f"Return-Path: <{envelope.mail_from}>\r\nDelivered-To: {envelope.rcpt_to}\r\n"
            try:
                self._maildir.add(trace.encode() + envelope.content)
            except OSError as error:
                raise unreachable(error) from error
            if underway := settle([(key, None)]):
                underway.wait()


def unreachable(error: Exception) -> Unreachable:
    """Return an error of the network, or of a disk, as ours."""
    code = getattr(error, "smtp_code", getattr(error, "errno", None))
    kind = type(error).__name__
    return Unreachable(f"{kind}: {error}"[:300], f"{kind} {code}" if code else kind)

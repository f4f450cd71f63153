"""Mails handed over without a database, for tests of the conversation with the server alone."""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from service.mail.compose import Envelope
from service.mail.smtp import SmtpTransport
from service.mail.transport import Handed, Parcel, TransportError, Unreachable
from service.setting_values import SmtpServer

SENDER = "b-1@kaizen.example.org"


def parcel(number: int, content: bytes | None = None) -> Parcel:
    body = f"Subject: {number}\r\n\r\nMail {number}\r\n".encode() if content is None else content
    return number, Envelope(SENDER, f"p{number}@example.org", body)


def parcels(count: int) -> list[Parcel]:
    return [parcel(number) for number in range(count)]


@dataclass
class Carried:
    """What became of a batch."""

    settled: list[Handed] = field(default_factory=list)
    stop: Unreachable | None = None
    seconds: float = 0.0

    @property
    def fates(self) -> dict[int, TransportError | None]:
        """Return what became of each mail; each is settled once."""
        assert len(self.settled) == len(dict(self.settled))
        return dict(self.settled)

    @property
    def sent(self) -> list[int]:
        return sorted(key for key, error in self.fates.items() if error is None)

    def error(self, key: int) -> TransportError:
        found = self.fates[key]
        assert found is not None
        return found


def carry(
    to: SmtpServer | SmtpTransport, batch: Iterable[Parcel], connections: int = 1, expected: int | None = None
) -> Carried:
    """Hand a batch over; a transport that is given stays open."""
    batch, found, begun = list(batch), Carried(), time.monotonic()
    transport = to if isinstance(to, SmtpTransport) else SmtpTransport(to, connections)

    def settle(handed: Sequence[Handed]) -> None:
        found.settled += handed

    try:
        transport.carry(_one_by_one(batch), settle, len(batch) if expected is None else expected)
    except Unreachable as error:
        found.stop = error
    finally:
        found.seconds = time.monotonic() - begun
        if transport is not to:
            transport.close()
    return found


def _one_by_one(batch: Iterable[Parcel]) -> Iterator[Parcel]:
    yield from batch

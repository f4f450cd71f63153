"""What sending needs besides the rows: where they are, who the mail is from, how it leaves, and how fast."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.mail.compose import Sender
from service.mail.transport import Transport
from service.storage.session import Storage


def _at_once(_recipient: str) -> timedelta:
    return timedelta(0)


def _unsigned(content: bytes) -> bytes:
    return content


@dataclass(frozen=True, slots=True)
class Post:
    """What sending needs besides the rows.

    `pace` takes a recipient's turn and returns how long its mail has to wait (0: it may go); `sign` puts
    signatures on a mail.
    """

    storage: Storage
    sender: Sender
    transport: Transport
    now: Callable[[], datetime]
    stopping: Callable[[], bool] = lambda: False
    pace: Callable[[str], timedelta] = _at_once
    sign: Callable[[bytes], bytes] = _unsigned

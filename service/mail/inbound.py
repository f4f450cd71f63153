"""Read a received message: who speaks, whether a person wrote it, and what their own lines are."""

import re
from dataclasses import dataclass
from hashlib import sha256

from service.mail import body
from service.mail.automatic import automatic
from service.mail.bounds import LARGEST, Unreadable
from service.mail.compose import message_ids
from service.mail.fields import value, values, words
from service.mail.parsing import FAILURES, Deadline, Parsed, parse
from service.mail.speaker import sender

__all__ = ["LARGEST", "Incoming", "Unreadable", "digest", "read_message"]

_MOST_AUTH = 50  # headers


@dataclass(frozen=True, slots=True)
class Incoming:
    """What matters of a received message. `automatic` is why no person wrote it, or empty.

    `auth` is what relays say of it in Authentication-Results, topmost first: anybody may have written them.
    """

    sender: str
    subject: str
    message_id: str
    in_reply_to: str
    references: str
    automatic: str
    lines: tuple[str, ...]
    auth: tuple[str, ...] = ()


_ID_LINE = re.compile(
    rb"^message-id:[ \t]*(?:\r?\n[ \t]+)?(\S{3,500})[ \t\r]*$", re.IGNORECASE | re.MULTILINE
)


def digest(raw: bytes, rcpt_to: str) -> str:
    """Return what makes a message count once: its recipient and Message-ID, or else all of its bytes."""
    head = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0][:100_000]
    found = _ID_LINE.search(head)
    return sha256(rcpt_to.lower().encode() + b"\0" + (found[1] if found else raw)).hexdigest()


def read_message(raw: bytes) -> Incoming:
    """Parse raw MIME; raises Unreadable where it is out of bounds, takes too long, or breaks the parser."""
    deadline = Deadline()
    message = parse(raw, deadline)
    try:
        return _read(message, deadline)
    except FAILURES as error:
        raise Unreadable(f"reading failed: {type(error).__name__}") from error


def _read(message: Parsed, deadline: Deadline) -> Incoming:
    return Incoming(
        sender=sender(message),
        subject=words(value(message, "Subject")),
        message_id=_first_id(message, "Message-ID"),
        in_reply_to=_first_id(message, "In-Reply-To"),
        references=" ".join(message_ids(value(message, "References"))),
        automatic=automatic(message),
        lines=body.lines(message, deadline),
        auth=values(message, "Authentication-Results")[:_MOST_AUTH],
    )


def _first_id(message: Parsed, name: str) -> str:
    return next(iter(message_ids(value(message, name), 1)), "")

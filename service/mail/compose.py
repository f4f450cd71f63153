"""Put a mail together: its words in the skeleton of its shape, and its headers, into bytes for SMTP."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from email.headerregistry import Address
from typing import Any

from service.links import Purpose, sign
from service.mail.addresses import Addresses
from service.mail.headers import date_line, from_line, header_text, tokens, words
from service.mail.kinds import Kind
from service.mail.skeleton import Skeletons

__all__ = ["Envelope", "Letter", "Sender", "compose", "header_text", "message_ids"]

_MESSAGE_ID = re.compile(r"<[!-;=?A-Z\\^-~]+@[!-;=?A-Z\\^-~]+>")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who the mail is from, and what its links and addresses are made with."""

    mail_from: Address
    base_url: str
    addresses: Addresses
    from_line: str = field(init=False, repr=False, compare=False)
    list_line: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "from_line", from_line(self.mail_from))
        object.__setattr__(self, "list_line", tokens("List-ID", f"Kaizen <daily.{self.addresses.domain}>"))

    def url(self, purpose: Purpose, *numbers: int) -> str:
        """Return the page address of a token, such as …/done/<token>."""
        return f"{self.base_url}/{purpose}/{sign(self.addresses.secret, purpose, *numbers)}"


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to be composed: who gets it, what it belongs to, and the values for its template."""

    kind: Kind
    to: str
    person_id: int
    goal_id: int
    day: date
    delivery_id: int
    message_id: str
    values: dict[str, Any]
    in_reply_to: str = ""
    references: str = ""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A composed mail as SMTP takes it."""

    mail_from: str
    rcpt_to: str
    content: bytes


_skeletons = Skeletons()


def compose(letter: Letter, sender: Sender, now: datetime) -> Envelope:
    """Compose a letter into bytes with CRLF lines, text first and HTML second.

    Raises TypeError for a value that no template can be given, ValueError for one that no header can carry.
    """
    skeleton, said = _skeletons.find(letter.kind.name, letter.values)
    headers = (
        f"{sender.from_line}{tokens('To', letter.to)}"
        f"{words('Subject', header_text(skeleton.subject_of(said)))}{date_line(now)}"
        f"{tokens('Message-ID', letter.message_id)}"
        f"{tokens('Reply-To', sender.addresses.reply(letter.goal_id, letter.day))}"
        f"Auto-Submitted: {letter.kind.auto_submitted}\r\nX-Auto-Response-Suppress: OOF, AutoReply\r\n"
        f"{_thread(letter)}{_listed(letter, sender) if letter.kind.listed else ''}"
    )
    return Envelope(sender.addresses.bounce(letter.delivery_id), letter.to, skeleton.fill(headers, said))


def _thread(letter: Letter) -> str:
    """Return what puts an answer into the thread of the mail it answers (RFC 5322, 3.6.4)."""
    if not letter.in_reply_to:
        return ""
    references = letter.references or letter.in_reply_to
    return f"{tokens('In-Reply-To', letter.in_reply_to)}{tokens('References', references)}"


def _listed(letter: Letter, sender: Sender) -> str:
    """Return what lets a mail program offer its own unsubscribe button (RFC 2369, RFC 2919, RFC 8058)."""
    web = sender.url(Purpose.UNSUBSCRIBE, letter.person_id)
    mail = sender.addresses.leave(letter.person_id)
    return (
        f"{sender.list_line}"
        f"{tokens('List-Unsubscribe', f'<{web}>, <mailto:{mail}?subject=unsubscribe>')}"
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    )


def message_ids(text: str, most: int = 20) -> list[str]:
    """Return the well-formed message ids in a header's value, the newest `most` of them."""
    return [found for found in _MESSAGE_ID.findall(text[:20000]) if len(found) <= 250 and "=?" not in found][
        -most:
    ]

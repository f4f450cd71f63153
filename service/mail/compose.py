"""Put a mail together: a rendered template and its headers into bytes for SMTP."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Any

from service.domain.text import one_line, shortened
from service.links import Purpose, sign
from service.mail.addresses import Addresses
from service.mail.headers import POLICY
from service.mail.kinds import Kind
from service.mail.template import template

_MESSAGE_ID = re.compile(r"<[!-;=?A-Z\\^-~]+@[!-;=?A-Z\\^-~]+>")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who the mail is from, and what its links and addresses are made with."""

    mail_from: Address
    base_url: str
    addresses: Addresses

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
    text: dict[str, Any]
    html: dict[str, Any]
    in_reply_to: str = ""
    references: str = ""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A composed mail as SMTP takes it."""

    mail_from: str
    rcpt_to: str
    content: bytes


def header_text(text: str) -> str:
    """Return text that is safe as a header: one line, and nothing that reads as an encoded word (RFC 2047).

    Python 3.11 decodes encoded words in values given to it, so `=?UTF-8?Q?=0A?=Bcc:` could become a header.
    """
    return shortened(one_line(text).replace("=?", "= ?"), 150)


def compose(letter: Letter, sender: Sender, now: datetime) -> Envelope:
    """Compose a letter into bytes with CRLF lines, text first and HTML second."""
    rendered = template(letter.kind.name).render(letter.values, letter.text, letter.html)
    message = EmailMessage(policy=POLICY)
    message["From"] = sender.mail_from
    message["To"] = letter.to
    message["Subject"] = header_text(rendered.subject)
    message["Date"] = now
    message["Message-ID"] = letter.message_id
    message["Reply-To"] = sender.addresses.reply(letter.goal_id, letter.day)
    message["Auto-Submitted"] = letter.kind.auto_submitted
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    _thread(message, letter)
    if letter.kind.listed:
        _listed(message, letter, sender)
    message.set_content(rendered.text, cte="quoted-printable")
    message.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
    return Envelope(sender.addresses.bounce(letter.delivery_id), letter.to, message.as_bytes())


def _thread(message: EmailMessage, letter: Letter) -> None:
    """Put an answer into the thread of the mail it answers (RFC 5322, 3.6.4)."""
    if letter.in_reply_to:
        message["In-Reply-To"] = letter.in_reply_to
        message["References"] = letter.references or letter.in_reply_to


def _listed(message: EmailMessage, letter: Letter, sender: Sender) -> None:
    """Add what lets a mail program offer its own unsubscribe button (RFC 2369, RFC 2919, RFC 8058)."""
    web = sender.url(Purpose.UNSUBSCRIBE, letter.person_id)
    mail = sender.addresses.leave(letter.person_id)
    message["List-ID"] = f"Kaizen <daily.{sender.addresses.domain}>"
    message["List-Unsubscribe"] = f"<{web}>, <mailto:{mail}?subject=unsubscribe>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def message_ids(text: str, most: int = 20) -> list[str]:
    """Return the well-formed message ids in a header's value, the newest `most` of them."""
    return [found for found in _MESSAGE_ID.findall(text[:20000]) if len(found) <= 250 and "=?" not in found][
        -most:
    ]

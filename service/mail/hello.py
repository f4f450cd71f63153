"""The one answer to somebody who wrote to us and has no sign-up: how to begin."""

from dataclasses import dataclass
from datetime import datetime

from service.mail.compose import Envelope, Sender
from service.mail.headers import date_line, header_text, tokens, words
from service.mail.skeleton import Skeletons

_NAME = "hello"
_skeletons = Skeletons(most=4)


@dataclass(frozen=True, slots=True)
class Note:
    """To whom the answer goes, and the mail that it answers, without which there is none."""

    to: str
    message_id: str
    subject: str
    in_reply_to: str = ""
    references: str = ""


def hello(note: Note, sender: Sender, now: datetime) -> Envelope:
    """Compose the answer. Its envelope sender is our plain address, where a bounce of it is ignored.

    Not the null sender that RFC 3834 prefers: some relays that send for others refuse to take it.
    """
    skeleton, said = _skeletons.find(_NAME, {"subject": note.subject, "sign_up_url": f"{sender.base_url}/"})
    headers = (
        f"{sender.from_line}{tokens('To', note.to)}"
        f"{words('Subject', header_text(skeleton.subject_of(said)))}{date_line(now)}"
        f"{tokens('Message-ID', note.message_id)}"
        "Auto-Submitted: auto-replied\r\nX-Auto-Response-Suppress: All\r\n"
    )
    if note.in_reply_to:
        references = note.references or note.in_reply_to
        headers += f"{tokens('In-Reply-To', note.in_reply_to)}{tokens('References', references)}"
    return Envelope(sender.addresses.plain[-1], note.to, skeleton.fill(headers, said))

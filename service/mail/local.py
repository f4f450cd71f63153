"""The local mailbox, read: what a service without an SMTP_URL has kept, and replies to it."""

import mailbox
import smtplib
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from email.utils import format_datetime, make_msgid
from pathlib import Path

MOST = 200


@dataclass(frozen=True, slots=True)
class Kept:
    """One mail of the local mailbox."""

    key: str
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        """The parsed mail."""
        parsed = message_from_bytes(self.raw, policy=default)
        assert isinstance(parsed, EmailMessage)  # noqa: S101 - what the policy makes
        return parsed

    def part(self, kind: str) -> str:
        """Return the mail's `plain` or `html` part as text."""
        part = self.message.get_body(preferencelist=(kind,))
        return str(part.get_content()).replace("\r\n", "\n") if part else ""


def newest(folder: Path) -> list[Kept]:
    """Return the newest mails, newest first; at most 200."""
    box = mailbox.Maildir(folder, create=True)
    keys = sorted(box.keys(), key=_order, reverse=True)[:MOST]
    return [Kept(key, box.get_bytes(key)) for key in keys]


def find(folder: Path, key: str) -> Kept | None:
    """Return one mail, or None where there is none of that key."""
    box = mailbox.Maildir(folder, create=True)
    return Kept(key, box.get_bytes(key)) if key in box.keys() else None  # noqa: SIM118


def write_reply(kept: Kept, text: str, now: datetime) -> EmailMessage:
    """Return a reply to a kept mail, quoted below as most mail programs do."""
    original = kept.message
    reply = EmailMessage(policy=SMTP)
    reply["From"] = original["To"]
    reply["To"] = original["Reply-To"] or original["From"]
    reply["Subject"] = f"Re: {str(original['Subject']).removeprefix('Re: ')}"
    reply["Date"] = format_datetime(now)
    reply["Message-ID"] = make_msgid(domain="mailbox.localhost")
    reply["In-Reply-To"] = reply["References"] = str(original["Message-ID"])
    quoted = "\n".join(f"> {line}" for line in kept.part("plain").splitlines())
    reply.set_content(f"{text}\n\nOn {original['Date']}, Kaizen wrote:\n{quoted}\n")
    return reply


def send_reply(reply: EmailMessage, server: tuple[str, int]) -> None:
    """Send a reply through the inbound listener; raises OSError or SMTPException where it is not taken."""
    with smtplib.SMTP(*server, timeout=5) as smtp:
        smtp.send_message(reply)


def _order(key: str) -> tuple[int, str]:
    """Order maildir keys by the time in them: `<seconds>.M<microseconds>P<pid>Q<n>.<host>`."""
    seconds, _, rest = key.partition(".")
    return int(seconds), rest[1:].split("P")[0].zfill(6)

"""Read a received message: who speaks, whether a person wrote it, and what their own lines are."""

import re
from dataclasses import dataclass
from email.errors import HeaderParseError, MessageError
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from hashlib import sha256

from service.mail.compose import message_ids

LARGEST = 5 * 1024 * 1024
MOST_PARTS = 100


# What the standard library's parser is known to raise on hostile mail; not all of Exception, because RQ's own
# timeout is one too.
_PARSER_FAILURES = (ValueError, LookupError, TypeError, AttributeError, RecursionError, MessageError)


class Unreadable(Exception):  # noqa: N818
    """The message can't be parsed within bounds; the reason is one line."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """What matters of a received message. `automatic` is why no person wrote it, or empty."""

    sender: str
    subject: str
    message_id: str
    references: str
    automatic: str
    lines: tuple[str, ...]


_ID_LINE = re.compile(
    rb"^message-id:[ \t]*(?:\r?\n[ \t]+)?(\S{3,500})[ \t\r]*$", re.IGNORECASE | re.MULTILINE
)


def digest(raw: bytes, rcpt_to: str) -> str:
    """Return what makes a message count once: its recipient and Message-ID, or else all of its bytes."""
    head = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0][:100_000]
    found = re.search(
        rb"^message-id:[ \t]*(?:\r?\n[ \t]+)?(\S{3,500})[ \t\r]*$", head, re.IGNORECASE | re.MULTILINE
    )
    return sha256(rcpt_to.lower().encode() + b"\0" + (found[1] if found else raw)).hexdigest()


def read_message(raw: bytes) -> Incoming:
    """Parse raw MIME; raises Unreadable where it is too large, too deep, or breaks the parser."""
    if len(raw) > LARGEST:
        raise Unreadable("too large")
    if raw.lower().count(b"boundary=") > MOST_PARTS:
        raise Unreadable("too many parts")
    try:
        message = BytesParser(policy=default).parsebytes(raw)
        return Incoming(
            sender=_sender(message),
            subject=_decoded(_header(message, "Subject")),
            message_id=next(iter(message_ids(_header(message, "Message-ID"), 1)), ""),
            references=" ".join(message_ids(_header(message, "References"))),
            automatic=_automatic(message),
            lines=own_lines(_text(message)),
        )
    except _PARSER_FAILURES as error:
        raise Unreadable(type(error).__name__) from error


def _headers(message: EmailMessage, name: str) -> list[str]:
    """Return a header's values unparsed: the structured parser raises on some hostile values."""
    found = (str(value) for key, value in message.raw_items() if key.lower() == name.lower())
    return [" ".join(value[:20_000].split()) for value in found]


def _header(message: EmailMessage, name: str) -> str:
    return next(iter(_headers(message, name)), "")


def _decoded(value: str) -> str:
    """Return a header's text with its encoded words decoded (RFC 2047), as it is where that fails."""
    try:
        return str(make_header(decode_header(value)))
    except (ValueError, LookupError, HeaderParseError):
        return value


_HIDDEN = re.compile(r'"(?:[^"\\]|\\.)*"|\([^()]*\)')
_SPEAKER = re.compile(r"(?:[^<>,;:]*<([^<>]+)>|([^<>,;:\s]+))")
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\\\"@]+@[^\s<>()\[\],;:\\\"@]+", re.ASCII)


def _sender(message: EmailMessage) -> str:
    """Return the one address of the one From header, in lower case; empty where there is not exactly one.

    Only what stands in the last angle brackets counts, never what a display name pretends to be.
    """
    values = _headers(message, "From")
    if len(values) != 1 or len(values[0]) > 1000:
        return ""
    found = _SPEAKER.fullmatch(_HIDDEN.sub(" ", values[0]).strip())
    address = (found[1] or found[2]).strip() if found else ""
    return address.lower() if _ADDRESS.fullmatch(address) else ""


_MACHINES = ("list-", "x-autoreply", "x-autorespond")
_BULK = {"bulk", "junk", "list", "auto_reply"}
_ROBOTS = {"mailer-daemon", "postmaster", "noreply", "no-reply"}


def _automatic(message: EmailMessage) -> str:
    """Return why a message is not a person's (RFC 3834, RFC 2919, RFC 3464), or an empty string."""
    autos = {value.split(";")[0].strip().lower() for value in _headers(message, "Auto-Submitted")}
    if autos - {"", "no"}:
        return "auto-submitted"
    if _BULK & {value.lower() for value in _headers(message, "Precedence")}:
        return "bulk"
    if any(
        key.lower().startswith(("list-", "x-autoreply", "x-autorespond")) for key, _ in message.raw_items()
    ):
        return "list or auto-reply"
    if "<>" in _headers(message, "Return-Path") or message.get_content_type() == "multipart/report":
        return "bounce"
    return "robot" if _sender(message).partition("@")[0] in _ROBOTS else ""


def _text(message: EmailMessage) -> str:
    part = message.get_body(preferencelist=("plain",))
    if part is None:
        return ""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    try:
        text = payload.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        text = payload.decode("utf-8", "replace")
    return text.lstrip("\ufeff").replace("\xa0", " ")


# Where a mail program puts what is not the person's own: quotes, separators, forwarded headers, signatures.
_CUT = re.compile(
    r"\s*(?:>|\|\s|_{8,}|-{2,}\s*(?:original|forwarded|ursprüngliche|message d|mensaje|mensagem|messaggio)"
    r"|--\s*$|begin forwarded message|sent from my |(?:from|von|de|da|van|od):\s)",
    re.IGNORECASE,
)
_INTRODUCES = re.compile(r"[:：]\s*$")


def own_lines(text: str, most: int = 200) -> tuple[str, ...]:
    """Return the person's own lines above the first quote, without the line that introduces the quote.

    A message that begins with a quote or a forward has none.
    """
    own: list[str] = []
    quoted = False
    for line in text.splitlines()[:5000]:
        if _CUT.match(line[:200]):
            quoted = line.lstrip().startswith((">", "|"))
            break
        own.append(line.rstrip()[:4000])
    if quoted:
        own = _without_attribution(own)
    while own and not own[-1].strip():
        own.pop()
    while own and not own[0].strip():
        own.pop(0)
    return tuple(own[:most])


def _without_attribution(own: list[str]) -> list[str]:
    """Drop `On Saturday, Kaizen wrote:` (in any language, over up to three lines) from the end."""
    while own and not own[-1].strip():
        own = own[:-1]
    if not own or not _INTRODUCES.search(own[-1]):
        return own
    start = len(own) - 1
    while start > 0 and len(own) - start < 3 and own[start - 1].strip() and not _stands_alone(own, start - 1):
        start -= 1
    return own[:start]


def _stands_alone(own: list[str], index: int) -> bool:
    """Tell whether a line looks like the person's own first line and not like half an attribution."""
    first = next(i for i, line in enumerate(own) if line.strip())
    return index == first and not re.search(r"[@<0-9]", own[index])

"""Read a received message: who speaks, whether a person wrote it, and what their own lines are."""

import codecs
import re
from dataclasses import dataclass
from email.errors import HeaderParseError, MessageError
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from hashlib import sha256

from service.mail.compose import message_ids
from service.mail.own_lines import own_lines

LARGEST = 5 * 1024 * 1024
MOST_PARTS = 20  # boundaries; the parser's time grows with their number times the number of lines
MOST_LINES = 100_000  # a mail of the largest size has some 70,000 when it carries attachments
MOST_SEPARATORS = 1000  # lines that may begin a part
LONGEST_CONTENT_HEADER = 2000  # bytes; the parser's time grows with its square
MOST_TEXT = 200_000  # bytes of a text part that can matter


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
    in_reply_to: str
    references: str
    automatic: str
    lines: tuple[str, ...]


_BOUNDARIES = re.compile(rb"\bboundary(?:\*[0-9]*\*?)?\s*(?:\([^()\n]*\)\s*)?=", re.IGNORECASE)
_CONTENT_HEADERS = re.compile(rb"^content-[a-z-]+:[^\n]*(?:\n[ \t][^\n]*)*", re.IGNORECASE | re.MULTILINE)
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
    if raw.count(b"\n") > MOST_LINES:
        raise Unreadable("too many lines")
    if len(_BOUNDARIES.findall(raw)) > MOST_PARTS or raw.count(b"\n--") > MOST_SEPARATORS:
        raise Unreadable("too many parts")
    if any(len(header) > LONGEST_CONTENT_HEADER for header in _CONTENT_HEADERS.findall(raw)):
        raise Unreadable("a header is too long")
    try:
        message = BytesParser(policy=default).parsebytes(raw)
        return Incoming(
            sender=_sender(message),
            subject=_decoded(_header(message, "Subject")),
            message_id=next(iter(message_ids(_header(message, "Message-ID"), 1)), ""),
            in_reply_to=next(iter(message_ids(_header(message, "In-Reply-To"), 1)), ""),
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
    text = _decoded_text(payload[:MOST_TEXT], part.get_content_charset("utf-8"))
    return text.lstrip("\ufeff").replace("\xa0", " ")


# Python knows them, no mail program writes them, and the first takes forever to decode.
_NO_CHARSETS = {"punycode", "idna", "undefined", "unicode_escape", "raw_unicode_escape"}


def _decoded_text(payload: bytes, charset: str) -> str:
    try:
        name = codecs.lookup(charset).name.replace("-", "_")
        return payload.decode("utf-8" if name in _NO_CHARSETS else name, "replace")
    except (LookupError, ValueError):
        return payload.decode("utf-8", "replace")

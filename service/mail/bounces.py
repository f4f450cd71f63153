"""Reports about mail of ours: that it came back (RFC 3464, RFC 6533, free form), or that somebody complained
(RFC 5965)."""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser, Parser
from email.policy import compat32

from flufl.bounce import all_failures

from service.domain.bounce import Severity, severity
from service.links import BadToken, Purpose
from service.mail.addresses import Addresses
from service.mail.bounds import Unreadable
from service.mail.parsing import FAILURES, parse

# It tells of each of its detectors, and of a mail that breaks one, with the mail's words.
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL + 1)

MOST_RECIPIENTS = 20
FREE_FORM = 20_000  # bytes from the top: what was wrong stands before the copy of the mail
LONGEST_LINE = 1000


@dataclass(frozen=True, slots=True)
class Returned:
    """A mail came back: how badly, and its status code for the log."""

    severity: Severity
    status: str = ""


@dataclass(frozen=True, slots=True)
class Complaint:
    """A person told their provider that our mail is unwanted."""


Report = Returned | Complaint


def may_be_report(raw: bytes) -> bool:
    """Tell at a glance whether a message may be a report; nearly every reply is none."""
    head = re.split(rb"\r?\n\r?\n", raw[:100_000], maxsplit=1)[0].lower()
    return b"multipart/report" in head or (b"multipart/mixed" in head and _JMRP.encode() in raw.lower())


def read_report(raw: bytes) -> Report | None:
    """Return what a message reports, None where it is no report, or tells of no failure.

    Raises Unreadable where it is out of bounds, takes too long, or breaks the parser.
    """
    message = parse(raw)
    try:
        if _complains(message):
            return Complaint()
        blocks = list(_blocks(message))[:MOST_RECIPIENTS]
        return _of_blocks(blocks) if blocks else _free_form(message, raw)
    except FAILURES as error:
        raise Unreadable(f"reading the report failed: {type(error).__name__}") from error


_COMPLAINTS = {"abuse", "fraud", "opt-out", "opt-out-list"}  # not: not-spam, auth-failure, virus
_JMRP = "x-hmxmroriginalrecipient"  # Outlook.com's complaints have this in the mail, and no report


def _complains(message: Message) -> bool:
    for part in _children(message):
        inner = _children(part)
        if part.get_content_type() == "message/feedback-report" and inner:
            return _text(inner[0], "feedback-type").lower() in _COMPLAINTS
        if part.get_content_type() == "message/rfc822" and inner and inner[0].get(_JMRP) is not None:
            return True
    return False


def _blocks(message: Message) -> Iterator[Message]:
    """Yield the fields about each recipient of a report on delivery."""
    for part in _children(message):
        found = _children(part)
        if part.get_content_type() == "message/global-delivery-status" and found:
            # The parser knows only the older type: it takes the second group of fields for a text.
            found = [Parser(policy=compat32).parsestr(text) for text in _groups(found[0])]
        elif part.get_content_type() != "message/delivery-status":
            continue
        yield from (block for block in found if block.get("action") or block.get("final-recipient"))


def _groups(first: Message) -> list[str]:
    payload = first.get_payload(decode=True)
    text = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
    return re.split(r"\n\s*\n", text)[: MOST_RECIPIENTS + 1]


def _of_blocks(blocks: list[Message]) -> Returned | None:
    """Return the mildest of what became of a mail: where it reached anybody it has arrived."""
    order = (None, Severity.SOFT, Severity.POLICY, Severity.HARD)
    read = [(_text(block, "status"), _severity_of(block)) for block in blocks]
    status, mildest = min(read, key=lambda one: order.index(one[1]))
    return None if mildest is None else Returned(mildest, status[:12])


def _severity_of(block: Message) -> Severity | None:
    return severity(_text(block, "action"), _text(block, "status"), _text(block, "diagnostic-code"))


_DAEMON = re.compile(r"mailer-?daemon|mail-?daemon|postmaster|mail delivery", re.IGNORECASE)
_LATE = re.compile(r"not yet been delivered|will (?:continue|be retried)|still being retried", re.IGNORECASE)
_FAILED = re.compile(r"(?:unable to|cannot be|could ?n[o']t be|not be) deliver", re.IGNORECASE)
_COPY = re.compile(
    r"^.*\b(?:copy of (?:the|your) message|header of the original|original message)\b.*$", re.MULTILINE
)


def _free_form(message: Message, raw: bytes) -> Returned | None:
    """Read a bounce in a mail server's own words, and of a warning that mail is late, nothing."""
    if not _DAEMON.search(_text(message, "from")) and message.get("x-failed-recipients") is None:
        return None
    top = b"\n".join(line[:LONGEST_LINE] for line in raw[:FREE_FORM].splitlines())
    # In ASCII, because the library would decode the rest by whatever charset it names.
    short = BytesParser(policy=compat32).parsebytes(top.decode("ascii", "replace").encode("ascii", "replace"))
    late, failed = all_failures(short)
    words = _words(short)
    if _LATE.search(words) or (late and not failed) or not (failed or _FAILED.search(words)):
        return None
    found = severity("failed", "", words)
    return Returned(found, "free form") if found is not None else None


def _words(message: Message) -> str:
    """Return what a mail server says before it repeats our mail."""
    part = next((part for part in message.walk() if part.get_content_maintype() == "text"), message)
    payload = part.get_payload(decode=True)
    text = payload.decode("ascii", "replace") if isinstance(payload, bytes) else ""
    return " ".join(_COPY.split(text, maxsplit=1)[0][:5000].split())


def _children(message: Message) -> list[Message]:
    """Return the parts directly inside; what lies deeper belongs to somebody else's mail."""
    # Text would be decoded by whatever charset it names, which may take for ever.
    inside = message.get_payload() if message.is_multipart() else []
    return [part for part in inside if isinstance(part, Message)]


def _text(message: Message, name: str) -> str:
    return " ".join(str(message.get(name, ""))[:2000].split())


_OWN = re.compile(rb"\b(?:reply|leave|bounce)-[0-9][0-9-]{0,60}-[a-z2-7]{26}@", re.IGNORECASE)
_LINK = re.compile(rb"/unsubscribe/([0-9]{1,18}-[a-z2-7]{26})\b")


def signed_inside(raw: bytes, addresses: Addresses) -> list[tuple[Purpose, tuple[int, ...]]]:
    """Return what the authentic addresses and leave links of ours inside a message stand for, at most 20.

    Only a mail of ours can hold them, so whoever reports it has it.
    """
    found = [f"{local[0].decode()}{addresses.domain}" for local in _some(_OWN, raw)]
    found += [f"leave-{link[1].decode()}@{addresses.domain}" for link in _some(_LINK, raw)]
    read: dict[tuple[Purpose, tuple[int, ...]], None] = {}
    for address in found:
        try:
            read[addresses.read(address)] = None
        except BadToken:
            continue
    return list(read)


def _some(pattern: re.Pattern[bytes], raw: bytes) -> list[re.Match[bytes]]:
    return [found for found, _ in zip(pattern.finditer(raw), range(MOST_RECIPIENTS), strict=False)]

"""Bounds of a raw message, looked at on its bytes in one pass, before any parser sees it."""

import re

LARGEST = 5 * 1024 * 1024
MOST_LINES = 100_000  # a mail of the largest size has some 70,000 when it carries attachments
MOST_SEPARATORS = 1000  # lines that may begin a part
DEEPEST = 20  # boundaries, and messages inside messages; the parser's time is their number times the lines
MOST_HEADERS = 500  # many relays, seals and signatures leave some two hundred
LONGEST_HEADER = 100_000  # bytes; what Postfix takes
ALL_HEADERS = 400_000
LONGEST_CONTENT_HEADER = 2000  # bytes; parsing its parameters takes the square of that

_CONTENT_HEADER = re.compile(rb"^content-[a-z-]+:[^\n]*(?:\n[ \t][^\n]*)*", re.IGNORECASE | re.MULTILINE)
_BOUNDARY = re.compile(rb"\bboundary(?:\*[0-9]*\*?)?\s*(?:\([^()\n]{0,200}\)\s*)?=", re.IGNORECASE)
_MESSAGE = re.compile(rb"^content-type:\s*message/", re.IGNORECASE | re.MULTILINE)


class Unreadable(Exception):  # noqa: N818
    """The message can't be parsed within bounds; the reason is one line."""


def check(raw: bytes) -> None:
    """Raise Unreadable for a message that is out of bounds; the time is in proportion to its length."""
    if len(raw) > LARGEST:
        raise Unreadable("too large")
    text = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")  # as the parser sees line ends
    if text.count(b"\n") > MOST_LINES:
        raise Unreadable("too many lines")
    if text.count(b"\n--") > MOST_SEPARATORS:
        raise Unreadable("too many parts")
    _check_head(b"" if text.startswith(b"\n") else text.partition(b"\n\n")[0])
    _check_structure(text)


def _check_head(head: bytes) -> None:
    """Look at the number and length of the message's own headers; without a blank line it is all headers."""
    if len(head) > ALL_HEADERS:
        raise Unreadable("its headers are too long")
    count = length = 0
    for line in head.split(b"\n"):
        if line[:1] in (b" ", b"\t"):
            length += len(line)
        else:
            count, length = count + 1, len(line)
        if length > LONGEST_HEADER:
            raise Unreadable("a header is too long")
    if count > MOST_HEADERS:
        raise Unreadable("too many headers")


def _check_structure(text: bytes) -> None:
    """Look at what the parser nests by, wherever it stands: parts and inner messages have headers too."""
    boundaries = messages = 0
    for found in _CONTENT_HEADER.finditer(text):
        header = found[0]
        if len(header) > LONGEST_CONTENT_HEADER:
            raise Unreadable("a header of a part is too long")
        boundaries += bool(_BOUNDARY.search(header))
        messages += bool(_MESSAGE.match(header))
    if boundaries + messages > DEEPEST:
        raise Unreadable("nested too deeply")

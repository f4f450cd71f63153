"""Header lines, each ended and folded (RFC 5322, 2.2.3). No value can make another header."""

import re
from base64 import b64encode
from datetime import UTC, datetime
from email.headerregistry import Address
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache

from service.domain.text import one_line, shortened

LINE = 78  # characters (RFC 5322, 2.1.1)
_LONGEST = 990  # a token; a line with more than 998 characters may be cut (RFC 5322, 2.1.1)
_ENCODED_LINE = 76  # a line with an encoded word (RFC 2047, 2)
_AROUND = len("=?utf-8?b??=")
_is_one_line = re.compile(r"[!-~]+(?: [!-~]+)*").fullmatch


def header_text(text: str) -> str:
    """Return text that is safe as a header: one line, and nothing that reads as an encoded word (RFC 2047).

    Python 3.11 decodes encoded words in values given to it, so `=?UTF-8?Q?=0A?=Bcc:` could become a header.
    """
    if len(text) <= 150 and _is_one_line(text) and "=?" not in text:
        return text
    return shortened(one_line(text).replace("=?", "= ?"), 150)


def tokens(name: str, value: str) -> str:
    """Return a header of addresses, ids or short words, folded only between them.

    The standard library's folding turns a token longer than a line into encoded words, which mean nothing
    there. Raises ValueError for a token that no mail server need take.
    """
    safe = value if _is_one_line(value) else one_line(value)
    if len(name) + len(safe) <= LINE - 2:
        return f"{name}: {safe}\r\n"
    first, *rest = safe.split()
    lines = [f"{name}: {first}"]
    for token in rest:
        if len(lines[-1]) + 1 + len(token) <= LINE:
            lines[-1] += f" {token}"
        else:
            lines.append(f" {token}")
    if max(map(len, lines)) > _LONGEST:
        message = f"{name} is too long"
        raise ValueError(message)
    return "\r\n".join((*lines, ""))


def words(name: str, text: str) -> str:
    """Return a header of words: folded at spaces, and in encoded words (RFC 2047) where they are not ASCII.

    The standard library's own folding adds or drops spaces in long values, differently in each release.
    """
    if text.isascii():
        return tokens(name, text)
    data, lines, room = text.encode("utf-8", "replace"), [], _ENCODED_LINE - len(name) - 2
    while data:
        end = (room - _AROUND) // 4 * 3
        while end < len(data) and data[end] & 0b1100_0000 == 0b1000_0000:
            end -= 1  # no character is split
        lines.append(f"=?utf-8?b?{b64encode(data[:end]).decode()}?=")
        data, room = data[end:], _ENCODED_LINE - 1
    return f"{name}: " + "\r\n ".join(lines) + "\r\n"


def date_line(now: datetime) -> str:
    """Return the Date header of a moment, in UTC."""
    return _date_line(int(now.timestamp()))


@lru_cache(maxsize=16)
def _date_line(seconds: int) -> str:
    return f"Date: {format_datetime(datetime.fromtimestamp(seconds, UTC))}\r\n"


def from_line(address: Address) -> str:
    """Return the From header of an address, its name quoted or encoded as it needs."""
    return str(SMTP.header_factory("From", address).fold(policy=SMTP))

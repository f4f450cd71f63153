"""Header fields as they stand: unfolded, bounded, never through the structured parser, which can raise."""

import re
from email.errors import HeaderParseError
from email.header import decode_header

from service.mail.charsets import decoded
from service.mail.parsing import Parsed

LONGEST = 20_000  # characters of a value that can matter
_WORD = r"=\?[^?\s]{1,60}\?[bBqQ]\?[^?\s]{0,1000}\?="
_ENCODED_WORDS = re.compile(rf"{_WORD}(?:\s+{_WORD})*")
_SPACES = re.compile(r"\s+")


def values(message: Parsed, name: str) -> tuple[str, ...]:
    """Return the values of a header, unfolded, topmost first."""
    wanted = name.lower()
    return tuple(_unfolded(str(value)) for key, value in message.raw_items() if key.lower() == wanted)


def value(message: Parsed, name: str) -> str:
    """Return the topmost value of a header, or an empty string."""
    return next(iter(values(message, name)), "")


def names(message: Parsed) -> set[str]:
    """Return the names of all headers, in lower case."""
    return {key.lower() for key, _ in message.raw_items()}


def _unfolded(text: str) -> str:
    raw = text[:LONGEST].encode("ascii", "surrogateescape") if not text.isascii() else None
    return " ".join((decoded(raw) if raw is not None else text[:LONGEST]).split())


def words(text: str) -> str:
    """Return a value's text with its encoded words decoded (RFC 2047), as they stand where that fails."""
    return _ENCODED_WORDS.sub(_said, text)


def _said(found: re.Match[str]) -> str:
    """Decode a run of encoded words together: a character may be split between two."""
    try:
        runs = decode_header(found[0])
    except (ValueError, HeaderParseError):
        return found[0]
    texts = (decoded(data, charset or "") if isinstance(data, bytes) else data for data, charset in runs)
    return _SPACES.sub(" ", "".join(texts))

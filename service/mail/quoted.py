"""Quoted-printable (RFC 2045, 6.7) in pieces that fit together.

Each piece begins at the start of a line, and its last line leaves room for a soft line break: so pieces
joined by soft breaks keep their lines at 76 characters, whatever stands in them.
"""

import re
from binascii import b2a_qp

from markupsafe import escape

SOFT_BREAK = "=\r\n"
_ROOM = 75  # characters of a line, and one for the break
# A line without a soft break that has no room for one, up to its last character (`=E9` stays together).
# One that ends in a blank may even be too long as it is: `b2a_qp` does not count what it becomes.
_FULL_LINE = re.compile(r"^(?=.{76})(.*?)(=[0-9A-F]{2}|[^=\n])$", re.MULTILINE)
_OTHER_LINE_ENDS = re.compile(r"\r\n?")

# Most words look the same in text and HTML, encoded or not: a short line of ASCII without `=`, `&`, `<`, `>`
# or quotes, without a blank at its end, which a mail server may drop, or a dot first, which it doubles.
is_plain = re.compile(r"(?!\.)[ !#-%(-;?-~]{0,74}[!#-%(-;?-~]").fullmatch


def quoted(text: str) -> str:
    """Return text of any kind encoded, with CRLF line ends; a lone surrogate becomes a question mark."""
    data = _OTHER_LINE_ENDS.sub("\n", text).encode("utf-8", "replace")
    encoded = b2a_qp(data).decode("ascii")
    if len(encoded) > _ROOM:
        encoded = _FULL_LINE.sub(r"\1=\n\2", encoded)
    return encoded.replace("\n", "\r\n")


def html_word(word: str) -> str:
    """Return a word as it stands in the HTML, escaped."""
    return quoted(str(escape(word)))

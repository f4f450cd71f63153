"""A message's words: which of its parts holds them, and the person's own lines of that part."""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from service.mail.charsets import decoded
from service.mail.flowed import unflowed
from service.mail.html_text import text_of
from service.mail.own_lines import own_lines
from service.mail.parsing import FAILURES, Deadline, Parsed

MOST_TEXT = 200_000  # bytes of a plain text that can matter: own words stand on top
MOST_HTML = 1_000_000  # bytes; a style sheet may stand above the words
_MAYBE_BROKEN = 50  # characters; a program that breaks lines leaves some that are longer
_STUB = 400  # characters; a plain part that only says that there is HTML has fewer
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_META = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([\w-]{1,40})", re.IGNORECASE)
_SAYS_HTML = re.compile(r"\bhtml\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Found:
    """The first words in a part, in either form."""

    plain: str | None = None
    html: str | None = None

    @property
    def empty(self) -> bool:
        return not (self.plain or "").strip() and not (self.html or "").strip()


def lines(message: Parsed, deadline: Deadline) -> tuple[str, ...]:
    """Return the own lines of a message: of its plain text, or of its HTML where that is empty or a stub.

    Where both say the same words, the HTML has the lines as they were meant: some programs break plain text.
    """
    found = _look(message, deadline)
    plain = found.plain or ""
    own = own_lines(plain)
    stub = not plain.strip() or (len(plain) < _STUB and bool(_SAYS_HTML.search(plain)))
    if found.html is None or not (stub or any(len(line) > _MAYBE_BROKEN for line in own)):
        return own
    deadline.look()
    shown = own_lines(text_of(found.html))
    deadline.look()
    if stub:
        return shown or own
    return shown if " ".join(shown).split() == " ".join(own).split() else own


def _look(part: Parsed, deadline: Deadline) -> _Found:
    """Return the first words in a part: both forms of an alternative, else the first part that has any."""
    deadline.look()
    kind = part.get_content_type()
    if not part.is_multipart():
        return _leaf(part, "text/plain" if kind.startswith("multipart/") else kind)  # it lacks its boundary
    if not kind.startswith("multipart/"):
        return _Found()  # a message inside the message is somebody else's
    inner = (_look(one, deadline) for one in _children(part))
    if kind == "multipart/alternative":
        return _alternative(inner)
    return next((found for found in inner if not found.empty), _Found())


def _children(part: Parsed) -> list[Parsed]:
    payload = part.get_payload()
    return [one for one in payload if not isinstance(one, str)] if isinstance(payload, list) else []


def _alternative(inner: Iterator[_Found]) -> _Found:
    plain = html = None
    for found in inner:
        plain = found.plain if plain is None else plain
        html = found.html if html is None else html
    return _Found(plain, html)


def _leaf(part: Parsed, kind: str) -> _Found:
    if kind not in ("text/plain", "text/html") or _attached(part):
        return _Found()
    if kind == "text/html":
        return _Found(html=_decoded(part, MOST_HTML))
    words = _decoded(part, MOST_TEXT)
    if _parameter(part, "format").lower() == "flowed":
        words = unflowed(words, joined=_parameter(part, "delsp").lower() == "yes")
    return _Found(plain=words)


def _attached(part: Parsed) -> bool:
    """Tell whether a part is a file: an attachment, or shown inline under a file's name."""
    disposition = str(part.get("Content-Disposition", ""))[:1000].lower()
    return disposition.strip().startswith("attachment") or "filename" in disposition


def _parameter(part: Parsed, name: str) -> str:
    """Return a parameter of Content-Type, or an empty string where there is none or it is broken."""
    try:
        found = part.get_param(name, "")
        return found[2] if isinstance(found, tuple) else str(found or "")
    except FAILURES:
        return ""


def _decoded(part: Parsed, most: int) -> str:
    encoding = str(part.get("Content-Transfer-Encoding", ""))[:100].strip().lower()
    # Without that header the parser gives the bytes as they came; its own decoding knows no bounds.
    del part["Content-Transfer-Encoding"]
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return ""
    data = _unpacked(raw[: most * 2], encoding)
    whole = len(raw) <= most * 2 and len(data) <= most
    charset = _parameter(part, "charset") or _of_meta(data)
    return decoded(data[:most], charset, whole)


def _of_meta(data: bytes) -> str:
    """Return the charset that HTML says itself at its beginning, or an empty string."""
    found = _META.search(data[:4000])
    return found[1].decode("ascii", "replace") if found else ""


def _unpacked(raw: bytes, encoding: str) -> bytes:
    """Undo a transfer encoding (RFC 2045, 6), with all that is wrong in it; others are taken as they are."""
    if encoding == "quoted-printable":
        return binascii.a2b_qp(raw)
    if encoding == "base64":
        letters = _NOT_BASE64.sub(b"", raw.partition(b"=")[0])
        return binascii.a2b_base64(letters[: len(letters) // 4 * 4] + _rest(letters))
    return raw


def _rest(letters: bytes) -> bytes:
    """Return the last letters of base64 filled up to four; a single one means nothing."""
    over = letters[len(letters) // 4 * 4 :]
    return over + b"=" * (4 - len(over)) if len(over) > 1 else b""

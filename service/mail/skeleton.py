"""Mails of one shape, rendered and encoded once a process: only their words are put in for each mail."""

from collections.abc import Hashable
from dataclasses import dataclass
from secrets import token_hex
from sys import intern
from typing import Any

from service.mail.quoted import SOFT_BREAK, html_word, is_plain, quoted
from service.mail.slots import MARK, Word, shape, slotted
from service.mail.template import template

# No quoted-printable text holds `=_`, so this stands in no body (the advice of RFC 2045, 6.7).
_BOUNDARY = f"=_{token_hex(12)}"
_PART = (
    f"--{_BOUNDARY}\r\n"
    'Content-Type: text/{}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n'
)
_BEGIN = (
    f'MIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n boundary="{_BOUNDARY}"\r\n\r\n'
    f"{_PART.format('plain')}\r\n"
)
_BETWEEN = f"\r\n{_PART.format('html')}MIME-Version: 1.0\r\n\r\n"
_END = f"\r\n--{_BOUNDARY}--\r\n"
MOST_KEPT = 1024  # some 10 kB each


@dataclass(frozen=True, slots=True)
class Hole:
    """Where one word goes: its number, and the pieces that it becomes in the text and in the HTML."""

    word: int
    text: tuple[int, ...]
    html: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A mail without its words and its headers; in the subject, a number stands for a word."""

    subject: tuple[str | int, ...]
    pieces: tuple[str, ...]
    holes: tuple[Hole, ...]

    def subject_of(self, words: list[Word]) -> str:
        """Return the subject with the words put in, not yet made safe for a header."""
        return "".join([part if isinstance(part, str) else str(words[part]) for part in self.subject])

    def fill(self, headers: str, words: list[Word]) -> bytes:
        """Return the mail with its headers and words; raises ValueError if it came out as no clean ASCII."""
        pieces = [headers, *self.pieces]
        for hole in self.holes:
            word = words[hole.word]
            if not isinstance(word, str):
                text, html = word.quoted_text(), word.quoted_html()
            elif is_plain(word):
                text = html = word
            else:
                text, html = quoted(word), html_word(word)
            for at in hole.text:
                pieces[at] = text
            for at in hole.html:
                pieces[at] = html
        mail = "".join(pieces)
        if "\0" in mail:
            message = "a mark was left in a mail"
            raise ValueError(message)
        return mail.encode("ascii")


class Skeletons:
    """The skeletons of the shapes last used, `most` of them at most.

    They are kept in two generations: when the younger is half of all, the older one is let go.
    """

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._half = most // 2
        self._young: dict[Hashable, Skeleton] = {}
        self._old: dict[Hashable, Skeleton] = {}

    def __len__(self) -> int:
        return len(self._young.keys() | self._old.keys())

    def find(self, kind: str, values: dict[str, Any]) -> tuple[Skeleton, list[Word]]:
        """Return the skeleton for a letter of a kind with these values, and their words."""
        words: list[Word] = []
        key = (kind, shape(values, words))
        found = self._young.get(key)
        return found or self._older(key, kind, values), words

    def _older(self, key: Hashable, kind: str, values: dict[str, Any]) -> Skeleton:
        found = self._old.get(key) or compiled(kind, values)
        if len(self._young) >= self._half:
            self._old, self._young = self._young, {}
        self._young[key] = found
        return found


def compiled(kind: str, values: dict[str, Any]) -> Skeleton:
    """Render the templates of a kind with slots for the words, and encode what is around them."""
    rendered = template(kind).render(slotted(values))
    html = rendered.html if rendered.html.endswith("\n") else f"{rendered.html}\n"
    pieces = [_BEGIN, *_pieces(rendered.text), _BETWEEN, *_pieces(html), _END]
    places: dict[int, dict[str, list[int]]] = {}
    for at, piece in enumerate(pieces, 1):  # the headers come before them
        if isinstance(piece, tuple):
            places.setdefault(piece[1], {"t": [], "h": []})[piece[0]].append(at)
    return Skeleton(
        subject=tuple(part[1] if isinstance(part, tuple) else part for part in _parts(rendered.subject)),
        pieces=tuple(intern(piece) if isinstance(piece, str) else "\0" for piece in pieces),
        holes=tuple(Hole(word, tuple(at["t"]), tuple(at["h"])) for word, at in places.items()),
    )


Mark = tuple[str, int]  # the form of a word, and its number


def _parts(marked: str) -> list[str | Mark]:
    """Return the text around the marks of slots, and the marks: always text first, last and in between."""
    split = MARK.split(marked)
    parts: list[str | Mark] = [split[0]]
    for form, number, text in zip(split[1::3], split[2::3], split[3::3], strict=True):
        parts += [(form, int(number)), text]
    return parts


def _pieces(marked: str) -> list[str | Mark]:
    """Return the same, the text encoded, and with soft breaks where a word has neighbours in its line."""
    parts = _parts(marked)
    last = len(parts) - 1
    return [
        _piece(part, after_word=at > 0, before_word=at < last) if isinstance(part, str) else part
        for at, part in enumerate(parts)
    ]


def _piece(text: str, *, after_word: bool, before_word: bool) -> str:
    if not text:
        return SOFT_BREAK if after_word and before_word else ""
    before = SOFT_BREAK if after_word and not text.startswith("\n") else ""
    after = SOFT_BREAK if before_word and not text.endswith("\n") else ""
    return f"{before}{quoted(text)}{after}"

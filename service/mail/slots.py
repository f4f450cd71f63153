"""What a template is given: facts, which it may ask about, and words, which it can only print.

All facts of a letter, and which of its words are empty, are its shape. Letters of one shape differ in their
words alone, so that a template has to be rendered only once for each shape, with a slot for each word. What
has many values, such as a number that grows, is best given as a word.
"""

import re
from collections.abc import Hashable, Iterable, Iterator
from enum import StrEnum
from itertools import count
from types import NoneType
from typing import Any, NoReturn

from jinja2 import TemplateRuntimeError
from markupsafe import Markup


class Fixed(str):
    """Text from a table of ours: a fact, which a template may compare."""

    __slots__ = ()


class Ready:
    """A word that looks different in the text and in the HTML, and encodes itself for both.

    No abstract base class: to ask for one of those takes longer, and it is asked for each mail.
    """

    __slots__ = ()

    def __str__(self) -> str:
        raise NotImplementedError

    def __html__(self) -> str:
        raise NotImplementedError

    def quoted_text(self) -> str:
        """Return it for the text, as a piece in quoted-printable."""
        raise NotImplementedError

    def quoted_html(self) -> str:
        """Return it for the HTML, as a piece in quoted-printable."""
        raise NotImplementedError


Word = str | Ready
_SAID, _UNSAID, _READY = object(), object(), object()
_FACTS = {bool, NoneType, Fixed}  # and each StrEnum, as it is met


def shape(values: dict[str, Any], words: list[Word]) -> Hashable:
    """Return the shape of a letter's values, and add their words, in order, to `words`.

    Raises TypeError for what is neither a fact nor a word. Fixed text and enum members that are equal print
    alike and may share a shape; a number and a bool are told apart.
    """
    shapes: list[Hashable] = []
    _shape(values, words, shapes)
    return tuple(shapes)


def _shape(values: dict[str, Any], words: list[Word], shapes: list[Hashable]) -> None:
    """Add a dict's shape in one row with all others: how much follows is said first, so no two read alike."""
    shapes += (dict, len(values))
    shapes += values
    _shapes(values.values(), words, shapes)


def _shapes(values: Iterable[Any], words: list[Word], shapes: list[Hashable]) -> None:
    facts = _FACTS
    for value in values:
        kind = type(value)
        if kind is str:
            words.append(value)
            shapes.append(_SAID if value else _UNSAID)
        elif kind in facts:
            shapes.append(value)
        elif kind is dict:
            _shape(value, words, shapes)
        elif kind is list or kind is tuple:
            shapes += (list, len(value))
            _shapes(value, words, shapes)
        else:
            shapes.append(_rarer(value, words))


def _rarer(value: Any, words: list[Word]) -> Hashable:
    if type(value) is int:
        return int, value
    if isinstance(value, Ready):
        words.append(value)
        return _READY
    if isinstance(value, StrEnum):
        _FACTS.add(type(value))
        return value
    message = f"a template can't be given a {type(value).__name__}"
    raise TypeError(message)


class Slot(str):
    """The place of a word. A template that asks for more than whether the word is empty gets an error."""

    __slots__ = ("html", "said")
    html: str
    said: bool

    def __new__(cls, number: int, *, said: bool) -> "Slot":
        """Return the slot of the word with that number."""
        slot = super().__new__(cls, f"\0t{number}\0" if said else "")
        slot.html, slot.said = f"\0h{number}\0" if said else "", said
        return slot

    def __html__(self) -> Markup:
        return Markup(self.html)  # noqa: S704 - a mark of ours

    def __bool__(self) -> bool:
        return self.said


MARK = re.compile("\0([th])([0-9]+)\0")


def _refuse(*_: object, **__: object) -> NoReturn:
    message = "a template can only print a word, or ask whether it is there"
    raise TemplateRuntimeError(message)


_COMPARING = {"__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__hash__", "__format__"}
for _name in (set(dir(str)) - set(dir(object))) | _COMPARING:
    setattr(Slot, _name, _refuse)


def slotted(values: Any) -> Any:
    """Return values with a slot for each word, numbered in the order in which `shape` takes them."""
    return _slotted(values, count())


def _slotted(value: Any, numbers: Iterator[int]) -> Any:
    if isinstance(value, dict):
        return {key: _slotted(one, numbers) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_slotted(one, numbers) for one in value]
    if type(value) is str:
        return Slot(next(numbers), said=bool(value))
    return Slot(next(numbers), said=True) if isinstance(value, Ready) else value

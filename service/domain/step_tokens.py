"""The types of reading a step: its words one by one, and the amounts and nouns that are found among them."""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from service.domain.amount import SMALL_WORDS
from service.domain.step_units import Unit
from service.domain.step_words import DASHES
from service.domain.units import form_of, unit_of

LONGEST = 200  # characters of a step
_LEXER = re.compile(r"[0-9]+(?:[.,][0-9]+)*|[^\W\d_]+(?:['’][^\W\d_]+)*|\S")


@dataclass(frozen=True, slots=True)
class Size:
    """An amount, 0 < amount <= LARGEST, of a unit: singular, lower case, "" where there is none.

    Hours are held in minutes.
    """

    amount: Decimal
    unit: str


class Style(Enum):
    """How an amount is written: `5`, `five`, `a`, `half a`, `twice`."""

    FIGURES = "figures"
    WORDS = "words"
    ARTICLE = "article"
    FRACTION = "fraction"
    TIMES = "times"


@dataclass(frozen=True, slots=True)
class Token:
    """A number in figures, a word, or any other sign, with where it stands in the text."""

    text: str
    low: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Noun:
    """The counted word: where it stands, its unit, and whether we know how to put it in another number.

    `near`: no other word stands before it. `attributive`: another noun follows, as in `a 5-minute walk`.
    """

    start: int
    end: int
    name: str
    near: bool = True
    sure: bool = True
    attributive: bool = False

    @property
    def known(self) -> bool:
        """Whether its unit is in our tables."""
        return form_of(self.name) is not None


@dataclass(frozen=True, slots=True)
class Found:
    """An amount in a text: its numeral from `start` to `end`, and the noun behind it, if any."""

    number: Decimal
    start: int
    end: int
    style: Style
    noun: Noun | None = None
    sign: str = ""  # the unit of a money sign
    form: str = ""  # the numeral as it was written in figures

    @property
    def unit(self) -> Unit:
        """The unit as it is written, hours too."""
        return unit_of(self.sign or (self.noun.name if self.noun else ""))

    @property
    def known(self) -> bool:
        """Whether its unit is in our tables."""
        return bool(self.sign) or (self.noun is not None and self.noun.known)

    @property
    def size(self) -> Size:
        """The amount for the outside: in minutes where the text has hours."""
        hours = self.unit.name == "hour"
        number = self.number * 60 if hours else self.number
        whole = Decimal(int(number)) if number % 1 == 0 else number.normalize()
        return Size(whole, "minute" if hours else self.unit.name)


@dataclass(frozen=True, slots=True)
class Words:
    """A text, and its tokens by place. Every question may be asked of any place, also outside the text."""

    text: str
    tokens: tuple[Token, ...]

    @classmethod
    def of(cls, text: str) -> "Words":
        """Take a text apart."""
        return cls(text, tuple(Token(m[0], m[0].lower(), *m.span()) for m in _LEXER.finditer(text)))

    def low(self, at: int) -> str:
        """Return a token in lower case, "" outside the text."""
        return self.tokens[at].low if 0 <= at < len(self.tokens) else ""

    def raw(self, at: int) -> str:
        """Return a token as it is written, "" outside the text."""
        return self.tokens[at].text if 0 <= at < len(self.tokens) else ""

    def gap(self, at: int) -> str:
        """Return what stands between a token and the next: "" also where there is no next."""
        if at < 0 or at + 1 >= len(self.tokens):
            return ""
        return self.text[self.tokens[at].end : self.tokens[at + 1].start]

    def word(self, at: int) -> bool:
        """Tell whether a token is a word."""
        return self.raw(at)[:1].isalpha()

    def figures(self, at: int) -> bool:
        """Tell whether a token is a number in figures."""
        return "0" <= self.raw(at)[:1] <= "9"

    def numeric(self, at: int) -> bool:
        """Tell whether a token is a number: `5`, `five` or `½`."""
        return self.figures(at) or self.low(at) in SMALL_WORDS or self.low(at) in ("½", "¼", "¾")

    def dash(self, at: int) -> bool:
        """Tell whether a token is a hyphen or a dash."""
        return self.low(at) in DASHES

    def span(self, first: int, last: int) -> str:
        """Return the text from one token to another."""
        return self.text[self.tokens[first].start : self.tokens[last].end]

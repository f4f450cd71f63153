"""Fractions: `half a page`, `a quarter of an hour`, `½ page`, `1/2 cup`, `a half-hour walk`."""

from decimal import Decimal

from service.domain.step_bars import loose
from service.domain.step_nouns import counted_noun
from service.domain.step_tokens import Found, Style, Words
from service.domain.step_words import FRACTIONS
from service.domain.units import form_of


def fraction(words: Words, at: int) -> tuple[Found | None, int] | None:
    """Read the fraction that begins at a token, and where to go on; None where none begins."""
    begin = at
    if words.low(at) == "a" and words.low(at + 1) == "quarter":
        at += 1
    low, last = words.low(at), at
    if words.figures(at) and words.low(at + 1) == "/" and words.figures(at + 2):
        low, last = f"{low}/{words.low(at + 2)}", at + 2
        if low not in FRACTIONS or words.gap(at) or words.gap(at + 1) or words.numeric(at - 1):
            return None, at + 3
    if low not in FRACTIONS or (low == "half" and words.low(at + 2) == "dozen"):
        return None
    if words.low(begin - 1) == "a" and low == "half" and not words.dash(last + 1):
        begin -= 1
    if not loose(words, begin) or words.numeric(begin - 1) or words.low(begin - 1) == "and":
        return None, last + 1
    return _of_noun(words, begin, last, FRACTIONS[low]), last + 1


def _of_noun(words: Words, begin: int, last: int, number: Decimal) -> Found | None:
    """Read what is cut: `a page`, `of an hour`."""
    worded = words.word(last)
    if words.low(last + 1) == "of" and words.low(last + 2) in ("a", "an"):
        last += 2
    elif words.low(last + 1) in ("a", "an"):
        last += 1
    elif worded and not _attributive(words, begin, last):
        return None
    noun = counted_noun(words, last, Decimal(1))
    if noun is None or not noun.known or not (noun.sure or noun.attributive):
        return None
    return Found(number, words.tokens[begin].start, words.tokens[last].end, Style.FRACTION, noun)


def _attributive(words: Words, begin: int, last: int) -> bool:
    """Tell `a half-hour walk`."""
    form = form_of(words.low(last + 2 if words.dash(last + 1) else last + 1))
    return form is not None and not form.plural and "a" in (words.low(begin), words.low(begin - 1))

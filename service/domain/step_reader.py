"""Finding a step's amount: every amount from left to right, and of several, the one that counts."""

import re
from collections.abc import Iterator
from decimal import Decimal

from service.domain.amount import LARGEST, read_figures
from service.domain.step_bars import (
    barred,
    barred_words,
    glued_left,
    glued_right,
    in_range_left,
    part_of_more,
    past,
)
from service.domain.step_fractions import fraction
from service.domain.step_nouns import Item, counted_noun
from service.domain.step_numerals import Numeral, spelled
from service.domain.step_tokens import LONGEST, Found, Noun, Style, Words
from service.domain.step_units import HOW_OFTEN, SIGNS, Kind
from service.domain.step_words import AFTER_TIMES, NOT_ARTICLE, NUMERALS, TIMES
from service.domain.units import form_of, unit_of

_POINT_OR_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")


def read(text: str) -> Found | None:
    """Choose the amount of a text by the rule of read_size; the first of equals."""
    if len(text) > LONGEST:
        return None
    return min(_amounts(Words.of(text)), key=_rank, default=None)


def _rank(found: Found) -> int:
    if found.style is Style.ARTICLE:
        return 3
    if found.known:
        return 1 if found.unit.name in HOW_OFTEN else 0
    return 2 if found.style is Style.FIGURES else 4


def _amounts(words: Words) -> Iterator[Found]:
    """Yield every amount from left to right."""
    at = 0
    while at < len(words.tokens):
        found, at = _at(words, at)
        if found is not None and found.size.amount <= LARGEST:
            yield found


def _at(words: Words, at: int) -> tuple[Found | None, int]:
    """Return the amount that begins at a token, and the token to go on from."""
    if (part := fraction(words, at)) is not None:
        return part
    if words.figures(at):
        return _figures(words, at)
    if words.low(at) in TIMES:
        return _times(words, at), at + 1
    if (numeral := spelled(words, at)) is not None:
        return _spelled(words, at, numeral)
    return _article(words, at) if words.low(at) in ("a", "an") else (None, at + 1)


def _figures(words: Words, at: int) -> tuple[Found | None, int]:
    """Read `5 pages`, `10k steps`, `$5` and `5 €`."""
    number, last = read_figures(words.raw(at)), at
    if words.low(at + 1) == "k" and not words.gap(at):
        number, last = number * 1000 if number else None, at + 1
    if number is None:
        return None, last + 1
    if words.low(last + 1) in SIGNS:
        other = glued_left(words, at) or in_range_left(words, at)
        signed = _found(words, (at, last), number, None, SIGNS[words.low(last + 1)])
        return None if other else signed, last + 2
    sign = SIGNS.get(words.low(at - 1), "")
    noun = None if sign else counted_noun(words, last, number)
    other = glued_left(words, at - 1 if sign else at) or glued_right(words, last, noun)
    if other or barred(words, at, last, noun, sign) or _unsure(words, at, last, noun):
        return None, past(words, last, noun)
    return _found(words, (at, last), number, noun, sign), last + 1


def _unsure(words: Words, at: int, last: int, noun: Noun | None) -> bool:
    """Tell `1.000 steps`: one or a thousand, as the reader's country has it; and `a 5k`: not 5,000."""
    grouped = _POINT_OR_THOUSANDS.fullmatch(words.low(at))
    if grouped and (noun is None or unit_of(noun.name).kind is not Kind.MEASURED):
        return True
    return last > at and (noun is None or not noun.known)


def _found(words: Words, place: Item, number: Decimal, noun: Noun | None, sign: str) -> Found:
    start, end = words.tokens[place[0]].start, words.tokens[place[1]].end
    return Found(number, start, end, Style.FIGURES, noun, sign, words.text[start:end])


def _spelled(words: Words, at: int, numeral: Numeral) -> tuple[Found | None, int]:
    """Read `five pages` and `a couple of pages`."""
    number, last = numeral
    noun = counted_noun(words, last, number)
    if barred_words(words, at, last, noun) or barred(words, at, last, noun):
        return None, past(words, last, noun)
    return Found(number, words.tokens[at].start, words.tokens[last].end, Style.WORDS, noun), last + 1


def _times(words: Words, at: int) -> Found | None:
    """Read `once`, `twice` and `thrice` at the end of a text or before `a day`: not `once I wake up`."""
    token, before, after = words.tokens[at], words.low(at - 1), words.low(at + 1)
    if before in ("at", "than", "or", "for") or after == "or":
        return None
    if after in ("a", "an") and words.low(at + 2) not in ("day", "week", "month", "hour", "year"):
        return None
    if words.word(at + 1) and after not in AFTER_TIMES:
        return None
    return Found(TIMES[token.low], token.start, token.end, Style.TIMES, Noun(token.end, token.end, "time"))


def _article(words: Words, at: int) -> tuple[Found | None, int]:
    """Read `a page` as one page, only before a unit that we know and that nothing else follows."""
    if words.low(at + 1) in NUMERALS or words.low(at - 1) in NOT_ARTICLE:
        return None, at + 1
    noun = counted_noun(words, at, Decimal(1))
    form = form_of(noun.name) if noun else None
    if noun is None or form is None or not form.unit.article or not noun.sure or noun.attributive:
        return None, at + 1
    if _rate(words, at) or part_of_more(words, at, noun):
        return None, past(words, at, noun)
    token = words.tokens[at]
    return Found(Decimal(1), token.start, token.end, Style.ARTICLE, noun), at + 1


def _rate(words: Words, at: int) -> bool:
    """Tell `a` in the sense of `per`: `5 pages an hour`, `twice an hour`."""
    counted = form_of(words.low(at - 1)) is not None or words.low(at - 1) in TIMES
    return counted and words.low(at + 1) in ("hour", "minute")

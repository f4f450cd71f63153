"""What looks like an amount and is none: ranges, times of day, dates, labels, names, and parts of more."""

import re

from service.domain.step_tokens import Noun, Words
from service.domain.step_units import HOW_OFTEN
from service.domain.step_words import (
    CROSSES,
    DASHES,
    KINDS_OF_PEOPLE,
    LABELS,
    MONTHS,
    NOT_ONE,
    OPENING,
    PARTS,
    SETS,
    SOMEBODY,
    TIME_WORDS,
)
from service.domain.units import form_of, looks_plural, unit_of

_OTHER_LEFT = DASHES | frozenset(".,/\\#_@^&%'’´`=")
_OTHER_RIGHT = frozenset("/\\_@^&+=#'’′″")


def barred(words: Words, at: int, last: int, noun: Noun | None, sign: str = "") -> bool:
    """Tell whether a number, from one token to another, is a range, a time, a date, a label, part of more."""
    if in_range_left(words, at) or _in_range_right(words, last) or part_of_more(words, last, noun):
        return True
    if _dated(words, last) or _every(words, at, last) or _kind_of_people(words, last):
        return True
    if sign or (noun is not None and noun.near and noun.known):
        return False
    before = words.low(at - 1)
    if before in LABELS or before in MONTHS or _o_clock(words, before, noun):
        return True
    if named(words, at) and (noun is None or not noun.known):
        return True
    return at > 0 and bool(re.fullmatch("(?:19|20)[0-9]{2}", words.low(at)))  # a year


# --- what is glued to it


def glued_left(words: Words, at: int) -> bool:
    """Tell whether what is glued to the front of a number makes it another thing: `B12`, `-3`."""
    if at <= 0 or words.gap(at - 1):
        return False
    before = words.raw(at - 1)
    if before.lower() in CROSSES:
        return before != "*" and not words.figures(at - 2)
    if before == ":":
        return words.figures(at - 2) and not words.gap(at - 2)
    return before[0].isalnum() or before in _OTHER_LEFT or not before.isprintable()


def glued_right(words: Words, last: int, noun: Noun | None) -> bool:
    """Tell whether what follows a number makes it another thing: `50%`, `24/7`, `7:30`."""
    after = words.low(last + 1)
    if after in ("%", "‰", "°", "percent"):
        return True
    if not after or words.gap(last):
        return False
    if after[0].isalnum() or after in DASHES:
        known = after in DASHES or form_of(after) is not None  # not `1st`
        return not (noun and known and noun.start <= words.tokens[last + 1].end)
    if after == ":":
        return words.figures(last + 2) and not words.gap(last + 1)
    return after in _OTHER_RIGHT


def loose(words: Words, at: int) -> bool:
    """Tell whether a word begins after a space, a quote or a bracket."""
    return at <= 0 or bool(words.gap(at - 1)) or words.raw(at - 1) in OPENING


# --- ranges, and parts of more


def in_range_left(words: Words, at: int) -> bool:
    """Tell whether a number ends a range or a larger number: `2-3`, `2 or 3`, `10 000`."""
    before = words.low(at - 1)
    if before in ("to", "or", "of") or before in DASHES:
        return words.numeric(at - 2)
    if words.dash(at + 1):
        return False
    return words.figures(at - 1) and bool(re.fullmatch("[0-9]{3}", words.low(at)))


_PART_WORDS = ("half", "quarter", "quarters")


def _in_range_right(words: Words, last: int) -> bool:
    after = words.low(last + 1)
    if after in ("to", "or") or after in CROSSES or after in DASHES:
        return words.numeric(last + 2)
    if after in SETS and words.low(last + 2) == "of" and words.numeric(last + 3):
        return True  # `3 sets of 8 squats`: the amount is 8
    if after in ("½", "¼", "¾", "half", "quarter") or after in PARTS:
        return True
    if after == "and":
        part = words.low(last + 2)
        return part in ("½", "¼", "¾", "half") or words.low(last + 3) in (*_PART_WORDS, "/")
    return words.numeric(last + 1)


def part_of_more(words: Words, last: int, noun: Noun | None) -> bool:
    """Tell `1 hour 30 minutes`, `an hour and a half` and `one page at a time`."""
    at = _behind(words, last, noun)
    if [words.low(at + n) for n in range(3)] == ["at", "a", "time"]:
        return True
    if words.low(at) == "and" and words.low(at + 2) in ("half", "quarter"):
        return True
    return _second_part(words, last, noun) is not None


def past(words: Words, last: int, noun: Noun | None) -> int:
    """Return the token to go on from behind a number: past the minutes of `1 hour 30 minutes`, too."""
    second = _second_part(words, last, noun)
    return last + 1 if second is None else second + 1


def _second_part(words: Words, last: int, noun: Noun | None) -> int | None:
    """Return the second number of `1 hour 30 minutes` and `1 hour and 30`."""
    at = _behind(words, last, noun)
    at += words.low(at) == "and"
    if noun is None or unit_of(noun.name).dimension != "time" or not words.figures(at):
        return None
    there = form_of(words.low(at + 1))
    return at if there is None or there.unit.dimension == "time" else None


def _behind(words: Words, last: int, noun: Noun | None) -> int:
    """Return the first token behind a number and its noun."""
    at = last + 1
    while noun is not None and at < len(words.tokens) and words.tokens[at].start < noun.end:
        at += 1
    return at


# --- times, dates, names


def _dated(words: Words, last: int) -> bool:
    """Tell `7 am`, `8 o'clock` and `24 dec`."""
    after = words.low(last + 1)
    if after in ("am", "pm", "o’clock", "o'clock", "oclock"):
        return True
    if after in ("a", "p") and words.low(last + 2) == "." and words.low(last + 3) == "m":
        return True
    return after in MONTHS and not (after in ("may", "march") and words.raw(last + 1) == after)


def _o_clock(words: Words, before: str, noun: Noun | None) -> bool:
    """Tell `at 7 write`, but not `at 2 strangers` and `from 1 newsletter`."""
    if before not in TIME_WORDS:
        return False
    if noun is None or not noun.near:
        return True
    return before != "from" and not looks_plural(words.text[noun.start : noun.end])


def _every(words: Words, at: int, last: int) -> bool:
    """Tell `every 30 minutes`, `half past nine`, `quarter to nine` and `one of these days`."""
    before = words.low(at - 1)
    if before in ("every", "#", "past") or (before == "to" and words.low(at - 2) == "quarter"):
        return True
    return words.low(last + 1) == "of" and words.low(last + 2) in ("these", "those")


def _kind_of_people(words: Words, last: int) -> bool:
    """Tell `one morning person`."""
    form = form_of(words.low(last + 1))
    often = form is not None and form.unit.name in HOW_OFTEN
    return often and words.low(last + 2) in KINDS_OF_PEOPLE


def named(words: Words, at: int) -> bool:
    """Tell a number that belongs to a name before it: `iPhone 15`, `Windows 11`, `Station Eleven`."""
    if not words.word(at - 1):
        return False
    name = words.raw(at - 1)
    if words.word(at):
        return words.raw(at).istitle()
    return (any(c.isupper() for c in name[1:]) and not name.isupper()) or (at > 1 and name[0].isupper())


# --- words


def barred_words(words: Words, at: int, last: int, noun: Noun | None) -> bool:
    """Tell words that look like a number: `no one`, `one another`, `one-on-one`, `twenty-first`."""
    if not loose(words, at) or (named(words, at) and not words.text.istitle()):
        return True
    after = words.raw(last + 1)
    if after and not words.gap(last):
        if after in DASHES:
            return not (noun and noun.near and noun.start <= words.tokens[last + 1].end)
        if after in "'’/&%":
            return True
    return last == at and words.low(at) == "one" and _not_one(words, at, noun)


def _not_one(words: Words, at: int, noun: Noun | None) -> bool:
    """Tell a `one` that counts nothing: `no one`, `one by one`, `one day I will`."""
    follows = words.low(at + 1)
    if words.low(at - 1) in NOT_ONE or follows in ("another", "by"):
        return True
    form = form_of(follows)
    if form is not None and form.unit.name in HOW_OFTEN:
        return words.low(at + 2) in SOMEBODY or (follows == "day" and not _whole_day(words, at + 2))
    return noun is None and follows != "of" and words.word(at + 1)


def _whole_day(words: Words, at: int) -> bool:
    """Tell whether what stands behind `one day` leaves it a day: not in `one day, write a book`."""
    if words.low(at) in ("a", "per", "each", "every", "this", "next"):
        return words.low(at + 1) in ("week", "weekend", "month")
    ends = words.low(at) in (".", "!", ")") and not words.low(at + 1)
    return ends or words.low(at) in ("", "off", "of", "without")

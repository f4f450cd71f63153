"""A step's text and its one amount: read it, and write the step again with another amount.

Reading goes over the words once, from left to right, with no backtracking, so that hostile text costs no more
than plain text. Where we are not sure how people would say it, the answer is None, and the person is asked.

The rooms behind this door: `step_reader` finds the amount, with `step_numerals`, `step_fractions` and
`step_nouns`; `step_bars` knows what looks like an amount and is none; `step_writer` writes, with
`step_numbers` and `step_agreement`; `step_words` is the vocabulary, and `units` what can be counted.
"""

from decimal import Decimal

from service.domain import amount as amounts
from service.domain.amount import LARGEST, SMALL_WORDS, figures
from service.domain.step_numbers import fraction, money
from service.domain.step_reader import read
from service.domain.step_tokens import LONGEST, Found, Size
from service.domain.step_units import HALF, QUARTER, SIGNS, Kind
from service.domain.step_words import MANY_HOURS
from service.domain.step_writer import reads_as, rewritten, sound
from service.domain.units import plural, unit_of

__all__ = [
    "LARGEST",
    "LONGEST",
    "Size",
    "bigger",
    "lighter",
    "plain_size",
    "plural",
    "read_size",
    "resized",
    "restated",
    "smaller",
    "timed",
    "tiniest",
    "unit_words",
    "with_size",
]


def read_size(text: str) -> Size | None:
    """Return the amount of a step, None where it has none or where it is not clear, as in `2-3 pages`.

    Of several, it is the first in figures or words with a unit we know (how often, such as `3 times` or
    `two evenings`, is the last of these), else the first in figures, else the first article before a unit
    (`a page`), else the first in words. In `2 x 8 squats` and in `3 sets of 8 squats` it is the repetitions,
    8. Text longer than LONGEST has none.
    """
    found = read(text)
    return found.size if found else None


def resized(text: str, amount: Decimal) -> str | None:
    """Return the step with another amount, in the unit of its Size; None where we are not sure how to say it.

    What is written always reads back as the same amount and unit, and has at most LONGEST characters.
    """
    found = read(text)
    return None if found is None else _moved(text, found, amount)


def bigger(text: str) -> str | None:
    """Return the step one notch bigger, None where it has no amount that we can move."""
    found = read(text)
    return None if found is None else _moved(text, found, _notched(found, up=True))


def smaller(text: str) -> str | None:
    """Return the step one notch smaller, None where it has no amount or is at the smallest already."""
    found = read(text)
    return None if found is None else _moved(text, found, _notched(found, up=False))


def lighter(text: str) -> str | None:
    """Return about half of the step, None where nothing smaller exists."""
    found = read(text)
    return None if found is None else _moved(text, found, amounts.halved(found.size.amount, found.size.unit))


def tiniest(text: str) -> str | None:
    """Return the step for a bad day: the least its unit has, or at that already, one of a finer unit."""
    found = read(text)
    if found is None:
        return None
    unit, number = unit_of(found.size.unit), found.size.amount
    for least in (unit.least, Decimal(1)):
        stairs = unit.name == "step" and number < unit.least
        fits = least < number and (least == unit.least or unit.least < 1 or stairs)
        if fits and (least_of_all := _moved(text, found, least)) is not None:
            return least_of_all
    of_code = unit.name == "line" and found.noun is not None and text.startswith(" of", found.noun.end)
    if unit.finer is None or number < unit.least or of_code:
        return None
    return rewritten(text, found, Size(unit.finer[1], unit.finer[0]))


def with_size(text: str, size: Size) -> str | None:
    """Return the step with the amount that a person named, None where it does not fit the step.

    The same unit or none sets the amount, another unit of the same dimension (minutes for seconds, m for km)
    is written as it was named, and a time goes behind a step without an amount.
    """
    found = read(text)
    if not sound(size.amount):
        return None
    if found is None:
        return _with_time(text, size)
    here, named = unit_of(found.size.unit), unit_of(size.unit)
    if size.unit in ("", here.name):
        return _moved(text, found, size.amount)
    alike = here.dimension and here.dimension == named.dimension
    return rewritten(text, found, size) if alike else None


def restated(text: str, size: Size) -> str | None:
    """Return the step with an amount of another unit in the place of its own: `a chapter` → `a page`."""
    found = read(text)
    return None if found is None else rewritten(text, found, size)


def timed(text: str, size: Size) -> str | None:
    """Return the step with a time in the place of its distance: `run 5 km` → `run for 2 minutes`."""
    found = read(text)
    if found is None or found.noun is None:
        return None
    if found.noun.attributive:
        return rewritten(text, found, size)
    head, rest = text[: found.start], text[found.noun.end :]
    words_for = unit_words(size) if head.lower().endswith("for ") else f"for {unit_words(size)}"
    again = read_size(rest)
    behind = "" if again and unit_of(again.unit).dimension in ("time", "length") else rest
    written = f"{head}{words_for}{behind}"
    return written if reads_as(written, size) else None


def plain_size(line: str) -> Size | None:
    """Read a line that is nothing but an amount: `5 minutes`, `just 2 sentences`, `half a page`, `10`."""
    text = line.strip().rstrip(".!").strip()
    for word in ("just ", "only ", "for "):
        if text[: len(word)].lower() == word:
            text = text[len(word) :].lstrip()
    found = read(text)
    if found is None or found.start > len(found.sign and text[:1]):
        return None
    noun = found.noun
    if noun and (noun.attributive or not (noun.near and noun.sure)):
        return None
    rest = text[(noun.end if noun else found.end) :].strip()
    return found.size if not rest or (found.sign and rest in SIGNS) else None


def unit_words(size: Size) -> str:
    """Return an amount with its unit for people: `3 sentences`, `half a page`, `1.5 km`, `$5`, `2 hours`."""
    number, unit = size.amount, size.unit
    if unit == "minute" and number % 60 == 0:
        number, unit = number / 60, "hour"
    if unit == "time" and number in (1, 2):
        return "once" if number == 1 else "twice"
    for sign, name in SIGNS.items():
        if name == unit:
            return sign + money(number)
    if number in (HALF, QUARTER) and unit_of(unit).kind is Kind.DIVISIBLE:
        return f"{fraction(number, unit)} {unit}"
    return f"{figures(number)} {plural(unit, number)}".strip()


def _notched(found: Found, up: bool) -> Decimal | None:
    """Return the amount a notch away; many hours move by half hours."""
    number = found.size.amount
    if found.unit.name == "hour" and number >= MANY_HOURS + (0 if up else 1) and number < LARGEST - 30:
        halves = number // 30 if up or number % 30 == 0 else number // 30 + 1
        return Decimal(30) * (halves + (1 if up else -1))
    return (amounts.notch_up if up else amounts.notch_down)(number, found.size.unit)


def _moved(text: str, found: Found, amount: Decimal | None) -> str | None:
    return None if amount is None else rewritten(text, found, Size(amount, found.size.unit))


def _with_time(text: str, size: Size) -> str | None:
    """Put a time behind a step that has no amount: `Meditate` → `Meditate for 5 minutes`."""
    body = text.rstrip()
    kept = body.rstrip(".!")
    counted = any(c.isdigit() for c in kept) or not SMALL_WORDS.keys().isdisjoint(kept.lower().split())
    if unit_of(size.unit).dimension != "time" or not kept or counted:
        return None
    written = f"{kept} for {unit_words(size)}{body[len(kept) :]}"
    return written if reads_as(written, size) else None

"""Writing a step again with another amount, so that it reads as meant."""

import re
from decimal import Decimal

from service.domain.amount import LARGEST, figures, number_words, takes_an
from service.domain.step_agreement import can_cross
from service.domain.step_numbers import money, numeral
from service.domain.step_reader import read
from service.domain.step_tokens import Found, Noun, Size, Style
from service.domain.step_units import HALF, Kind
from service.domain.step_words import MANY_HOURS, SHORT_OF, SHORT_TIMES
from service.domain.units import form_of, in_number, plural, singular, unit_of

_ARTICLE = re.compile(r"\b([Aa])n?( )$")


def rewritten(text: str, found: Found, size: Size) -> str | None:
    """Write the step with a size, and make sure that it reads as meant."""
    if not sound(size.amount):
        return None
    if size == found.size:
        return text
    written = _written(text, found, size)
    return written if written is not None and reads_as(written, size) else None


def reads_as(text: str, size: Size) -> bool:
    """Tell whether a text has this size."""
    found = read(text)
    return found is not None and found.size == size


def sound(amount: Decimal) -> bool:
    """Tell whether an amount is one that we write: up to LARGEST, with at most 3 decimals."""
    return amount.is_finite() and 0 < amount <= LARGEST and amount == round(amount, 3)


def _written(text: str, found: Found, size: Size) -> str | None:
    number, unit = _for_people(found, size)
    if found.sign:
        return f"{text[: found.start]}{money(number, found.form)}{text[found.end :]}"
    same = unit == found.unit.name
    if same and _place(found.number) != _place(number) and not can_cross(text, found, number):
        return None
    if found.noun is None:
        return _joined(text, found, numeral(number, found, "", ""), found.end)
    if found.noun.attributive:
        return _attributive(text, found, found.noun, number, unit)
    if found.unit.name == "time":
        return _how_often(text, found, found.noun, number)
    return _counted(text, found, found.noun, number, unit)


def _for_people(found: Found, size: Size) -> tuple[Decimal, str]:
    """Return the number and unit to write: whole hours in hours where the step has hours, or half of one."""
    if found.unit.name != "hour" or size.unit != "minute":
        return size.amount, size.unit
    hours = size.amount / 60
    halfway = hours == HALF and found.noun is not None and not found.noun.attributive
    if size.amount >= MANY_HOURS and hours % HALF == 0:
        return hours, "hour"
    spoken = found.style in (Style.ARTICLE, Style.WORDS, Style.FRACTION)
    return (hours, "hour") if hours % 1 == 0 or (halfway and spoken) else (size.amount, "minute")


def _place(number: Decimal) -> int:
    """Return -1, 0 or 1 for a number below, at or above one."""
    return (number > 1) - (number < 1)


def _counted(text: str, found: Found, noun: Noun, number: Decimal, unit: str) -> str | None:
    """Write `5 pages`, `a page` and `half a page`."""
    counted: str | None = text[noun.start : noun.end]
    many = number > 1 or (number < 1 and unit != "hour" and unit_of(unit).kind is not Kind.DIVISIBLE)
    if unit != found.unit.name:
        counted = _other_unit(text[noun.start : noun.end], unit, number)
    elif _changes(text[noun.start : noun.end], found, many):
        counted = in_number(text[noun.start : noun.end], many)
    if counted is None:
        return None
    between = text[found.end : noun.start]
    words = numeral(number, found, unit, (between + counted).lstrip())
    return _joined(text, found, f"{words}{between}{counted}", noun.end)


def _changes(noun: str, found: Found, many: bool) -> bool:
    """Tell whether the noun has to change: `5 sentence` is left as it was written."""
    return (found.number > 1) is not many or (form_of(noun) is not None and not many)


def _how_often(text: str, found: Found, noun: Noun, number: Decimal) -> str:
    """Write `once`, `twice`, `three times`, `5x`, `two more times`."""
    counted, between = text[noun.start : noun.end], text[found.end : noun.start]
    if counted.lower() == "x" or number % 1 or between.strip():
        words = numeral(number, found, "time", "") + between + (in_number(counted, number != 1) or "")
        return _joined(text, found, words, noun.end)
    figured = found.style is Style.FIGURES
    adverbs = {1: "once"} if figured else {1: "once", 2: "twice"}
    count = figures(number, found.form) if figured else number_words(number) or figures(number)
    return _joined(text, found, adverbs.get(int(number), f"{count} times"), noun.end)


def _attributive(text: str, found: Found, noun: Noun, number: Decimal, unit: str) -> str | None:
    """Write `a 5-minute walk` as `an 8-minute walk`."""
    word, between = text[noun.start : noun.end], text[found.end : noun.start]
    if unit != found.unit.name:
        word = _other_unit(word, unit, Decimal(1))
    divisible = found.unit.kind is Kind.DIVISIBLE
    if divisible and number < 1 and number != HALF:
        return None
    half = divisible and number == HALF
    words = "half" if half else numeral(number, found, unit_of(singular(word)).name, "")
    return _joined(text, found, f"{words}{between}{word}", noun.end)


def _other_unit(noun: str, unit: str, number: Decimal) -> str:
    """Return the word for another unit than the noun's, as short as the noun is: `min` for `h`."""
    return SHORT_OF.get(unit, unit) if noun.lower() in SHORT_TIMES else plural(unit, number)


def _joined(text: str, found: Found, middle: str, end: int) -> str:
    """Put the new words into the text, with the capital and the article that they need."""
    head, old = text[: found.start], text[found.start : found.end]
    if old[:1].isupper() or (not old[:1].isalpha() and not head.strip()):
        middle = middle[:1].upper() + middle[1:]
    if found.noun is not None and found.noun.attributive:
        head = _ARTICLE.sub(r"\1n\2" if takes_an(middle) else r"\1\2", head)
    return f"{head}{middle}{text[end:]}"

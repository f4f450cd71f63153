"""A step's text and its amount: read it, and move it by one notch.

The first whole number in digits is the amount. Where there is none, or where another number would need other
words than we are sure of, resizing asks the person for new words.
"""

import re
from dataclasses import dataclass

LARGEST = 1_000_000
_AMOUNT = re.compile(r"(?<![\w.,:/–-])([0-9]{1,7})(?!\w|[.,:/–-][0-9])")
# The word that is counted: the last of its phrase, so that `1 new word` is left to the person.
_COUNTED = re.compile(
    r" ([A-Za-z]+(?:-[A-Za-z]+)*)(?=$|[.,;:!?)]| (?:of|in|on|for|to|with|at|a|an|and|or|before|after)\b)"
)
# What looks the same in any number.
_ABBREVIATIONS = {
    "km",
    "m",
    "cm",
    "mi",
    "kg",
    "g",
    "lb",
    "oz",
    "ml",
    "l",
    "cl",
    "min",
    "h",
    "hr",
    "s",
    "kcal",
}


@dataclass(frozen=True, slots=True)
class Amount:
    """A whole number in a step's text, with where it stands."""

    number: int
    start: int
    end: int


def read_amount(text: str) -> Amount | None:
    """Return the step's amount, from 1 to a million, or None where it has none."""
    found = _AMOUNT.search(text)
    if found is None or not 1 <= int(found[1]) <= LARGEST:
        return None
    return Amount(int(found[1]), found.start(1), found.end(1))


def notch(number: int) -> int:
    """Return by how much an amount moves: one up to ten, about a tenth above."""
    return max(1, number // 10)


def bigger(text: str) -> str | None:
    """Return the step one notch bigger, or None where it has no amount that we can move."""
    amount = read_amount(text)
    if amount is None or amount.number >= LARGEST:
        return None
    return _with_number(text, amount, min(LARGEST, amount.number + notch(amount.number)))


def smaller(text: str) -> str | None:
    """Return the step one notch smaller, or None where it has no amount or is at one already.

    Takes back what `bigger` added: the largest n with n + n // 10 <= number is (10 * number + 9) // 11.
    """
    amount = read_amount(text)
    if amount is None or amount.number <= 1:
        return None
    number = amount.number
    return _with_number(text, amount, (10 * number + 9) // 11 if number > 10 else number - 1)


def _with_number(text: str, amount: Amount, number: int) -> str | None:
    head, tail = text[: amount.start], text[amount.end :]
    inflected = _inflected(tail, amount.number, number)
    return None if inflected is None else f"{head}{number}{inflected}"


def _inflected(tail: str, old: int, new: int) -> str | None:
    """Put the counted word into singular or plural where the number crosses one; None where unclear."""
    if (old == 1) == (new == 1) or not tail.startswith(" ") or tail.isspace():
        return tail
    word = _COUNTED.match(tail)
    if word is None:
        return None
    if word[1] in _ABBREVIATIONS:
        return tail
    import inflect  # noqa: PLC0415 - takes a second to import, and few replies need it

    engine = inflect.engine()
    singular = engine.singular_noun(word[1])
    if bool(singular) == (new != 1):  # the word has the wanted number already
        return tail
    return f" {singular or engine.plural_noun(word[1])}{tail[word.end() :]}"

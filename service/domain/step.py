"""A step's text and its amount: read it, and move it by one notch.

The first whole number in digits is the amount. Anything else has no amount, and resizing asks for new words.
"""

import re
from dataclasses import dataclass

LARGEST = 1_000_000
_AMOUNT = re.compile(r"(?<![\w.,:/-])([0-9]{1,7})(?![\w.,:/]|-[0-9])")
_WORD = re.compile(r"[A-Za-z][A-Za-z'-]*")


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
    """Return the step one notch bigger, or None where it has no amount to move."""
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


def _with_number(text: str, amount: Amount, number: int) -> str:
    head, tail = text[: amount.start], text[amount.end :]
    return f"{head}{number}{_inflected(tail, amount.number, number)}"


def _inflected(tail: str, old: int, new: int) -> str:
    """Put the counted word behind a number into singular or plural, where the number crosses one."""
    word = _WORD.match(tail, 1) if tail.startswith(" ") else None
    if word is None or (old == 1) == (new == 1):
        return tail
    import inflect  # noqa: PLC0415 - takes a second to import, and few replies need it

    engine = inflect.engine()
    changed = engine.singular_noun(word[0]) if new == 1 else engine.plural_noun(word[0])
    return f" {changed or word[0]}{tail[word.end() :]}"

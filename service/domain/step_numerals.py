"""Numbers in words: `five`, `thirty-five`, `two hundred and fifty`, `a dozen`."""

from decimal import Decimal

from service.domain.amount import LARGEST, SCALES, SMALL_WORDS
from service.domain.step_tokens import Words

Numeral = tuple[Decimal, int]  # a number, and the last token of its words


def spelled(words: Words, at: int) -> Numeral | None:
    """Read the number that begins at a token; None where none begins."""
    if words.low(at) in ("a", "half"):
        return _with_article(words, at)
    number, last = _under_hundred(words, at)
    if number and words.low(last + 1) in SCALES:
        number, last = number * SCALES[words.low(last + 1)], last + 1
        rest, end = _under_hundred(words, last + (2 if words.low(last + 1) == "and" else 1))
        if rest:
            number, last = number + rest, end
    return (Decimal(number), last) if 0 < number <= LARGEST else None


def _under_hundred(words: Words, at: int) -> tuple[int, int]:
    """Read `five` and `thirty-five`: the number, 0 where there is none, and its last token."""
    number = SMALL_WORDS.get(words.low(at), 0)
    then = at + 2 if words.low(at + 1) == "-" else at + 1
    ones = SMALL_WORDS.get(words.low(then), 0)
    return (number + ones, then) if number >= 20 and 0 < ones < 10 else (number, at)


def _with_article(words: Words, at: int) -> Numeral | None:
    """Read `a hundred`, `a dozen`, `half a dozen` and `a couple of`."""
    if words.low(at) == "half":  # of a dozen: all else is a fraction
        return Decimal(6), at + 2
    if words.low(at + 1) == "couple" and words.low(at + 2) == "of":
        return Decimal(2), at + 2
    scale = SCALES.get(words.low(at + 1))
    return (Decimal(scale), at + 1) if scale else None

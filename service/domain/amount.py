"""Amounts: how they move by a notch, and how numbers are read and written.

The ladder, for whole numbers: every number up to 20, every second up to 50, every fifth up to 100, and so on
in 1, 2, 5, 10, 20, 50, ..., so that a notch is about a tenth and never more, or one where a tenth is less.

Counted things (sentences, minutes, m, dollars, words we do not know) stand on that ladder. Measured things
(km, mile, litre, kg) stand on the same ladder ten times finer: their grain and smallest size is 0.1, so 1.5
goes to 1.6, 5 to 5.5 and 0.5 to 0.6. Divisible things (page, glass, cup) are whole from one on, and below one
there are 1/2 and 1/4 only.
"""

from decimal import Decimal
from itertools import product, takewhile

from service.domain.step_units import HALF, QUARTER, Kind
from service.domain.units import unit_of

LARGEST = 1_000_000
# The grain of each kind: what one on the ladder means.
_GRAIN = {Kind.COUNTED: Decimal(1), Kind.MEASURED: Decimal("0.1"), Kind.DIVISIBLE: Decimal(1)}

_TO_TWENTY = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
SMALL_WORDS = {word: number for number, word in enumerate(_TO_TWENTY, 1)} | {
    word: number for number, word in enumerate(_TENS, 2) for number in (number * 10,)
}
SCALES = {"dozen": 12, "hundred": 100, "thousand": 1000, "million": LARGEST}
_HYPHENED = {
    f"{ten}-{one}": SMALL_WORDS[ten] + SMALL_WORDS[one] for ten, one in product(_TENS, _TO_TWENTY[:9])
}


def _gap(rung: int) -> int:
    """Return the distance to the next rung above: the largest of 1, 2, 5, 10, ... up to a tenth."""
    gap = 1
    for factor in (1, 2, 5):
        power = factor
        while power * 10 <= rung:
            gap = max(gap, power)
            power *= 10
    return gap


def _rung_above(number: Decimal) -> int:
    gap = _gap(int(number))
    return (int(number) // gap + 1) * gap


def _rung_below(number: Decimal) -> int:
    """Return the largest rung below; 0 stands for none."""
    whole = int(number) if number % 1 else int(number) - 1
    gap = _gap(whole)
    return whole // gap * gap


def notch_up(amount: Decimal, unit: str) -> Decimal | None:
    """Return the amount one notch bigger, in the same unit; None from LARGEST on."""
    kind = unit_of(unit).kind
    if amount >= LARGEST or amount <= 0:
        return None
    if kind is Kind.DIVISIBLE and amount < 1:
        return next(size for size in (QUARTER, HALF, Decimal(1)) if size > amount)
    grain = _GRAIN[kind]
    return min(Decimal(LARGEST), _rung_above(amount / grain) * grain)


def notch_down(amount: Decimal, unit: str) -> Decimal | None:
    """Return the amount one notch smaller, in the same unit; None at the smallest (1, 0.1 or 1/4)."""
    kind = unit_of(unit).kind
    if amount > LARGEST:
        return None
    if kind is Kind.DIVISIBLE and amount <= 1:
        return next((size for size in (HALF, QUARTER) if size < amount), None)
    grain = _GRAIN[kind]
    below = _rung_below(amount / grain)
    return below * grain if below > 0 else None


def halved(amount: Decimal, unit: str) -> Decimal | None:
    """Return about half, always a notch less at least; None where nothing smaller exists.

    Half is kept where it is round to two figures (50 → 25, 5 km → 2.5 km, 5,000 → 2,500), and otherwise goes
    down to the rung below it (250 → 120, 5 → 2), for on a bad day less is kinder than more.
    """
    least = notch_down(amount, unit)
    if least is None or (least < 1 and unit_of(unit).kind is Kind.DIVISIBLE):
        return least
    grain = _GRAIN[unit_of(unit).kind]
    half = amount / grain / 2
    figures_of_half = len(half.normalize().as_tuple().digits)
    kept = half if half % 1 == 0 and figures_of_half <= 2 else Decimal(_rung_below(half))
    return min(max(kept, Decimal(1)) * grain, least)


def read_figures(text: str) -> Decimal | None:
    """Read `10`, `1,000`, `1.5` or the European `1,5`; None for all else, also 0 and above LARGEST.

    `1,000` is a thousand. `1.000` may be one or a thousand: the caller decides, and here it is one.
    """
    if not text.isascii() or len(text) > 10 or (text[:1] == "0" and text[1:2].isdigit()):
        return None
    head, *groups = text.split(",")
    if groups and len(head) <= 3 and head != "0" and all(len(g) == 3 and g.isdigit() for g in groups):
        text = head + "".join(groups)
    elif len(groups) == 1 and "." not in text and len(groups[0]) <= 2:
        text = f"{head}.{groups[0]}"
    whole, _, decimals = text.partition(".")
    if not whole.isdigit() or not (decimals.isdigit() or text == whole) or len(decimals) > 3:
        return None
    number = Decimal(text)
    return number if 0 < number <= LARGEST else None


def figures(number: Decimal, like: str = "") -> str:
    """Write a number in the manner of `like`: its thousands comma, its decimal comma, its `k`.

    Without an example, whole numbers from 10,000 on have a comma.
    """
    if like[-1:] in ("k", "K") and number % 100 == 0 and number >= 1000:
        return f"{(number / 1000).normalize():f}{like[-1]}"
    example = like.rstrip("kK")
    commas = len(example.partition(",")[2].partition(",")[0]) == 3
    if number % 1:
        plain = f"{number.normalize():f}"
        return plain.replace(".", ",") if "," in example and not commas else plain
    big = number >= 10_000 and not (example.isdigit() and len(example) >= 5)
    return f"{int(number):,}" if commas or big else str(int(number))


def number_words(number: Decimal) -> str | None:
    """Write a whole number up to twenty as a word, None for all else."""
    return _TO_TWENTY[int(number) - 1] if number % 1 == 0 and 1 <= number <= 20 else None


def takes_an(number: str) -> bool:
    """Tell whether a number, in figures or as a word, is spoken with a vowel first: 8, 11, 18, 80, eleven."""
    if number[:1].isdigit():
        whole = "".join(takewhile(str.isdigit, number))
        return whole[:1] == "8" or (whole[:2] in ("11", "18") and len(whole) % 3 == 2)
    return number[:1].lower() in "aei"

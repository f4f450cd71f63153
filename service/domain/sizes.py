"""A step's other sizes: the next one, the lighter one, the one for a bad day; and frequency as a size.

They are worked out once, when a step is set, and kept with it, so that no mail has to read a step.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from service.domain.amount import notch_up
from service.domain.step import Size, bigger, lighter, read_size, resized, smaller, tiniest
from service.domain.units import plural

# What is counted by the week: `skip the pick-up one evening`. Then the number of weekdays is the size.
TIMES = frozenset({"day", "evening", "morning", "afternoon", "night", "lunch", "breakfast", "dinner"})
EASED = Fraction(5, 4)  # by how much a limit loosens on a bad day


class Direction(StrEnum):
    """Whether a goal builds something up or eases off it."""

    MORE = "more"
    LESS = "less"


@dataclass(frozen=True, slots=True)
class Step:
    """A step: its words, its weekdays (Monday is 0), and the direction of its goal."""

    words: str
    weekdays: frozenset[int]
    direction: Direction = Direction.MORE


@dataclass(frozen=True, slots=True)
class Form:
    """One version of a step: its words, and how much it is in the step's own unit where that is known."""

    words: str
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Versions:
    """The other sizes of a step, None where there is none; `grown_weekdays` are those of the next size.

    `units` is the plural of what the step counts, for sums. Where `by_days` the weekdays are its size, and
    each day done is one of what it counts.
    """

    grown: Form | None = None
    grown_weekdays: frozenset[int] | None = None
    light: Form | None = None
    tiny: Form | None = None
    units: str = ""
    by_days: bool = False


def by_days(step: Step) -> bool:
    """Tell whether the number of weekdays is the step's size.

    It is where the text counts just so many days or evenings, or counts nothing and leaves days free.
    """
    if len(step.weekdays) >= 7:
        return False
    size = read_size(step.words)
    return size is None or (size.unit in TIMES and size.amount == len(step.weekdays))


def grown(step: Step) -> Step | None:
    """Return the next size in the direction of the goal, or None where we know of none."""
    if step.direction is Direction.LESS and not by_days(step):
        return reduced(step)
    return raised(step)


def raised(step: Step) -> Step | None:
    """Return the step one notch bigger, whatever its direction: a larger number, or one weekday more."""
    if by_days(step):
        return _on_days(step, _with_one_more(step.weekdays))
    size = read_size(step.words)
    if size is not None and size.unit in TIMES and size.amount >= 7:
        return None  # a week has no eighth day
    words = bigger(step.words)
    return None if words is None else Step(words, step.weekdays, step.direction)


def reduced(step: Step) -> Step | None:
    """Return the step one notch smaller, whatever its direction; None at the smallest."""
    if by_days(step):
        return _on_days(step, _with_one_less(step.weekdays)) if len(step.weekdays) > 1 else None
    words = smaller(step.words)
    return None if words is None else Step(words, step.weekdays, step.direction)


def versions(step: Step) -> Versions:
    """Work out all other sizes of a step. About a millisecond once warm; never at sending time."""
    size, after = read_size(step.words), grown(step)
    light, tiny = _lighter_versions(step, size)
    return Versions(
        grown=None if after is None else _form(after.words, size),
        grown_weekdays=after.weekdays if after is not None and after.weekdays != step.weekdays else None,
        light=light,
        tiny=tiny,
        units=plural(size.unit, Decimal(2)) if size is not None else "",
        by_days=by_days(step),
    )


def _lighter_versions(step: Step, size: Size | None) -> tuple[Form | None, Form | None]:
    if size is None or by_days(step):
        return None, None
    if step.direction is Direction.LESS:
        eased = _eased(step.words, size)
        return eased, eased
    words, least = lighter(step.words), tiniest(step.words)
    return _form(words, size) if words else None, _form(least, size) if least else None


def _eased(words: str, size: Size) -> Form | None:
    """Return a limit loosened by about a quarter, and by a notch at least."""
    amount, goal = notch_up(size.amount, size.unit), size.amount * EASED.numerator / EASED.denominator
    while amount is not None and amount < goal:
        further = notch_up(amount, size.unit)
        if further is None or further > goal:
            break
        amount = further
    text = None if amount is None else resized(words, amount)
    return None if text is None else Form(text, amount)


def _form(words: str, size: Size | None) -> Form:
    found = read_size(words)
    same = found is not None and size is not None and found.unit == size.unit
    return Form(words, found.amount if found is not None and same else None)


def _on_days(step: Step, weekdays: frozenset[int]) -> Step | None:
    """Return the step on other weekdays, in words that count them where they did."""
    if read_size(step.words) is None:
        return Step(step.words, weekdays, step.direction)
    words = resized(step.words, Decimal(len(weekdays)))
    return None if words is None else Step(words, weekdays, step.direction)


def _distance(day: int, others: frozenset[int]) -> int:
    return min((min((day - other) % 7, (other - day) % 7) for other in others), default=7)


def _with_one_more(weekdays: frozenset[int]) -> frozenset[int]:
    """Add the weekday that lies farthest from the others, the earliest of equals."""
    free = [day for day in range(7) if day not in weekdays]
    return weekdays | {max(free, key=lambda day: (_distance(day, weekdays), -day))}


def _with_one_less(weekdays: frozenset[int]) -> frozenset[int]:
    """Take off the weekday that lies closest to the others, the latest of equals."""
    return weekdays - {min(weekdays, key=lambda day: (_distance(day, weekdays - {day}), -day))}

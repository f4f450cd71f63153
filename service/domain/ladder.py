"""The ladder: each size a step has had, with its days, and what was really done on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from service.domain.growth import Version
from service.domain.sizes import Versions

RECENT = timedelta(days=30)
MOST_SHOWN = 5  # sizes in the one line


@dataclass(frozen=True, slots=True)
class Rung:
    """A step from a day on: its words, its size where it has one, other versions, and why it was set."""

    id: int
    day: date
    step: str
    amount: Decimal | None = None
    unit: str = ""
    weekdays: frozenset[int] | None = None
    why: str = ""
    versions: Versions = field(default_factory=Versions)


@dataclass(frozen=True, slots=True)
class Deed:
    """What was done on a day: which version, and how much in which unit where that is known."""

    version: Version = Version.FULL
    amount: Decimal | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """One rung as the ladder shows it: its first and last day, and on how many of them it was done."""

    step: str
    first: date
    last: date | None
    done: int


@dataclass(frozen=True, slots=True)
class Climb:
    """The ladder in one line: the sizes in today's unit, oldest first, since when, and the sum of it all.

    `between` tells that sizes after the first were left out. `total` and `recent` (the last 30 days) add up
    what was really done, each day at the size it was done in.
    """

    sizes: tuple[Decimal, ...]
    unit: str
    units: str
    since: date
    total: Decimal
    recent: Decimal
    between: bool = False


def rung_on(rungs: Sequence[Rung], day: date) -> Rung | None:
    """Return the rung that holds on a day: the last one set by then, or the first."""
    held = [rung for rung in rungs if rung.day <= day]
    return held[-1] if held else next(iter(rungs), None)


def since(rungs: Sequence[Rung], day: date) -> date:
    """Return from which day on the step of a day has had its size; other weekdays alone are no new size."""
    held = [rung for rung in rungs if rung.day <= day] or rungs[:1]
    sized = [rung for rung in held if rung.why != "days"] or held
    return sized[-1].day


def stages(rungs: Sequence[Rung], deeds: Mapping[date, Deed]) -> list[Stage]:
    """Return each size with its days, oldest first; one changed again on its first day is left out."""
    kept = _lasting(rungs)
    shown = []
    for index, rung in enumerate(kept):
        following = kept[index + 1].day if index + 1 < len(kept) else None
        done = sum(rung.day <= day and (following is None or day < following) for day in deeds)
        shown.append(Stage(rung.step, rung.day, following - timedelta(days=1) if following else None, done))
    return shown


def climb(rungs: Sequence[Rung], deeds: Mapping[date, Deed], today: date) -> Climb | None:
    """Return the ladder in today's unit, or None where today's step has no amount."""
    kept = [rung for rung in _lasting(rungs) if rung.day <= today]
    if not kept or kept[-1].amount is None:
        return None
    unit, run = kept[-1].unit, []
    for rung in reversed(kept):
        if rung.unit != unit or rung.amount is None:
            break
        run.append(rung)
    sizes = [rung.amount for rung in reversed(run) if rung.amount is not None]
    between = len(sizes) > MOST_SHOWN
    shown = [sizes[0], *sizes[1 - MOST_SHOWN :]] if between else sizes
    first = run[-1].day
    counted = {
        day: deed.amount for day, deed in deeds.items() if deed.amount and deed.unit == unit and day >= first
    }
    recent = sum((much for day, much in counted.items() if today - day < RECENT), Decimal())
    total = sum(counted.values(), Decimal())
    return Climb(
        tuple(shown),
        unit,
        kept[-1].versions.units,
        first,
        total,
        recent,
        between,
    )


def _lasting(rungs: Sequence[Rung]) -> list[Rung]:
    """Leave out what was changed again on the same day, and changes that left the step's words alone."""
    last_of_day = {rung.day: rung for rung in rungs}
    kept: list[Rung] = []
    for rung in last_of_day.values():
        if not kept or kept[-1].step != rung.step:
            kept.append(rung)
    return kept

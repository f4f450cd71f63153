"""The chain: a pure function of the check-ins, the schedule and the pauses.

Only scheduled days count. Skipped and paused days are neutral. One missed day bends the chain, two missed
scheduled days in a row break it (the "never miss twice" rule); a strict goal breaks at the first.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from math import sqrt

from service.domain.schedule import ONE_DAY, Schedule, Span


class Outcome(StrEnum):
    """What a check-in says of its day."""

    DONE = "done"
    SKIPPED = "skipped"


class Mark(StrEnum):
    """What a day looks like in the chain."""

    DONE = "done"
    SKIPPED = "skipped"
    PAUSED = "paused"
    MISSED = "missed"
    OPEN = "open"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Ledger:
    """All that a chain is a function of. A pause is any span of neutral days, also one that was our fault.

    `lesser` are the days done in a smaller version: they count for the chain like any other.
    """

    schedule: Schedule
    outcomes: Mapping[date, Outcome] = field(default_factory=dict)
    pauses: Sequence[Span] = ()
    strict: bool = False
    lesser: Collection[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Chain:
    """A chain as of one day. `length`, `best` and `total` count done days; `strength` runs from 0 to 1."""

    length: int = 0
    bent: bool = False
    best: int = 0
    total: int = 0
    recent_done: int = 0
    recent_days: int = 0
    strength: float = 0.0


RECENT = 30


def mark_of(day: date, today: date, ledger: Ledger) -> Mark:
    """Return a day's mark as seen on `today`; a done beats a pause, and days off or ahead are OFF."""
    if not ledger.schedule.covers(day):
        return Mark.OFF
    outcome = ledger.outcomes.get(day)
    if outcome is not None:
        return Mark.DONE if outcome is Outcome.DONE else Mark.SKIPPED
    if any(day in pause for pause in ledger.pauses):
        return Mark.PAUSED
    if day < today:
        return Mark.MISSED
    return Mark.OPEN if day == today else Mark.OFF


def marks(ledger: Ledger, first: date, last: date, today: date) -> Iterator[tuple[date, Mark]]:
    """Yield each day from `first` to `last` with its mark."""
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        yield day, mark_of(day, today, ledger)


def drawn(ledger: Ledger, today: date, days: int = 14) -> list[tuple[date, Mark]]:
    """Return the last `days` days up to today with their marks, from the first day of the goal on."""
    first = max(today - timedelta(days=days - 1), min(ledger.schedule.starts, today))
    return list(marks(ledger, first, today, today))


def chain(ledger: Ledger, today: date) -> Chain:
    """Fold all days up to and including `today` into a chain.

    Strength is the exponential smoothing of Loop Habit Tracker (`Score.kt`): s = s*m + v*(1-m) with
    m = 0.5 ** (sqrt(frequency) / 13), frequency being scheduled days a day.
    """
    tolerated = 0 if ledger.strict else 1
    multiplier = {times: 0.5 ** (sqrt(max(times, 1) / 7) / 13) for times in range(8)}
    length = misses = best = 0
    strength = 0.0
    counted: list[bool] = []
    for day, mark in marks(ledger, ledger.schedule.starts, today, today):
        if mark is Mark.DONE:
            length, misses = length + 1, 0
        elif mark is Mark.MISSED:
            misses += 1
            length = length if misses <= tolerated else 0
        else:
            continue
        best = max(best, length)
        counted.append(mark is Mark.DONE)
        m = multiplier[len(ledger.schedule.weekdays_on(day))]
        strength = strength * m + (mark is Mark.DONE) * (1 - m)
    return Chain(
        length=length,
        bent=bool(length and misses),
        best=best,
        total=sum(counted),
        recent_done=sum(counted[-RECENT:]),
        recent_days=len(counted[-RECENT:]),
        strength=strength,
    )


def previous_mark(ledger: Ledger, today: date) -> Mark:
    """Return yesterday's mark, OFF where there was none."""
    return mark_of(today - ONE_DAY, today, ledger)

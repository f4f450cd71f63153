"""What a standing counts: a goal's history, folded day by day."""

from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from operator import attrgetter
from typing import NamedTuple

from service.domain.chain import RECENT, Chain, Mark
from service.domain.growth import FORGIVEN
from service.domain.moments import MILESTONES

SHOWN = 14  # days whose marks are kept: those of a drawing, and of one as seen a day earlier
SUMMED = 29  # days before today in the sum of the last thirty
_RECENT_BITS = (1 << RECENT) - 1
LETTERS = {
    Mark.DONE: "d",
    Mark.SKIPPED: "s",
    Mark.PAUSED: "p",
    Mark.MISSED: "m",
    Mark.OPEN: "o",
    Mark.OFF: "-",
}


class Rules(NamedTuple):
    """How a day counts: misses that a chain survives, what strength keeps of itself, days to be easy."""

    tolerated: int
    keeps: float
    needed: int


@lru_cache(maxsize=8)
def kept_strength(times_a_week: int) -> float:
    """Return the multiplier of Loop Habit Tracker (see `chain.chain`)."""
    multiplier: float = 0.5 ** (sqrt(max(times_a_week, 1) / 7) / 13)
    return multiplier


@dataclass(slots=True)
class Counts:
    """All days up to a day, folded. Runs of days are kept as bits, the newest lowest, or as letters.

    `missed` counts misses since the last done day or since a size was chosen, `told` says whether a missed or
    skipped day came since the last done one, and `milestone_on` is the last day that told a milestone.
    """

    length: int = 0
    misses: int = 0
    best: int = 0
    total: int = 0
    strength: float = 0.0
    recent: int = 0
    recent_days: int = 0
    easy: int = 0
    easy_known: int = 0
    easy_days: int = 0
    missed: int = 0
    told: bool = False
    milestone_on: int = 0
    marks: str = "-" * SHOWN
    times: int = 0
    summed: int = 0  # thousandths of today's unit
    amounts: tuple[int, ...] = (0,) * SUMMED  # the same of each of the last days, oldest first

    def copy(self) -> "Counts":
        """Return the same counts, to be counted on."""
        return Counts(*_ALL(self))

    def milestone(self) -> int | None:
        """Return the milestone that the mail of the next day tells."""
        return self.total if self.total in MILESTONES and not self.told else None

    def pass_day(self, ordinal: int, mark: Mark, lesser: bool, rules: Rules) -> None:
        """Fold one more day in; `lesser` where it was done in a smaller version."""
        if self.total in MILESTONES and not self.told:
            self.milestone_on = ordinal
        self.marks = self.marks[1:] + LETTERS[mark]
        if mark is Mark.DONE:
            self.total += 1
            self.missed, self.told = 0, False
            self._count(True, rules)
            self._ease(not lesser, rules.needed)
        elif mark is Mark.MISSED:
            self.missed += 1
            self.told = True
            self._count(False, rules)
            self._ease(False, rules.needed)
        elif mark is Mark.SKIPPED:
            self.told = True

    def pass_amount(self, done: bool, amount: int) -> None:
        """Fold one more day's deed in, also on a day that does not count for the chain."""
        self.times += done
        self.summed += amount
        self.amounts = (*self.amounts[1:], amount)

    def _count(self, done: bool, rules: Rules) -> None:
        if done:
            self.length, self.misses = self.length + 1, 0
        else:
            self.misses += 1
            self.length = self.length if self.misses <= rules.tolerated else 0
        self.best = max(self.best, self.length)
        self.recent = (self.recent << 1 | done) & _RECENT_BITS
        self.recent_days = min(self.recent_days + 1, RECENT)
        self.strength = self.strength * rules.keeps + done * (1 - rules.keeps)

    def _ease(self, easy: bool, needed: int) -> None:
        self.easy = (self.easy << 1 | easy) & ((1 << needed) - 1)
        self.easy_known = min(self.easy_known + 1, needed)
        is_easy = self.easy_known == needed and needed - self.easy.bit_count() <= FORGIVEN
        self.easy_days = self.easy_days + 1 if is_easy else 0

    def forget_ease(self) -> None:
        """Begin again with a new size."""
        self.easy = self.easy_known = self.easy_days = 0

    def chain(self, mark: Mark, rules: Rules) -> Chain:
        """Return the chain with one more day, today."""
        counts = self
        if mark in (Mark.DONE, Mark.MISSED):
            counts = self.copy()
            counts.pass_day(0, mark, False, rules)
        return Chain(
            length=counts.length,
            bent=bool(counts.length and counts.misses),
            best=counts.best,
            total=counts.total,
            recent_done=counts.recent.bit_count(),
            recent_days=counts.recent_days,
            strength=counts.strength,
        )


_ALL = attrgetter(*Counts.__slots__)

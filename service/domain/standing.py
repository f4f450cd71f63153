"""A goal's standing: its history folded up to a day, so that a mail or a page need not read it all.

It answers what `Record` answers, from its own day on, and a test proves the two equal.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import NamedTuple

from service.domain.chain import Chain, Mark, Outcome
from service.domain.counts import LETTERS, SHOWN, Counts, Rules, kept_strength
from service.domain.growth import MISSES, Version, window
from service.domain.ladder import Climb, Deed, Rung
from service.domain.record import LATELY, deed_of, words_of

_CLIMB = attrgetter(*Climb.__slots__)  # `dataclasses.replace` takes three times as long
_MARKS = {letter: mark for mark, letter in LETTERS.items()}


class Basis(NamedTuple):
    """What a standing assumes of its goal; with any of it changed, it holds no more. Weekdays as bits."""

    starts: date
    weekdays: int
    strict: bool
    full_from: date | None


class Said(NamedTuple):
    """What was said of a day that is not folded in yet; a done day has its deed."""

    outcome: Outcome
    deed: Deed | None = None


@dataclass(slots=True)
class Standing:
    """A goal as it stands when `day` begins: all days before it are folded in, and nothing of it or later.

    `said` holds the check-ins from that day on, `weekdays` are the days scheduled from it on, `sizes` is the
    ladder without its sums, and `wrote` tells whether the person ever wrote a note or an improvement. Never
    changed once it is made.
    """

    day: date
    basis: Basis
    weekdays: frozenset[int]
    held: Rung | None
    counts: Counts
    sizes: Climb | None = None
    said: Mapping[date, Said] | None = None
    wrote: bool = False

    def on(self, day: date) -> "Standing":
        """Return the standing of a later day; raises ValueError for an earlier one."""
        if day == self.day:
            return self
        self._known(day)
        counts, rules = self.counts.copy(), self._rules()
        for ordinal in range(self.day.toordinal(), day.toordinal()):
            passed = date.fromordinal(ordinal)
            said = self._said(passed)
            mark = self._mark(passed, said)
            deed = said.deed if said is not None else None
            lesser = deed is not None and deed.version is not Version.FULL
            counts.pass_day(ordinal, Mark.MISSED if mark is Mark.OPEN else mark, lesser, rules)
            if self.sizes is not None or deed is not None:
                counts.pass_amount(deed is not None, self._thousandths(deed))
        left = {when: one for when, one in self.said.items() if when >= day} if self.said else None
        return Standing(
            day, self.basis, self.weekdays, self.held, counts, self.sizes, left or None, self.wrote
        )

    def saying(self, day: date, said: Said) -> "Standing":
        """Return the standing with one more check-in, of its own day or a later one."""
        self._known(day)
        heard = {**self.said, day: said} if self.said else {day: said}
        return Standing(
            self.day, self.basis, self.weekdays, self.held, self.counts, self.sizes, heard, self.wrote
        )

    def rung(self, day: date) -> Rung | None:
        """Return the rung that holds from this day on."""
        self._known(day)
        return self.held

    def version(self, day: date) -> Version:
        """Return the version that a day asks for, LIGHT only where there is such a version."""
        if self.held is None or self.held.versions.light is None:
            return Version.FULL
        return Version.LIGHT if self.missed(day) >= MISSES else Version.FULL

    def missed(self, day: date) -> int:
        """Return how many scheduled days in a row were missed before a day, since a size was last chosen."""
        return self.on(day).counts.missed

    def words(self, day: date, version: Version, otherwise: str) -> str:
        """Return the words of a day's step in one of its versions."""
        return words_of(self.rung(day), version, otherwise)

    def deed(self, day: date, version: Version) -> Deed:
        """Return what doing a version of a day's step amounts to."""
        return deed_of(self.rung(day), version)

    def easy_for(self, today: date) -> int:
        """Return for how many scheduled days in a row the step has been easy, 0 where it is not."""
        return self.on(today).counts.easy_days if self.held is not None else 0

    def outcome(self, day: date) -> Outcome | None:
        """Return what was said of a day."""
        self._known(day)
        said = self._said(day)
        return said.outcome if said is not None else None

    def done_version(self, day: date) -> Version | None:
        """Return which version of a day's step was done, None where none was."""
        self._known(day)
        said = self._said(day)
        return said.deed.version if said is not None and said.deed is not None else None

    def mark(self, day: date) -> Mark:
        """Return a day's mark as seen on that day."""
        self._known(day)
        return self._mark(day, self._said(day))

    def previous(self, day: date) -> Mark:
        """Return the mark of the day before a day."""
        return _MARKS[self.on(day).counts.marks[-1]]

    def our_fault(self, day: date) -> bool:
        """Tell whether the last scheduled day had no mail for a fault of ours: then nothing is stored."""
        self._known(day)
        return False

    def chain(self, today: date) -> Chain:
        """Return the chain as of a day."""
        return self.on(today).counts.chain(self.mark(today), self._rules())

    def drawn(self, today: date) -> list[tuple[date, Mark]]:
        """Return the last two weeks up to a day with their marks; the day may be the one before, too.

        That is where a person who flies west is.
        """
        at = self.on(max(today, self.day))
        marks = [_MARKS[letter] for letter in at.counts.marks]
        if today < self.day:
            if (self.day - today).days > 1:
                raise ValueError(f"a standing of {self.day} draws nothing of {today}")
            marks[-1] = Mark.OPEN if marks[-1] is Mark.MISSED else marks[-1]
        else:
            marks = [*marks[1:], at.mark(today)]
        last = today.toordinal()
        first = min(SHOWN, last - min(self.basis.starts, today).toordinal() + 1)
        return [(date.fromordinal(last - back), marks[-1 - back]) for back in range(first - 1, -1, -1)]

    def milestone(self, today: date) -> int | None:
        """Return the milestone that a day's mail tells, None on most days."""
        return self.on(today).counts.milestone()

    def told_lately(self, today: date) -> bool:
        """Tell whether a milestone fell on one of the six days before a day."""
        return self.on(today).counts.milestone_on >= today.toordinal() - LATELY

    def climb(self, today: date) -> Climb | None:
        """Return the ladder in today's unit, None where today's step has no amount."""
        if self.sizes is None:
            return None
        at = self.on(today)
        ahead = sum(self._thousandths(one.deed) for one in (at.said or {}).values())
        total, recent = at.counts.summed + ahead, sum(at.counts.amounts) + ahead
        sizes, unit, units, since, _, _, between = _CLIMB(self.sizes)
        return Climb(sizes, unit, units, since, Decimal(total) / 1000, Decimal(recent) / 1000, between)

    def times(self) -> int:
        """Return how often the step was done in all."""
        ahead = sum(one.deed is not None for one in self.said.values()) if self.said else 0
        return self.counts.times + ahead

    def _known(self, day: date) -> None:
        if day < self.day:
            raise ValueError(f"a standing of {self.day} knows nothing of {day}")

    def _said(self, day: date) -> Said | None:
        return self.said.get(day) if self.said else None

    def _mark(self, day: date, said: Said | None) -> Mark:
        if day != self.basis.starts and day.weekday() not in self.weekdays:
            return Mark.OFF
        if said is None:
            return Mark.OPEN
        return Mark.DONE if said.outcome is Outcome.DONE else Mark.SKIPPED

    def _rules(self) -> Rules:
        days = len(self.weekdays)
        needed = window(days, self.held is not None and self.held.versions.by_days)
        return Rules(0 if self.basis.strict else 1, kept_strength(days), needed)

    def _thousandths(self, deed: Deed | None) -> int:
        """Return how much a deed adds to the sum in today's unit."""
        return 0 if self.sizes is None or deed is None else thousandths(deed, self.sizes.unit)


def thousandths(deed: Deed, unit: str) -> int:
    """Return how much of a unit a deed is, in thousandths."""
    return int(deed.amount * 1000) if deed.amount is not None and deed.unit == unit else 0

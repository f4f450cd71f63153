"""A goal's record: all that its chain, its ladder and its mails are functions of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from service.domain.chain import Chain, Ledger, Mark, Outcome, chain, drawn, mark_of, previous_mark
from service.domain.growth import Version, asked_on, easy_for, misses_before, window
from service.domain.ladder import Climb, Deed, Rung, climb, rung_on, since
from service.domain.moments import milestone
from service.domain.schedule import ONE_DAY, Span
from service.domain.sizes import TIMES, Form

_FAR = 7  # days: any schedule has one of them
LATELY = 6  # days before a mail; a milestone told on one of them is told within a week


@dataclass(frozen=True, slots=True)
class Record:
    """The ledger, the rungs oldest first, what was done on which day, and whether the person ever wrote.

    `full_from` is the day on which the person last chose a size, or wanted their own back; `faults` are the
    pauses that were our doing.
    """

    ledger: Ledger
    rungs: tuple[Rung, ...] = ()
    deeds: Mapping[date, Deed] = field(default_factory=dict)
    wrote: bool = False
    full_from: date | None = None
    faults: tuple[Span, ...] = ()

    def rung(self, day: date) -> Rung | None:
        """Return the rung that holds on a day."""
        return rung_on(self.rungs, day)

    def version(self, day: date) -> Version:
        """Return the version that a day asks for, LIGHT only where there is such a version."""
        rung = self.rung(day)
        if rung is None or rung.versions.light is None:
            return Version.FULL
        return asked_on(self.ledger, day, self._full_from(day))

    def missed(self, day: date) -> int:
        """Return how many scheduled days in a row were missed before a day, since a size was last chosen."""
        return misses_before(self.ledger, day, self._full_from(day))

    def _full_from(self, day: date) -> date | None:
        """Return since when the size is the person's own choice; a later choice says nothing of the day."""
        return self.full_from if self.full_from is not None and self.full_from <= day else None

    def words(self, day: date, version: Version, otherwise: str) -> str:
        """Return the words of a day's step in one of its versions."""
        return words_of(self.rung(day), version, otherwise)

    def deed(self, day: date, version: Version) -> Deed:
        """Return what doing a version of a day's step amounts to."""
        return deed_of(self.rung(day), version)

    def easy_for(self, today: date) -> int:
        """Return for how many scheduled days in a row the step of today has been easy, 0 where it is not."""
        rung = self.rung(today)
        if rung is None:
            return 0
        weekdays = rung.weekdays or self.ledger.schedule.weekdays_on(today)
        needed = window(len(weekdays), rung.versions.by_days)
        return easy_for(self.ledger, since(self.rungs, today), today, needed)

    def outcome(self, day: date) -> Outcome | None:
        """Return what was said of a day."""
        return self.ledger.outcomes.get(day)

    def done_version(self, day: date) -> Version | None:
        """Return which version of a day's step was done, None where none was."""
        deed = self.deeds.get(day)
        return deed.version if deed is not None else None

    def mark(self, day: date) -> Mark:
        """Return a day's mark as seen on that day."""
        return mark_of(day, day, self.ledger)

    def previous(self, day: date) -> Mark:
        """Return the mark of the day before a day."""
        return previous_mark(self.ledger, day)

    def our_fault(self, day: date) -> bool:
        """Tell whether the last scheduled day before a day had no mail for a fault of ours."""
        before = (day - back * ONE_DAY for back in range(1, _FAR + 1))
        last = next((one for one in before if self.ledger.schedule.covers(one)), None)
        if last is None or last in self.ledger.outcomes:
            return False
        return any(last in span for span in self.faults)

    def chain(self, today: date) -> Chain:
        """Return the chain as of a day."""
        return chain(self.ledger, today)

    def drawn(self, today: date) -> list[tuple[date, Mark]]:
        """Return the last two weeks up to a day with their marks."""
        return drawn(self.ledger, today)

    def milestone(self, today: date) -> int | None:
        """Return the milestone that a day's mail tells, None on most days."""
        return milestone(self.ledger, today)

    def told_lately(self, today: date) -> bool:
        """Tell whether a milestone fell on one of the six days before a day."""
        return any(milestone(self.ledger, today - back * ONE_DAY) for back in range(1, LATELY + 1))

    def climb(self, today: date) -> Climb | None:
        """Return the ladder in today's unit, None where today's step has no amount."""
        return climb(self.rungs, self.deeds, today)

    def times(self) -> int:
        """Return how often the step was done in all."""
        return len(self.deeds)


def words_of(rung: Rung | None, version: Version, otherwise: str) -> str:
    """Return the words of a rung in one of its versions."""
    if rung is None:
        return otherwise
    form = _form(rung, version)
    return form.words if form is not None else rung.step


def deed_of(rung: Rung | None, version: Version) -> Deed:
    """Return what doing a version of a rung amounts to."""
    if rung is None:
        return Deed(version)
    form = _form(rung, version)
    if rung.versions.by_days or rung.unit in TIMES:
        return Deed(version, Decimal(1) if rung.amount is not None else None, rung.unit)
    if version is Version.FULL or (version is Version.LIGHT and form is None):
        return Deed(version, rung.amount, rung.unit)
    return Deed(version, form.amount if form else None, rung.unit)


def _form(rung: Rung, version: Version) -> Form | None:
    """Return a rung's lighter or tiniest form, None where it has none, and for its own size."""
    return {Version.LIGHT: rung.versions.light, Version.TINY: rung.versions.tiny}.get(version)

"""A goal's record: all that its chain, its ladder and its mails are functions of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from service.domain.chain import Ledger
from service.domain.growth import Version, asked_on, easy_for, misses_before, window
from service.domain.ladder import Deed, Rung, rung_on, since
from service.domain.sizes import TIMES, Form


@dataclass(frozen=True, slots=True)
class Record:
    """The ledger, the rungs oldest first, what was done on which day, and the days with words of the person.

    `full_from` is the day on which the person last chose a size, or wanted their own back.
    """

    ledger: Ledger
    rungs: tuple[Rung, ...] = ()
    deeds: Mapping[date, Deed] = field(default_factory=dict)
    written: frozenset[date] = frozenset()
    full_from: date | None = None

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
        rung = self.rung(day)
        if rung is None:
            return otherwise
        form = _form(rung, version)
        return form.words if form is not None else rung.step

    def deed(self, day: date, version: Version) -> Deed:
        """Return what doing a version of a day's step amounts to."""
        rung = self.rung(day)
        if rung is None:
            return Deed(version)
        form = _form(rung, version)
        if rung.versions.by_days or rung.unit in TIMES:
            return Deed(version, Decimal(1) if rung.amount is not None else None, rung.unit)
        if version is Version.FULL or (version is Version.LIGHT and form is None):
            return Deed(version, rung.amount, rung.unit)
        return Deed(version, form.amount if form else None, rung.unit)

    def easy_for(self, today: date) -> int:
        """Return for how many scheduled days in a row the step of today has been easy, 0 where it is not."""
        rung = self.rung(today)
        if rung is None:
            return 0
        weekdays = rung.weekdays or self.ledger.schedule.weekdays_on(today)
        needed = window(len(weekdays), rung.versions.by_days)
        return easy_for(self.ledger, since(self.rungs, today), today, needed)


def _form(rung: Rung, version: Version) -> Form | None:
    """Return a rung's lighter or tiniest form, None where it has none, and for its own size."""
    return {Version.LIGHT: rung.versions.light, Version.TINY: rung.versions.tiny}.get(version)

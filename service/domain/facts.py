"""What mails and pages ask about a goal's history: one face of the full record and of its standing."""

from datetime import date
from typing import Protocol

from service.domain.chain import Chain, Mark, Outcome
from service.domain.growth import Version
from service.domain.ladder import Climb, Deed, Rung


class Facts(Protocol):
    """Facts of a goal's days. `Record` knows them of every day, `Standing` from its own day on."""

    @property
    def wrote(self) -> bool:
        """Whether the person ever wrote a note or an improvement."""

    def rung(self, day: date) -> Rung | None:
        """Return the rung that holds on a day."""

    def version(self, day: date) -> Version:
        """Return the version that a day asks for."""

    def missed(self, day: date) -> int:
        """Return how many scheduled days in a row were missed before a day."""

    def words(self, day: date, version: Version, otherwise: str) -> str:
        """Return the words of a day's step in one of its versions."""

    def deed(self, day: date, version: Version) -> Deed:
        """Return what doing a version of a day's step amounts to."""

    def easy_for(self, today: date) -> int:
        """Return for how many scheduled days in a row the step has been easy."""

    def outcome(self, day: date) -> Outcome | None:
        """Return what was said of a day."""

    def done_version(self, day: date) -> Version | None:
        """Return which version of a day's step was done, None where none was."""

    def mark(self, day: date) -> Mark:
        """Return a day's mark as seen on that day."""

    def previous(self, day: date) -> Mark:
        """Return the mark of the day before a day."""

    def our_fault(self, day: date) -> bool:
        """Tell whether the last scheduled day before a day had no mail for a fault of ours."""

    def chain(self, today: date) -> Chain:
        """Return the chain as of a day."""

    def drawn(self, today: date) -> list[tuple[date, Mark]]:
        """Return the last two weeks up to a day with their marks."""

    def milestone(self, today: date) -> int | None:
        """Return the milestone that a day's mail tells, None on most days."""

    def told_lately(self, today: date) -> bool:
        """Tell whether a milestone fell on one of the six days before a day."""

    def climb(self, today: date) -> Climb | None:
        """Return the ladder in today's unit, None where today's step has no amount."""

    def times(self) -> int:
        """Return how often the step was done in all."""

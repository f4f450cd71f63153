"""Moments worth a sentence, sparsely: milestones, and what a person wrote a week, a month or a year ago.

Both are functions of the record alone, so that a mail that is composed twice says the same.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from service.domain.chain import Ledger, Mark, mark_of, marks
from service.domain.schedule import ONE_DAY

# Days done. 21 is folklore (Maxwell Maltz, Psycho-Cybernetics, 1960) and still a good round number of weeks;
# 66 is the median time for a habit to feel automatic (Lally et al., European Journal of Social Psychology,
# 2010). At one done a day they are two weeks apart or more, so never two in a week.
MILESTONES = (7, 21, 66, 100, 365)
_TOLD = (Mark.MISSED, Mark.SKIPPED)  # days that had a mail
BLOCK = 7  # days in which at most one memory comes back


@dataclass(frozen=True, slots=True)
class Memory:
    """A day whose words come back, and how long ago that is: `week`, `month` or `year`."""

    day: date
    ago: str


def milestone(ledger: Ledger, today: date) -> int | None:
    """Return the milestone that today's mail tells: the number of days done just before today, or None.

    It is told once, in the first mail after the day that reached it, however long a pause lies between.
    """
    done = sorted(day for day in ledger.outcomes if mark_of(day, today, ledger) is Mark.DONE and day < today)
    if len(done) not in MILESTONES:
        return None
    between = (mark for _, mark in marks(ledger, done[-1] + ONE_DAY, today - ONE_DAY, today))
    return None if any(mark in _TOLD for mark in between) else len(done)


def months_before(day: date, months: int) -> date | None:
    """Return the same day of the month, months earlier; None where that month has no such day."""
    month = day.year * 12 + day.month - 1 - months
    try:
        return date(month // 12, month % 12 + 1, day.day)
    except ValueError:
        return None


def memory(written: Collection[date], starts: date, today: date) -> Memory | None:
    """Return whose words of the past today's mail brings back, or None on most days.

    `written` are the days on which the person wrote something. Of the days of a week of the goal, the first
    that has something to bring back does so.
    """
    found = _ago(written, today)
    if found is None:
        return None
    block = (today - starts).days % BLOCK
    earlier: Sequence[date] = [today - timedelta(days=back) for back in range(1, block + 1)]
    return None if any(_ago(written, day) for day in earlier) else found


def _ago(written: Collection[date], today: date) -> Memory | None:
    """Return the oldest of the three days that has words; a year is worth more than a week."""
    wanted = (("year", months_before(today, 12)), ("month", months_before(today, 1)))
    for ago, day in (*wanted, ("week", today - 7 * ONE_DAY)):
        if day is not None and day in written:
            return Memory(day, ago)
    return None

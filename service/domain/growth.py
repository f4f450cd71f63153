"""When a step grows, when it is asked for in a smaller version, and when both rest.

A step that is too small to skip grows only once it has become easy, and a bad stretch is met with a smaller
step instead of guilt (BJ Fogg, Tiny Habits, 2019: scale back first, grow when it comes by itself).
"""

from collections import deque
from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum

from service.domain.chain import Ledger, Mark, mark_of, marks
from service.domain.schedule import ONE_DAY

EASY_DAYS = 14  # scheduled days at one size
FORGIVEN = 1  # of them may be missed, or done in a smaller version
OFFER_AGAIN = 7  # scheduled days after an offer that nobody answered
REST = timedelta(days=14)  # after an offer was declined
EASY_WEEKS = 4  # where frequency is the size, so that one day a week does not take a quarter of a year
MISSES = 2  # scheduled days in a row after which a lighter step is asked for ("never miss twice")


class Version(StrEnum):
    """Which version of a step: its own size, a lighter one just for now, or the one for a bad day."""

    FULL = "full"
    LIGHT = "light"
    TINY = "tiny"


def window(times_a_week: int, by_days: bool) -> int:
    """Return how many scheduled days make a step easy: 14, or four weeks of them where days are its size."""
    return min(EASY_DAYS, EASY_WEEKS * times_a_week) if by_days else EASY_DAYS


def easy_for(ledger: Ledger, since: date, today: date, needed: int = EASY_DAYS) -> int:
    """Return for how many scheduled days in a row, up to the last before today, the step has been easy.

    Easy means done at its own size on `needed` scheduled days since it has that size, one forgiven. Neutral
    days don't count. 0 means it is not easy now.
    """
    last: deque[bool] = deque(maxlen=needed)
    days = 0
    for day, mark in marks(ledger, max(since, ledger.schedule.starts), today - ONE_DAY, today):
        if mark not in (Mark.DONE, Mark.MISSED):
            continue
        last.append(mark is Mark.DONE and day not in ledger.lesser)
        days = days + 1 if len(last) == needed and last.count(False) <= FORGIVEN else 0
    return days


def offers(easy_days: int, today: date, rests_until: date | None) -> bool:
    """Tell whether today's mail offers the next size: once the step is easy, and weekly from then on."""
    resting = rests_until is not None and today < rests_until
    return not resting and easy_days > 0 and (easy_days - 1) % OFFER_AGAIN == 0


def misses_before(ledger: Ledger, day: date, since: date | None = None) -> int:
    """Return how many scheduled days in a row were missed right before a day, none of them before `since`."""
    count = 0
    for mark in _back_from(ledger, day, since):
        if mark is Mark.DONE:
            break
        count += mark is Mark.MISSED
    return count


def asked_on(ledger: Ledger, day: date, full_from: date | None = None) -> Version:
    """Return the version that a day asks for: the lighter one after two misses in a row, until one is done.

    `full_from` is the day on which the person wanted their own size back: older misses count no more.
    """
    return Version.LIGHT if misses_before(ledger, day, full_from) >= MISSES else Version.FULL


def _back_from(ledger: Ledger, day: date, since: date | None) -> Iterator[Mark]:
    first = max(ledger.schedule.starts, since or date.min)
    for back in range(1, (day - first).days + 1):
        yield mark_of(day - timedelta(days=back), day, ledger)

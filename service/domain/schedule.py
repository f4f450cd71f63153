"""Local days and the next due moment, daylight saving time included.

Every local day has one due moment. A send time inside the spring gap moves forward by the gap (PEP 495,
fold=0), or back by it where forward would be the next day; one inside the autumn fold means its first
occurrence.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERY_DAY = frozenset(range(7))
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Which days count: the given weekdays (Monday is 0), and the day on which it all starts.

    `changes` are the weekdays that took their place later, each from its day on, oldest first, so that a new
    choice of days never changes a day that has passed.
    """

    starts: date
    weekdays: frozenset[int] = EVERY_DAY
    changes: tuple[tuple[date, frozenset[int]], ...] = ()

    def weekdays_on(self, day: date) -> frozenset[int]:
        """Return the weekdays that hold on a day."""
        for since, weekdays in reversed(self.changes):
            if since <= day:
                return weekdays
        return self.weekdays

    def covers(self, day: date) -> bool:
        """Tell whether `day` is a scheduled day. The first day always is: its mail comes at once."""
        return day == self.starts or (day > self.starts and day.weekday() in self.weekdays_on(day))


@dataclass(frozen=True, slots=True)
class Span:
    """A run of local days, both ends included; without a `last` it is open."""

    first: date
    last: date | None = None

    def __contains__(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


def weekdays_to_mask(weekdays: Iterable[int]) -> int:
    """Pack weekdays (Monday is 0) into seven bits, Monday lowest."""
    return sum(1 << weekday for weekday in frozenset(weekdays))


def mask_to_weekdays(mask: int) -> frozenset[int]:
    """Unpack seven bits, Monday lowest, into weekdays."""
    return frozenset(weekday for weekday in range(7) if mask >> weekday & 1)


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """Return the IANA time zone of that name; raises ValueError if there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError):
        raise ValueError(f"no time zone {name[:64]!r}") from None


def local_day(moment: datetime, zone_name: str) -> date:
    """Return the local calendar date of an aware moment in a zone."""
    return moment.astimezone(zone(zone_name)).date()


@lru_cache(maxsize=65536)
def due_at(day: date, send_at: time, zone_name: str) -> datetime:
    """Return the UTC moment at which a day's mail is due at the local time `send_at`."""
    local = datetime.combine(day, send_at.replace(fold=0), zone(zone_name))
    due = local.astimezone(UTC)
    # A gap that ends at midnight (America/Nuuk has one each spring) would push the mail into the next day.
    return due if local_day(due, zone_name) == day else local.replace(fold=1).astimezone(UTC)


def next_due(
    after: datetime,
    send_at: time,
    zone_name: str,
    weekdays: frozenset[int] = EVERY_DAY,
    not_before: date | None = None,
) -> datetime:
    """Return the first due moment (UTC) later than `after`, on one of the weekdays, from `not_before` on.

    A calendar day that a zone skipped (Pacific/Apia had no 30 December 2011) has no due moment.
    Raises ValueError if there are no weekdays.
    """
    if not weekdays:
        raise ValueError("a schedule needs at least one weekday")
    day = local_day(after, zone_name)
    if not_before is not None and not_before > day:
        day = not_before
    first, due = _first_due(day, send_at, zone_name, weekdays)
    while due <= after:
        first, due = _first_due(first + ONE_DAY, send_at, zone_name, weekdays)
    return due


@lru_cache(maxsize=65536)
def _first_due(day: date, send_at: time, zone_name: str, weekdays: frozenset[int]) -> tuple[date, datetime]:
    """Return the first day from `day` on that has a due moment on one of the weekdays, and that moment."""
    while True:
        if day.weekday() in weekdays:
            due = due_at(day, send_at, zone_name)
            if local_day(due, zone_name) == day:
                return day, due
        day += ONE_DAY

"""Days and amounts in words, as mails and pages say them."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache

_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_PARTS = {Decimal("0.25"): "¼", Decimal("0.5"): "½", Decimal("0.75"): "¾"}
_SAME_YEAR = 300  # days for which a month needs no year


def long_day(day: date) -> str:
    """Return a day in words, such as `Saturday 21 November`."""
    return f"{day:%A} {day.day} {day:%B}"


@lru_cache(maxsize=256)
def month_of(day: date, today: date) -> str:
    """Return the month of a day in the past, with its year where that is long ago."""
    return f"{day:%B}" if (today - day).days < _SAME_YEAR else f"{day:%B %Y}"


def nearby_day(day: date, today: date) -> str:
    """Return a day to come as `today`, `tomorrow` or `on Saturday 21 November`."""
    return {0: "today", 1: "tomorrow"}.get((day - today).days, f"on {long_day(day)}")


@lru_cache(maxsize=1024)  # of a few hundred amounts that people have, mails and pages are full
def figure(amount: Decimal) -> str:
    """Return an amount as people write it: `½`, `3`, `1½`, `1.3`, `12,500`."""
    whole = int(amount)
    part = _PARTS.get(amount - whole)
    if part is not None:
        return f"{whole:,}{part}" if whole else part
    return f"{amount.normalize():,f}"


def much(amount: Decimal, unit: str, units: str) -> str:
    """Return an amount with its unit in the right number: `1 sentence`, `212 sentences`, `½ page`."""
    return f"{figure(amount)} {unit if amount <= 1 else units}".rstrip()


def on_days(weekdays: Iterable[int]) -> str:
    """Return weekdays (Monday is 0) in words: `every day`, `Monday to Friday`, `on Monday and Thursday`."""
    days = sorted(weekdays)
    if days == list(range(7)):
        return "every day"
    if days == list(range(5)):
        return "Monday to Friday"
    *before, last = (_DAY_NAMES[day] for day in days)
    return f"on {', '.join(before)} and {last}" if before else f"on {last}"

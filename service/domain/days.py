"""Read days and times as people write them in a reply: `monday`, `24 dec`, `7:30 pm`, `mon wed fri`."""

import re
from datetime import date, time, timedelta

from service.domain.schedule import ONE_DAY, WEEKDAYS

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FULL_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_FULL_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", re.ASCII)
_DAY_MONTH = re.compile(r"(?:the )?([0-9]{1,2})(?:st|nd|rd|th)?(?: of)? ([a-z]{3,9})", re.ASCII)
_MONTH_DAY = re.compile(r"([a-z]{3,9}) ([0-9]{1,2})(?:st|nd|rd|th)?", re.ASCII)


def read_day(text: str, today: date) -> date | None:
    """Read `tomorrow`, `monday`, `24 dec`, `dec 24` or `2026-12-24` as the next such day, or None.

    A weekday is always ahead of `today`; a day and month mean the next time they come round.
    """
    for names in (WEEKDAYS, _FULL_DAYS):
        if text in names:
            return today + timedelta(days=(names.index(text) - today.weekday() - 1) % 7 + 1)
    if text == "tomorrow":
        return today + ONE_DAY
    if iso := _ISO.fullmatch(text):
        return _date(int(iso[1]), int(iso[2]), int(iso[3]))
    if found := _DAY_MONTH.fullmatch(text):
        return _next_date(int(found[1]), found[2], today)
    if found := _MONTH_DAY.fullmatch(text):
        return _next_date(int(found[2]), found[1], today)
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _next_date(day: int, month_name: str, today: date) -> date | None:
    months = _MONTHS if len(month_name) == 3 else _FULL_MONTHS
    if month_name not in months:
        return None
    month = months.index(month_name) + 1
    candidates = (
        _date(today.year + ahead, month, day) for ahead in range(9)
    )  # 29 February may be 8 years off
    return next((found for found in candidates if found is not None and found > today), None)


_CLOCK = re.compile(r"(?:at )?([0-9]{1,2})(?:[:h]([0-9]{2}))? ?(am|pm|a m|p m|h)?", re.ASCII)
_NAMED = {"noon": time(12), "midday": time(12), "midnight": time(0)}


def read_time(text: str) -> time | None:
    """Read `7:30`, `07:30`, `7 am`, `7:30 pm`, `19h` or `noon` as a local time, or None."""
    if text in _NAMED:
        return _NAMED[text]
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "")[:1]
    if half in ("a", "p"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


_GROUPS = {
    "weekdays": frozenset(range(5)),
    "weekends": frozenset({5, 6}),
    "weekend": frozenset({5, 6}),
    "all": frozenset(range(7)),
    "every day": frozenset(range(7)),
    "daily": frozenset(range(7)),
}
_RANGE = re.compile(r"([a-z]+) ?(?:-|–|to) ?([a-z]+)")


def read_weekdays(text: str) -> frozenset[int] | None:
    """Read `mon wed fri`, `monday and friday`, `mon-fri` or `weekdays` (Monday is 0), or None."""
    if text in _GROUPS:
        return _GROUPS[text]
    if (found := _RANGE.fullmatch(text)) and None not in (ends := [_weekday(found[1]), _weekday(found[2])]):
        first, last = (end or 0 for end in ends)
        return frozenset((first + ahead) % 7 for ahead in range((last - first) % 7 + 1))
    days = [_weekday(word) for word in text.replace("+", " ").replace("&", " ").split() if word != "and"]
    known = frozenset(day for day in days if day is not None)
    return known if known and len(days) == len([day for day in days if day is not None]) else None


def _weekday(word: str) -> int | None:
    short = {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
    for names in (WEEKDAYS, _FULL_DAYS, tuple(f"{day}s" for day in _FULL_DAYS)):
        if word in names:
            return names.index(word)
    return short.get(word)

"""Read a day as people write it in a reply: `monday`, `24 dec`, `2026-12-24`."""

import re
from datetime import date, timedelta

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

"""Local days and due moments, at the places where clocks jump."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.schedule import (
    EVERY_DAY,
    WEEKDAYS,
    Schedule,
    Span,
    due_at,
    local_day,
    mask_to_weekdays,
    next_due,
    weekdays_to_mask,
    zone,
)

HOUR = timedelta(hours=1)
SPRING_GAPS = [
    ("Europe/Berlin", "2026-03-29 02:30", "03:30", "2026-03-29 01:30"),
    ("America/New_York", "2026-03-08 02:30", "03:30", "2026-03-08 07:30"),
    ("Australia/Sydney", "2026-10-04 02:30", "03:30", "2026-10-03 16:30"),
    ("Africa/Cairo", "2024-04-26 00:00", "01:00", "2024-04-25 22:00"),
    ("America/Sao_Paulo", "2018-11-04 00:00", "01:00", "2018-11-04 03:00"),
    ("Asia/Beirut", "2022-03-27 00:15", "01:15", "2022-03-26 22:15"),
    ("Australia/Lord_Howe", "2026-10-04 02:15", "02:45", "2026-10-03 15:45"),
]
AUTUMN_FOLDS = [
    ("Europe/Berlin", "2026-10-25 02:30", "2026-10-25 00:30", 60),
    ("America/New_York", "2026-11-01 01:30", "2026-11-01 05:30", 60),
    ("Australia/Sydney", "2026-04-05 02:30", "2026-04-04 15:30", 60),
    ("Africa/Cairo", "2024-10-31 23:30", "2024-10-31 20:30", 60),
    ("America/Sao_Paulo", "2018-02-17 23:30", "2018-02-18 01:30", 60),
    ("Asia/Beirut", "2022-10-29 23:30", "2022-10-29 20:30", 60),
    ("Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04 14:45", 30),
]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def days_walked(zone_name: str, send_at: time, around: date) -> list[date]:
    """Walk from due moment to due moment, three days before and after a day."""
    moment = due_at(around - timedelta(days=4), send_at, zone_name)
    days = []
    for _ in range(7):
        moment = next_due(moment, send_at, zone_name)
        days.append(local_day(moment, zone_name))
    return days


@pytest.mark.parametrize(("zone_name", "wall", "moved", "moment"), SPRING_GAPS)
def test_a_time_in_the_spring_gap_moves_forward_by_the_gap(
    zone_name: str, wall: str, moved: str, moment: str
) -> None:
    asked = datetime.fromisoformat(wall)
    due = due_at(asked.date(), asked.time(), zone_name)
    assert due == utc(moment)
    assert due.tzinfo is UTC
    assert due.astimezone(ZoneInfo(zone_name)).isoformat(" ", "minutes")[:16] == f"{asked.date()} {moved}"


@pytest.mark.parametrize(("zone_name", "wall", "moment", "fold"), AUTUMN_FOLDS)
def test_a_time_in_the_autumn_fold_means_its_first_occurrence(
    zone_name: str, wall: str, moment: str, fold: int
) -> None:
    asked = datetime.fromisoformat(wall)
    due = due_at(asked.date(), asked.time(), zone_name)
    assert due == utc(moment)
    again = due + timedelta(minutes=fold)  # the clock shows the same time for a second time
    assert again.astimezone(ZoneInfo(zone_name)).replace(tzinfo=None) == asked
    assert next_due(due, asked.time(), zone_name) == next_due(again, asked.time(), zone_name)


@pytest.mark.parametrize(("zone_name", "wall"), [row[:2] for row in (*SPRING_GAPS, *AUTUMN_FOLDS)])
def test_each_day_around_a_jump_is_due_once(zone_name: str, wall: str) -> None:
    asked = datetime.fromisoformat(wall)
    week = [asked.date() + timedelta(days=n) for n in range(-3, 4)]
    assert days_walked(zone_name, asked.time(), asked.date()) == week


def test_the_day_that_samoa_skipped_is_never_due() -> None:
    before = next_due(utc("2011-12-29 18:59"), time(9), "Pacific/Apia")
    assert before == utc("2011-12-29 19:00")
    after = next_due(before, time(9), "Pacific/Apia")
    assert after == utc("2011-12-30 19:00")
    assert local_day(after, "Pacific/Apia") == date(2011, 12, 31)
    friday = frozenset({4})  # 30 December 2011 would have been one
    assert local_day(next_due(before, time(9), "Pacific/Apia", friday), "Pacific/Apia") == date(2012, 1, 6)


def test_the_next_due_moment_is_later_than_after() -> None:
    noon = utc("2026-01-05 12:00")
    assert next_due(noon, time(12), "UTC") == utc("2026-01-06 12:00")
    assert next_due(noon - timedelta(microseconds=1), time(12), "UTC") == noon
    assert next_due(noon, time(12, 1), "UTC") == utc("2026-01-05 12:01")


def test_the_day_is_the_persons_own_and_not_that_of_utc() -> None:
    late = utc("2026-01-05 23:30")
    assert local_day(late, "Pacific/Auckland") == date(2026, 1, 6)
    assert local_day(utc("2026-01-05 01:00"), "America/Los_Angeles") == date(2026, 1, 4)
    assert next_due(late, time(13), "Pacific/Auckland") == utc("2026-01-06 00:00")
    assert next_due(utc("2026-01-05 01:00"), time(20), "America/Los_Angeles") == utc("2026-01-05 04:00")
    monday = frozenset({0})
    assert next_due(utc("2026-01-05 01:00"), time(7), "America/Los_Angeles", monday) == utc(
        "2026-01-05 15:00"
    )


def test_due_moments_keep_to_weekdays_and_to_not_before() -> None:
    monday = utc("2026-01-05 12:00")
    assert next_due(monday, time(9), "UTC", frozenset({0})) == utc("2026-01-12 09:00")
    assert next_due(monday, time(9), "UTC", frozenset({6})) == utc("2026-01-11 09:00")
    assert next_due(monday, time(9), "UTC", not_before=date(2026, 2, 1)) == utc("2026-02-01 09:00")
    assert next_due(monday, time(9), "UTC", frozenset({0}), date(2026, 2, 1)) == utc("2026-02-02 09:00")
    assert next_due(monday, time(9), "UTC", not_before=date(2025, 1, 1)) == utc("2026-01-06 09:00")
    with pytest.raises(ValueError, match="weekday"):
        next_due(monday, time(9), "UTC", frozenset())


def test_a_send_time_keeps_its_hour_through_the_year() -> None:
    assert due_at(date(2026, 1, 5), time(7), "Europe/Berlin") == utc("2026-01-05 06:00")
    assert due_at(date(2026, 7, 5), time(7), "Europe/Berlin") == utc("2026-07-05 05:00")


@pytest.mark.parametrize("name", ["Nope/Nope", "", "../etc/passwd", "/etc/passwd", "a\0b", "utc "])
def test_a_zone_that_is_none_is_refused(name: str) -> None:
    with pytest.raises((ZoneInfoNotFoundError, ValueError)):
        zone(name)


def existing_days(zone_name: str, first: datetime, last: datetime) -> list[date]:
    """Look at the zone's calendar every half hour, and list its days but for the cut ones at both ends."""
    zoned, moments = ZoneInfo(zone_name), int((last - first) / (HOUR / 2))
    seen = {(first + n * HOUR / 2).astimezone(zoned).date() for n in range(moments)}
    return sorted(seen)[1:-1]


@settings(deadline=None, max_examples=80)
@given(
    st.sampled_from(sorted(available_timezones())),
    st.datetimes(datetime(1990, 1, 1), datetime(2036, 1, 1)).map(lambda naive: naive.replace(tzinfo=UTC)),
    st.builds(time, st.integers(0, 23), st.sampled_from([0, 30]) | st.integers(0, 59)),
    st.frozensets(st.integers(0, 6), min_size=1) | st.just(EVERY_DAY),
)
def test_a_year_of_due_moments_meets_each_scheduled_day_once(
    zone_name: str, start: datetime, send_at: time, weekdays: frozenset[int]
) -> None:
    end, moments = start + timedelta(days=366), [start]
    while moments[-1] <= end:
        moments.append(next_due(moments[-1], send_at, zone_name, weekdays))
    assert moments == sorted(set(moments))
    days = [moment.astimezone(ZoneInfo(zone_name)).date() for moment in moments[1:]]
    assert len(set(days)) == len(days)
    inside = existing_days(zone_name, start, end)
    scheduled = [day for day in inside if day.weekday() in weekdays]
    assert [day for day in days if inside[0] <= day <= inside[-1]] == scheduled


@given(st.frozensets(st.integers(0, 6)))
def test_weekdays_survive_their_mask(weekdays: frozenset[int]) -> None:
    mask = weekdays_to_mask(weekdays)
    assert 0 <= mask <= 127
    assert mask_to_weekdays(mask) == weekdays


def test_a_mask_has_monday_lowest_and_forgives_repeats() -> None:
    assert (weekdays_to_mask([0]), weekdays_to_mask([6]), weekdays_to_mask(EVERY_DAY)) == (1, 64, 127)
    assert weekdays_to_mask([2, 2, 2]) == 4
    assert (mask_to_weekdays(0), mask_to_weekdays(127)) == (frozenset(), EVERY_DAY)
    assert mask_to_weekdays(255) == EVERY_DAY  # a week has no eighth day
    assert WEEKDAYS[date(2026, 1, 5).weekday()] == "mon"


def test_a_span_holds_both_its_ends_and_an_open_one_all_that_follows() -> None:
    third, fifth = date(2026, 1, 3), date(2026, 1, 5)
    held = [day for day in range(1, 8) if date(2026, 1, day) in Span(third, fifth)]
    assert held == [3, 4, 5]
    assert third in Span(third, third)
    assert [day for day in range(1, 6) if date(2026, 1, day) in Span(third)] == [3, 4, 5]
    assert date(2999, 1, 1) in Span(third)
    assert third not in Span(fifth, third)


def test_a_schedule_covers_its_first_day_and_then_its_weekdays() -> None:
    schedule = Schedule(date(2026, 1, 6), frozenset({0, 4}))  # from a Tuesday on, Mondays and Fridays
    covered = [day for day in range(1, 20) if schedule.covers(date(2026, 1, day))]
    assert covered == [6, 9, 12, 16, 19]

"""How long a pause lasts, in all the ways that people write it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.command import Command, Unclear, Verb
from service.domain.commands import parse
from service.domain.days import read_day
from service.domain.readers import LONGEST_PAUSE

TODAY = date(2026, 3, 11)  # a Wednesday

LENGTHS = [
    ("pause 3 days", 3),
    *(("PAUSE 3 DAYS!", 3), ("pause: 3 days", 3), ("pause, 3 days.", 3), ("pause - 3 days", 3)),
    ("*pause 3 days*", 3),
    ("pause for 3 days", 3),
    ("pause 3 days please", 3),
    ("pause 3 days, thanks!", 3),
    ("pause\u00a03\u00a0days", 3),
    ("pause  3\tdays", 3),
    ("pause ３ days", 3),  # a full-width digit is a 3
    ("pause 03 days", 3),
    ("pause 1 day", 1),
    ("pause 1 days", 1),
    ("pause a day", 1),
    ("pause for a day", 1),
    ("pause one day", 1),
    ("pause two days", 2),
    ("pause seven days", 7),
    ("pause Ten days", 10),
    ("pause 1 week", 7),
    ("pause a week", 7),
    ("pause for a week", 7),
    ("pause two weeks", 14),
    ("pause 52 weeks", 364),
    ("pause 365 days", 365),
    ("pause 366 days", 366),
]

DAYS = [
    ("tomorrow", "2026-03-12"),
    ("Tomorrow!", "2026-03-12"),
    ("monday", "2026-03-16"),
    ("Monday.", "2026-03-16"),
    ("MON", "2026-03-16"),
    ("monday please", "2026-03-16"),
    ("tue", "2026-03-17"),
    ("wednesday", "2026-03-18"),  # today is one: the next
    ("thu", "2026-03-12"),
    ("friday", "2026-03-13"),
    ("sat", "2026-03-14"),
    ("sunday", "2026-03-15"),
    ("24 dec", "2026-12-24"),
    ("24 Dec.", "2026-12-24"),
    ("24 december", "2026-12-24"),
    ("24th december", "2026-12-24"),
    ("the 24th of December", "2026-12-24"),
    ("dec 24", "2026-12-24"),
    ("December 24th", "2026-12-24"),
    ("1st april", "2026-04-01"),
    ("2nd of may", "2026-05-02"),
    ("june 3rd", "2026-06-03"),
    ("4 jul", "2026-07-04"),
    ("5 august", "2026-08-05"),
    ("sep 6", "2026-09-06"),
    ("october 7", "2026-10-07"),
    ("8 nov", "2026-11-08"),
    ("12 mar", "2026-03-12"),
    ("11 march", "2027-03-11"),  # today's date: in a year
    ("10 mar", "2027-03-10"),
    ("1 jan", "2027-01-01"),
    ("28 feb", "2027-02-28"),
    ("2026-12-24", "2026-12-24"),
    ("2026-4-1", "2026-04-01"),
    ("2026-03-12", "2026-03-12"),
    ("2027-03-12", "2027-03-12"),  # 366 days off
]

ENDLESS, TOO_LONG, PAST = "needs a length", "up to a year", "has passed"

REFUSED = [
    ("pause 0 days", ENDLESS),
    ("pause 0 weeks", ENDLESS),
    ("pause -3 days", ENDLESS),
    ("pause: -3 days", ENDLESS),
    ("pause for -3 days", ENDLESS),
    ("pause 3-4 days", ENDLESS),
    ("pause 1.5 days", ENDLESS),
    ("pause 3", ENDLESS),
    ("pause 3 hours", ENDLESS),
    ("pause 3 months", ENDLESS),
    ("pause some days", ENDLESS),
    ("pause eleven days", ENDLESS),
    ("pause days", ENDLESS),
    ("pause ٣ days", ENDLESS),  # Arabic digits are not guessed at
    ("pause ३ days", ENDLESS),
    ("pause 3 days?", ENDLESS),
    ("pause?", ENDLESS),
    ("pause for ever", ENDLESS),
    ("pause the music", ENDLESS),
    ("pause monday", ENDLESS),  # from then, or until then?
    ("pause until", ENDLESS),
    ("pause until today", ENDLESS),
    ("pause until later", ENDLESS),
    ("pause until someday", ENDLESS),
    ("pause until 24", ENDLESS),
    ("pause until 31 feb", ENDLESS),
    ("pause until 0 dec", ENDLESS),
    ("pause until 32 dec", ENDLESS),
    ("pause until 24 foo", ENDLESS),
    ("pause until 2026-02-30", ENDLESS),
    ("pause until 2026-13-01", ENDLESS),
    ("pause until 0000-01-01", ENDLESS),
    ("pause until ٢٤ dec", ENDLESS),
    ("pause until monday or so", ENDLESS),
    ("pause " + "9" * 3000 + " days", ""),
    ("pause 367 days", TOO_LONG),
    ("pause 53 weeks", TOO_LONG),
    ("pause 999999999 days", TOO_LONG),
    ("pause 999999999 weeks", TOO_LONG),
    ("pause until 2027-03-13", TOO_LONG),
    ("pause until 9999-12-31", TOO_LONG),
    ("pause until 29 feb", TOO_LONG),  # 2028 is too far
    ("pause until 2026-03-11", PAST),
    ("pause until 2026-03-10", PAST),
    ("pause until 1999-12-31", PAST),
    ("pause until 0001-01-01", PAST),
]


@pytest.mark.parametrize(("line", "days"), LENGTHS)
def test_a_pause_has_a_length(line: str, days: int) -> None:
    assert parse(line, TODAY) == Command(Verb.PAUSE, days=days)


@pytest.mark.parametrize(("words", "until"), DAYS)
def test_a_pause_ends_on_a_day(words: str, until: str) -> None:
    assert parse(f"pause until {words}", TODAY) == Command(Verb.PAUSE, until=date.fromisoformat(until))


@pytest.mark.parametrize(("line", "reason"), REFUSED)
def test_a_pause_out_of_bounds_is_refused_with_the_reason(line: str, reason: str) -> None:
    reading = parse(line, TODAY)
    assert isinstance(reading, Unclear)
    assert reason in reading.why
    assert reading.line.startswith("pause")
    assert len(reading.line) <= 80


@pytest.mark.parametrize(
    ("text", "today", "expected"),
    [
        ("29 feb", "2027-03-01", "2028-02-29"),
        ("29 feb", "2028-02-28", "2028-02-29"),
        ("29 feb", "2028-02-29", "2032-02-29"),
        ("feb 29", "2096-03-01", "2104-02-29"),  # 2100 is no leap year
        ("1 jan", "2026-12-31", "2027-01-01"),
        ("tomorrow", "2026-12-31", "2027-01-01"),
        ("fri", "2026-12-31", "2027-01-01"),
        ("31 dec", "2026-12-31", "2027-12-31"),
    ],
)
def test_the_year_wraps(text: str, today: str, expected: str) -> None:
    assert read_day(text, date.fromisoformat(today)) == date.fromisoformat(expected)


@pytest.mark.parametrize("word", ["till", "Till", "til", "'til", "untill"])
def test_until_may_be_written_as_it_is_spoken(word: str) -> None:
    assert parse(f"pause {word} monday", TODAY) == Command(Verb.PAUSE, until=date(2026, 3, 16))


def test_a_pause_until_leap_day_works_within_its_year() -> None:
    leap_day = Command(Verb.PAUSE, until=date(2028, 2, 29))
    assert parse("pause until 29 feb", date(2027, 3, 1)) == leap_day


days_of_life = st.dates(date(2000, 1, 1), date(2200, 1, 1))


@given(days_of_life, days_of_life)
def test_a_day_and_month_mean_the_next_time_they_come_round(today: date, asked: date) -> None:
    for pattern in ("%d %b", "%B %d", "the %dth of %B"):
        found = read_day(asked.strftime(pattern).casefold(), today)
        assert found is not None
        assert (found.day, found.month) == (asked.day, asked.month)
        assert found > today
        assert found - today <= timedelta(days=366) or (asked.day, asked.month) == (29, 2)


@given(days_of_life, st.integers(1, 7))
def test_a_weekday_is_one_to_seven_days_ahead(today: date, ahead: int) -> None:
    asked = today + timedelta(days=ahead)
    assert read_day(asked.strftime("%A").casefold(), today) == asked
    assert read_day(asked.strftime("%a").casefold(), today) == asked


@given(days_of_life, st.integers(-400, 800))
def test_a_pause_lasts_from_one_day_to_a_year(today: date, days: int) -> None:
    until = today + timedelta(days=days)
    for line in (f"pause {days} days", f"pause until {until}"):
        assert isinstance(parse(line, today), Command) == (1 <= days <= LONGEST_PAUSE)

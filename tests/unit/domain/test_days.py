"""Times and weekdays as people write them; days to come are in the tests of the pause."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.days import read_day, read_time, read_weekdays
from service.domain.schedule import WEEKDAYS

TIMES = [
    ("7:30", time(7, 30)),
    ("07:30", time(7, 30)),
    ("at 7:30", time(7, 30)),
    ("7", time(7)),
    ("0", time(0)),
    ("23", time(23)),
    ("0:00", time(0)),
    ("00:05", time(0, 5)),
    ("23:59", time(23, 59)),
    ("7 am", time(7)),
    ("7am", time(7)),
    ("7 a m", time(7)),  # a.m. without its dots
    ("7:30am", time(7, 30)),
    ("7:30 pm", time(19, 30)),
    ("7 p m", time(19)),
    ("1 am", time(1)),
    ("1 pm", time(13)),
    ("11 pm", time(23)),
    ("12 am", time(0)),  # midnight
    ("12:30 am", time(0, 30)),
    ("12 pm", time(12)),
    ("12:30 pm", time(12, 30)),
    ("19h", time(19)),
    ("19 h", time(19)),
    ("19h30", time(19, 30)),
    ("7h05", time(7, 5)),
    ("noon", time(12)),
    ("midday", time(12)),
    ("midnight", time(0)),
]
NO_TIMES = [
    *("", " ", "24", "24:00", "25:00", "99:99", "7:60", "7:99", "7:3", "7:300", "730", "0730", "7:30:15"),
    *("0 am", "0 pm", "13 am", "13 pm", "13:00 pm", "-7", "-7:30", "+7", "7-8", "7.5", "7,30", "1e1", "7e0"),
    *("٧:٣٠", "７:30", "VII", "seven", "am", "pm", ":30", "7:", "h", "at", "at noon?", "noon pm", "7 xm"),
    *("half past 7", "7 o'clock", "7:30 cet", "tomorrow", "7:30\n", "\0", "7" * 100_000),
]
DAYS = [
    ("mon", {0}),
    ("monday", {0}),
    ("mondays", {0}),
    ("tue", {1}),
    ("tues", {1}),
    ("tuesdays", {1}),
    ("weds", {2}),
    ("thu", {3}),
    ("thur", {3}),
    ("thurs", {3}),
    ("fri", {4}),
    ("sat", {5}),
    ("sundays", {6}),
    ("mon wed fri", {0, 2, 4}),
    ("fri wed mon", {0, 2, 4}),
    ("mon mon", {0}),
    ("mon and fri", {0, 4}),
    ("monday wednesday and friday", {0, 2, 4}),
    ("mon+thu", {0, 3}),
    ("mon & thu", {0, 3}),
    ("sat&sun", {5, 6}),
    ("mon-fri", {0, 1, 2, 3, 4}),
    ("mon - fri", {0, 1, 2, 3, 4}),
    ("mon–fri", {0, 1, 2, 3, 4}),
    ("mon to fri", {0, 1, 2, 3, 4}),
    ("tuesday to thursday", {1, 2, 3}),
    ("tues-thurs", {1, 2, 3}),
    ("fri-mon", {4, 5, 6, 0}),  # around the week's end
    ("sun-mon", {6, 0}),
    ("sat-sat", {5}),
    ("mon-sun", set(range(7))),
    ("weekdays", {0, 1, 2, 3, 4}),
    ("weekends", {5, 6}),
    ("weekend", {5, 6}),
    ("all", set(range(7))),
    ("every day", set(range(7))),
    ("daily", set(range(7))),
]
NO_DAYS = [
    *(
        "",
        " ",
        "and",
        "&",
        "+",
        "-",
        "to",
        "foo",
        "mon foo",
        "foo-fri",
        "mon-foo",
        "mon-",
        "-fri",
        "mon fri-",
    ),
    *("mon-wed-fri", "mon to wed to fri", "mon,fri", "0", "1 2", "12345", "-1", "m", "mo", "m w f", "montag"),
    *(
        "monday?",
        "someday",
        "never",
        "not mon",
        "no mon",
        "weekdays mon",
        "everyday",
        "ｍｏｎ",
        "\0",
        "mon\0",
    ),
    *("monday " * 3 + "x", "a-" * 50_000, "mon to " * 20_000),
]


@pytest.mark.parametrize(("text", "expected"), TIMES)
def test_a_time_is_read(text: str, expected: time) -> None:
    assert read_time(text) == expected


@pytest.mark.parametrize("text", NO_TIMES)
def test_what_is_no_time_is_none(text: str) -> None:
    assert read_time(text) is None


@given(st.times().map(lambda at: at.replace(second=0, microsecond=0)))
def test_every_minute_of_the_day_is_read_however_it_is_written(at: time) -> None:
    for pattern in ("%H:%M", "at %H:%M", "%Hh%M", "%I:%M %p", "%I:%M%p"):
        assert read_time(at.strftime(pattern).lower()) == at


@pytest.mark.parametrize(("text", "weekdays"), DAYS)
def test_weekdays_are_read(text: str, weekdays: set[int]) -> None:
    assert read_weekdays(text) == weekdays


@pytest.mark.parametrize("text", NO_DAYS)
def test_what_are_no_weekdays_is_none(text: str) -> None:
    assert read_weekdays(text) is None


@given(st.lists(st.integers(0, 6), min_size=1), st.sampled_from([" ", " and ", "+", " & "]))
def test_any_list_of_weekdays_is_read(days: list[int], between: str) -> None:
    assert read_weekdays(between.join(WEEKDAYS[day] for day in days)) == set(days)


@given(st.text() | st.text("0123456789:hapm tonmdysfriwe-", max_size=12))
def test_any_text_is_read_without_harm(text: str) -> None:
    found, days = read_time(text), read_weekdays(text)
    assert found is None or (found.second, found.microsecond, found.tzinfo) == (0, 0, None)
    assert days is None or (days and days <= set(range(7)))
    assert read_day(text, date(2026, 3, 11)) is None or text.strip()


def test_a_day_long_ago_is_read_as_written_and_one_without_a_year_lies_ahead() -> None:
    assert read_day("1999-01-31", date(2026, 3, 11)) == date(1999, 1, 31)
    assert read_day("28 feb", date(2026, 2, 27)) == date(2026, 2, 28)
    assert read_day("28 feb", date(2026, 2, 28)) == date(2027, 2, 28)
    assert read_day("31 jun", date(2026, 2, 28)) is None
    assert read_day("29 feb", date(9999, 3, 1)) is None  # no year is left

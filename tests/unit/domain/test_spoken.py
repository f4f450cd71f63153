"""Days and amounts in words."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.spoken import figure, long_day, month_of, much, nearby_day, on_days

TODAY = date(2026, 11, 20)  # a Friday


def test_a_day_is_spoken_with_its_weekday_and_its_month() -> None:
    assert long_day(date(2026, 11, 21)) == "Saturday 21 November"
    assert long_day(date(2026, 3, 1)) == "Sunday 1 March"  # no leading zero


@pytest.mark.parametrize(
    ("ahead", "words"),
    [(0, "today"), (1, "tomorrow"), (2, "on Sunday 22 November"), (-1, "on Thursday 19 November")],
)
def test_a_day_nearby_has_a_name_of_its_own(ahead: int, words: str) -> None:
    assert nearby_day(TODAY + timedelta(days=ahead), TODAY) == words


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-11-01", "November"),
        ("2026-01-25", "January"),  # 299 days ago
        ("2026-01-24", "January 2026"),  # 300
        ("2025-11-20", "November 2025"),
        ("2025-03-09", "March 2025"),
    ],
)
def test_a_month_long_ago_has_its_year(day: str, words: str) -> None:
    assert month_of(date.fromisoformat(day), TODAY) == words


FIGURES = [
    ("0.25", "¼"),
    ("0.5", "½"),
    ("0.50", "½"),
    ("0.75", "¾"),
    ("1", "1"),
    ("3", "3"),
    ("3.00", "3"),
    ("10", "10"),
    ("1E+2", "100"),
    ("1.5", "1½"),
    ("2.25", "2¼"),
    ("1.6", "1.6"),
    ("0.1", "0.1"),
    ("0.10", "0.1"),
    ("12.125", "12.125"),
    ("999", "999"),
    ("1000", "1,000"),
    ("12500", "12,500"),
    ("12500.5", "12,500½"),
    ("12500.2", "12,500.2"),
    ("1000000", "1,000,000"),
]


@pytest.mark.parametrize(("amount", "words"), FIGURES)
def test_an_amount_is_written_as_people_do(amount: str, words: str) -> None:
    assert figure(Decimal(amount)) == words


@given(st.decimals(Decimal("0.001"), 1_000_000, places=3))
def test_a_figure_means_its_amount(amount: Decimal) -> None:
    plain = figure(amount).replace(",", "")
    for sign, part in (("¼", ".25"), ("½", ".5"), ("¾", ".75")):
        plain = plain.replace(sign, part)
    assert Decimal(plain) == amount


@pytest.mark.parametrize(
    ("amount", "unit", "units", "words"),
    [
        ("1", "sentence", "sentences", "1 sentence"),
        ("2", "sentence", "sentences", "2 sentences"),
        ("212", "sentence", "sentences", "212 sentences"),
        ("0.5", "page", "pages", "½ page"),
        ("1.5", "page", "pages", "1½ pages"),
        ("12", "dollar", "dollars", "12 dollars"),
        ("1", "pound", "pounds", "1 pound"),
        ("1", "", "", "1"),
        ("7", "", "", "7"),
        ("1500", "step", "steps", "1,500 steps"),
    ],
)
def test_an_amount_has_its_unit_in_the_right_number(amount: str, unit: str, units: str, words: str) -> None:
    assert much(Decimal(amount), unit, units) == words


@pytest.mark.parametrize(
    ("weekdays", "words"),
    [
        ({0, 1, 2, 3, 4, 5, 6}, "every day"),
        ({0, 1, 2, 3, 4}, "Monday to Friday"),
        ({0}, "on Monday"),
        ({6}, "on Sunday"),
        ({3, 0}, "on Monday and Thursday"),
        ({5, 6}, "on Saturday and Sunday"),
        ({0, 2, 4}, "on Monday, Wednesday and Friday"),
        ({1, 2, 3, 4, 5}, "on Tuesday, Wednesday, Thursday, Friday and Saturday"),
        ({0, 1, 2, 3, 4, 5}, "on Monday, Tuesday, Wednesday, Thursday, Friday and Saturday"),
    ],
)
def test_weekdays_are_spoken_in_their_order(weekdays: set[int], words: str) -> None:
    assert on_days(weekdays) == words

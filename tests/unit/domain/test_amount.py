"""Amounts: the ladder of notches, and numbers as they are read and written."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.amount import (
    LARGEST,
    figures,
    halved,
    notch_down,
    notch_up,
    number_words,
    read_figures,
    takes_an,
)
from service.domain.units import form_of, in_number, looks_plural, plural, singular

# unit, amount, a notch down, a notch up, about half
NOTCHES = [
    ("sentence", "0", None, None, None),
    ("sentence", "1", None, "2", None),
    ("sentence", "2", "1", "3", "1"),
    ("sentence", "3", "2", "4", "1"),
    ("push-up", "5", "4", "6", "2"),
    ("push-up", "9", "8", "10", "4"),
    ("push-up", "10", "9", "11", "5"),
    ("minute", "19", "18", "20", "9"),
    ("minute", "20", "19", "22", "10"),
    ("minute", "23", "22", "24", "11"),
    ("minute", "30", "28", "32", "15"),
    ("minute", "50", "48", "55", "25"),
    ("minute", "57", "55", "60", "28"),
    ("minute", "60", "55", "65", "30"),
    ("step", "95", "90", "100", "46"),
    ("step", "100", "95", "110", "50"),
    ("step", "120", "110", "130", "60"),
    ("word", "250", "240", "260", "120"),
    ("step", "5000", "4800", "5500", "2500"),
    ("step", "10000", "9500", "11000", "5000"),
    ("step", "999999", "950000", "1000000", "480000"),
    ("step", "1000000", "950000", None, "500000"),
    ("", "12", "11", "13", "6"),
    ("zorp", "2.5", "2", "3", "1"),
    ("zorp", "0.5", None, "1", None),
    ("dollar", "2.5", "2", "3", "1"),
    ("km", "0.1", None, "0.2", None),
    ("km", "0.5", "0.4", "0.6", "0.2"),
    ("km", "1", "0.9", "1.1", "0.5"),
    ("km", "1.5", "1.4", "1.6", "0.7"),
    ("mile", "1.55", "1.5", "1.6", "0.7"),
    ("litre", "2", "1.9", "2.2", "1"),
    ("km", "5", "4.8", "5.5", "2.5"),
    ("kg", "20", "19", "22", "10"),
    ("km", "0.05", None, "0.1", None),
    ("page", "0.25", None, "0.5", None),
    ("page", "0.3", "0.25", "0.5", "0.25"),
    ("page", "0.5", "0.25", "1", "0.25"),
    ("glass", "1", "0.5", "2", "0.5"),
    ("glass", "1.5", "1", "2", "1"),
    ("cup", "2", "1", "3", "1"),
    ("page", "3", "2", "4", "1"),
    ("page", "30", "28", "32", "15"),
]
UNITS = ["sentence", "minute", "", "zorp", "km", "litre", "page", "glass"]
LOWEST = {"km": Decimal("0.1"), "litre": Decimal("0.1"), "page": Decimal("0.25"), "glass": Decimal("0.25")}
sizes = st.integers(1, 999).map(Decimal) | st.integers(1, LARGEST).map(Decimal)
any_sizes = sizes | st.integers(1, 90_000).map(lambda n: Decimal(n) / 1000)


def decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


@pytest.mark.parametrize(("unit", "amount", "down", "up", "half"), NOTCHES)
def test_a_notch_down_a_notch_up_and_about_half(
    unit: str, amount: str, down: str | None, up: str | None, half: str | None
) -> None:
    number = Decimal(amount)
    assert (notch_down(number, unit), notch_up(number, unit), halved(number, unit)) == (
        decimal(down),
        decimal(up),
        decimal(half),
    )


@given(any_sizes, st.sampled_from(UNITS))
def test_a_notch_up_is_at_most_a_tenth_or_one(number: Decimal, unit: str) -> None:
    up = notch_up(number, unit)
    if up is None:
        assert number == LARGEST
        return
    grain = LOWEST[unit] if unit in ("km", "litre") else Decimal(1)
    assert number < up <= LARGEST
    assert up - number <= max(grain, number / 10)


@given(any_sizes, st.sampled_from(UNITS))
def test_a_notch_down_stays_above_zero_and_half_is_a_notch_at_least(number: Decimal, unit: str) -> None:
    down, half = notch_down(number, unit), halved(number, unit)
    lowest = LOWEST.get(unit, Decimal(1))
    if down is None or half is None:
        assert down is half is None
        assert number <= lowest
        return
    assert lowest <= half <= down < number
    assert number - down <= max(Decimal(1), number / 10)


@given(any_sizes, st.sampled_from(UNITS))
def test_up_and_down_come_back_within_a_notch_and_to_the_rung_they_left(number: Decimal, unit: str) -> None:
    up, down = notch_up(number, unit), notch_down(number, unit)
    if up is not None:
        back = notch_down(up, unit)
        assert back is not None or number < LOWEST.get(unit, Decimal(1))
        assert back is None or back <= number < up
        on_a_rung = back == number
        if down is not None and notch_up(down, unit) == number:
            assert on_a_rung
    if down is not None:
        again = notch_up(down, unit)
        assert again is not None
        assert down < number <= again


@pytest.mark.parametrize("unit", UNITS)
def test_the_ladder_leads_from_the_smallest_to_the_largest_and_back(unit: str) -> None:
    up: list[Decimal] = []
    number: Decimal | None = LOWEST.get(unit, Decimal(1))
    while number is not None:
        up.append(number)
        number = notch_up(number, unit)
    down: list[Decimal] = []
    number = Decimal(LARGEST)
    while number is not None:
        down.append(number)
        number = notch_down(number, unit)
    assert up == down[::-1]
    assert len(up) < 250


READ = [
    *[
        ("10", "10"),
        ("1", "1"),
        ("1,000", "1000"),
        ("1.5", "1.5"),
        ("1,5", "1.5"),
        ("0.5", "0.5"),
        ("0,5", "0.5"),
    ],
    *[("10,000", "10000"), ("1,000,000", "1000000"), ("1.000", "1"), ("0.125", "0.125"), ("2.50", "2.5")],
    *[("0", None), ("007", None), ("1,0000", None), ("1,00,000", None), ("1000001", None), (".5", None)],
    *[("5.", None), ("1.2.3", None), ("0,000", None), ("0.0001", None), ("٣", None), ("²", None), ("", None)],
    *[("9" * 300, None), ("-3", None), ("1e9", None), (" 1", None), ("05.5", None), ("0,500", None)],
    *[("1000,000", None), ("1000000.00", "1000000"), ("1000000.000", None)],
]


@pytest.mark.parametrize(("text", "number"), READ)
def test_figures_are_read(text: str, number: str | None) -> None:
    assert read_figures(text) == decimal(number)


@pytest.mark.parametrize(
    ("number", "like", "written"),
    [
        ("5", "", "5"),
        ("9999", "", "9999"),
        ("10000", "", "10,000"),
        ("1000000", "", "1,000,000"),
        ("1100", "1,000", "1,100"),
        ("11000", "10000", "11000"),
        ("10000", "9500", "10,000"),
        ("950", "1,000", "950"),
        ("1.6", "1,5", "1,6"),
        ("1.6", "1.5", "1.6"),
        ("2.0", "1.9", "2"),
        ("1E+1", "", "10"),
        ("11000", "10k", "11k"),
        ("9500", "10K", "9.5K"),
        ("250", "10k", "250"),
        ("1000", "2k", "1k"),
        ("1255", "1,25k", "1255"),
        ("1255", "1,25K", "1255"),
        ("10001", "", "10,001"),
    ],
)
def test_figures_are_written_like_others(number: str, like: str, written: str) -> None:
    assert figures(Decimal(number), like) == written


@given(any_sizes, st.sampled_from(["", "1,000", "1,5", "1.5", "12345"]))
def test_what_is_written_in_figures_is_read(number: Decimal, like: str) -> None:
    number = round(number, 2)  # 1,125 would be a thousand
    if number:
        assert read_figures(figures(number, like)) == number


def test_words_reach_to_twenty() -> None:
    assert [number_words(Decimal(n)) for n in (0, 1, 11, 20, 21)] == [None, "one", "eleven", "twenty", None]
    assert number_words(Decimal("1.5")) is None


def test_an_stands_before_a_vowel_that_is_heard() -> None:
    an = [
        "8",
        "8.5",
        "11",
        "11.5",
        "18",
        "80",
        "800",
        "8,000",
        "11,000",
        "11k",
        "eight",
        "eleven",
        "eighteen",
    ]
    a = ["1", "5", "10", "12", "100", "110", "180", "1,100", "1800", "one", "two", "ten", "twenty"]
    assert [number for number in an if not takes_an(number)] == []
    assert [number for number in a if takes_an(number)] == []


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("sentence", "sentences"),
        ("push-up", "push-ups"),
        ("push up", "push ups"),
        ("Pushup", "Pushups"),
        ("SQUAT", "SQUATS"),
        ("glass", "glasses"),
        ("leaf", "leaves"),
        ("person", "people"),
        ("tooth", "teeth"),
        ("story", "stories"),
        ("birthday", "birthdays"),
        ("zorp", "zorps"),
        ("jumping jack", "jumping jacks"),
        ("Email", "Emails"),
    ],
)
def test_nouns_go_into_plural_and_singular(one: str, many: str) -> None:
    assert in_number(one, True) == many
    assert in_number(many, False) == one
    assert in_number(one, False) == one
    assert in_number(many, True) == many
    assert singular(many).replace("-", " ") == one.lower().replace("-", " ")
    assert singular(one).replace("-", " ") == one.lower().replace("-", " ")


def test_abbreviations_are_the_same_in_both() -> None:
    for short in ("km", "min", "ml", "kg", "h"):
        assert in_number(short, True) == in_number(short, False) == short
    assert in_number("mins", False) == "min"
    assert singular("previous") == "previous"
    assert [
        word for word in ("less", "famous", "tennis", "gas", "gas’s", "Ben's") if looks_plural(word)
    ] == []
    assert form_of("zorp") is None
    assert in_number("", True) is None


def test_a_unit_has_its_word_for_an_amount() -> None:
    assert [plural("page", Decimal(n)) for n in ("0.5", "1", "1.5", "2")] == [
        "page",
        "page",
        "pages",
        "pages",
    ]
    assert [plural("litre", Decimal(n)) for n in ("0.5", "1")] == ["litres", "litre"]
    assert plural("", Decimal(3)) == ""
    assert plural("zorp", Decimal(3)) == "zorps"

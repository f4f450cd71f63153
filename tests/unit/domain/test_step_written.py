"""A step written again: with another amount, half of it, the least, or an amount that a person named."""

from decimal import Decimal

import pytest

from service.domain.step import (
    Size,
    lighter,
    plain_size,
    resized,
    restated,
    timed,
    tiniest,
    unit_words,
    with_size,
)

RESIZED = [
    ("Write 1 sentence", "5", "Write 5 sentences"),
    ("Write 5 sentences", "1", "Write 1 sentence"),
    ("Write 5 sentences", "5", "Write 5 sentences"),
    ("Write 1 sentence", "0", None),
    ("Write 1 sentence", "-1", None),
    ("Write 1 sentence", "1000001", None),
    ("Write 1 sentence", "NaN", None),
    ("Write 1 sentence", "Infinity", None),
    ("Write 1 sentence", "1.0001", None),
    ("ten push-ups", "20", "twenty push-ups"),
    ("ten push-ups", "21", "21 push-ups"),
    ("Ten push-ups", "1", "One push-up"),
    ("a 5-minute walk", "8", "an 8-minute walk"),
    ("an 8-minute walk", "11", "an 11-minute walk"),
    ("an eight-minute walk", "10", "a ten-minute walk"),
    ("A 5-minute walk", "18", "An 18-minute walk"),
    ("a one-page letter", "2", "a two-page letter"),
    ("1 page", "0.5", "Half a page"),
    ("Eat 2 apples", "0.5", "Eat half an apple"),
    ("Eat 2 apples", "0.25", "Eat a quarter of an apple"),
    ("half a page", "1", "one page"),
    ("half a page", "3", "three pages"),
    ("Read 0.5 pages", "1", "Read 1 page"),
    ("an hour of piano", "30", "half an hour of piano"),
    ("an hour of piano", "65", "65 minutes of piano"),
    ("an hour of piano", "1", "1 minute of piano"),
    ("1 hour of piano", "180", "3 hours of piano"),
    ("half an hour of piano", "60", "one hour of piano"),
    ("a 1-hour walk", "30", "a 30-minute walk"),
    ("once a day", "3", "three times a day"),
    ("Three times", "1", "Once"),
    ("Walk 9500 steps", "10000", "Walk 10,000 steps"),
    ("Walk 10,000 steps", "100", "Walk 100 steps"),
    ("Run 1,5 km", "2", "Run 2 km"),
    ("Save $5", "1000", "Save $1000"),
    ("Save $5", "2.5", "Save $2.50"),
    ("Save 5 €", "1", "Save 1 €"),
    ("1 thing that makes me happy", "2", None),
    ("Take 1 thing and put it away", "2", None),
    ("Take 2 things and put them away", "1", None),
    ("Read these 2 pages", "1", None),
    ("Read my 2 pages", "0.5", None),
    ("Wash 1 glass", "0.5", None),
    ("2 feet", "1", None),
    ("Read 1 crazy zorp", "2", None),
    ("Do 9 squats" + "!" * 189, "10", None),
    ("Do 8 squats" + "!" * 189, "9", "Do 9 squats" + "!" * 189),
    ("5 minutes' walk", "1", None),
    ("5 minutes’ walk", "1", None),
    ("Take a 5-minute walk and love it", "1", "Take a 1-minute walk and love it"),
    ("Read 1 page zorp", "0.5", None),
    ("Do 3 now", "1", "Do 1 now"),
    ("Do 3 of these moves", "1", None),
    ("Do 3 zorp", "1", None),
    ("1 thing that happened", "2", "2 things that happened"),
    ("1 thing which", "2", None),
    ("Read 1.5 pages", "0.5", "Read 0.5 page"),
    ("Read 1,5 pages", "0.5", "Read 0,5 page"),
    ("Do 5", "0.5", "Do 0.5"),
    ("one hour of piano", "15", "fifteen minutes of piano"),
    ("Save $5", "0.125", "Save $0.125"),
    ("Save 2,50 €", "1.5", "Save 1,50 €"),
    ("Walk half a mile", "0.25", "Walk 0.25 miles"),
    ("Stretch three more times", "2", "Stretch two more times"),
    ("Stretch 3x", "1", "Stretch 1x"),
    ("Two evenings", "0.5", "0.5 evenings"),
    ("Read 5 page", "6", "Read 6 page"),
    ("Take a two-hour walk", "30", "Take a 30-minute walk"),
    ("Study 2h", "30", "Study 30min"),
    ("Sleep 8 hours", "330", "Sleep 5.5 hours"),
    ("Sleep 8 hours", "270", "Sleep 270 minutes"),
    ("Sleep 8 hours", "310", "Sleep 310 minutes"),
    ("a one-page letter", "0.5", "a half-page letter"),
    ("a one-page letter", "0.25", None),
    ("Take a 2-minute walk", "0.5", "Take a 0.5-minute walk"),
    ("Stretch three times", "1.5", "Stretch 1.5 times"),
    ("Do 3 with friends", "1", None),
    ("Do 3 quickly", "1", None),
    ("Knit 1 row work", "0.5", None),
    ("Do 3 with my old friends", "1", "Do 1 with my old friends"),
    ("Read 5 page", "0.5", "Read half a page"),
    ("Practise for a quarter of an hour", "30", "Practise for half an hour"),
    ("a half-hour walk", "60", "a one-hour walk"),
    ("a quarter of a page", "0.5", "half a page"),
    ("Take 100 steps", "1000000", "Take 1,000,000 steps"),
]


@pytest.mark.parametrize(("text", "amount", "expected"), RESIZED)
def test_a_step_is_written_with_another_amount(text: str, amount: str, expected: str | None) -> None:
    assert resized(text, Decimal(amount)) == expected


# text, about half, the least
LIGHTER = [
    ("Write 1 sentence", None, "Write 1 word"),
    ("Write 10 sentences", "Write 5 sentences", "Write 1 sentence"),
    ("Read 30 pages", "Read 15 pages", "Read half a page"),
    ("Read 1 page", "Read half a page", "Read half a page"),
    ("Read half a page", "Read a quarter of a page", "Read one paragraph"),
    ("Read a chapter", "Read half a chapter", "Read a page"),
    ("Walk for 10 minutes", "Walk for 5 minutes", "Walk for 1 minute"),
    ("Walk for an hour", "Walk for half an hour", "Walk for 1 minute"),
    ("Walk for 2 hours", "Walk for 1 hour", "Walk for 1 minute"),
    ("Meditate for 1 minute", None, "Meditate for 30 seconds"),
    ("a 1-minute plank", None, "a 30-second plank"),
    ("Hold on for 30 seconds", "Hold on for 15 seconds", "Hold on for 10 seconds"),
    ("Hold on for 10 seconds", "Hold on for 5 seconds", None),
    ("Hold on for 5 seconds", "Hold on for 2 seconds", None),
    ("Walk 10,000 steps", "Walk 5,000 steps", "Walk 100 steps"),
    ("Climb 20 steps", "Climb 10 steps", "Climb 1 step"),
    ("Take 100 steps", "Take 50 steps", None),
    ("Run 5 km", "Run 2.5 km", "Run 0.1 km"),
    ("Walk 500 m", "Walk 250 m", "Walk 100 m"),
    ("Do 25 squats", "Do 12 squats", "Do 1 squat"),
    ("One push-up", None, None),
    ("Drink a glass of water", "Drink half a glass of water", "Drink half a glass of water"),
    ("Drink 3 full glasses of water", "Drink 1 full glass of water", "Drink 1 full glass of water"),
    ("Save $5", "Save $2", "Save $1"),
    ("Write 1 line of code", None, None),
    ("Write 1 sentence of my book", None, "Write 1 word of my book"),
    ("Write 1 line in my journal", None, "Write 1 word in my journal"),
    ("Read a quarter of a page", None, None),
    ("Two evenings a week", "One evening a week", "One evening a week"),
    ("Call mum", None, None),
]


@pytest.mark.parametrize(("text", "half", "least"), LIGHTER)
def test_half_of_a_step_and_the_least_of_it(text: str, half: str | None, least: str | None) -> None:
    assert (lighter(text), tiniest(text)) == (half, least)


NAMED = [
    ("Meditate", "5 minutes", "Meditate for 5 minutes"),
    ("Meditate.", "5 minutes", "Meditate for 5 minutes."),
    ("Meditate ", "5 minutes", "Meditate for 5 minutes"),
    ("Read about SpaceX", "5 minutes", "Read about SpaceX for 5 minutes"),
    ("A" * 195, "5 minutes", None),  # no room for it
    ("2 minute plank", "30 seconds", "30 second plank"),
    ("Meditate", "an hour", "Meditate for 1 hour"),
    ("Meditate", "5 pages", None),
    ("Meditate", "5", None),
    ("Read 2-3 pages", "5 minutes", None),
    ("Read one or two pages", "5 minutes", None),
    ("", "5 minutes", None),
    ("Write 1 sentence", "3", "Write 3 sentences"),
    ("Write 1 sentence", "three sentences", "Write 3 sentences"),
    ("Write 1 sentence", "5 minutes", None),
    ("Write 5 sentences", "2 words", None),
    ("Hold a plank for 30 seconds", "2 minutes", "Hold a plank for 2 minutes"),
    ("Walk for 5 minutes", "an hour", "Walk for 60 minutes"),
    ("Walk for an hour", "20 minutes", "Walk for 20 minutes"),
    ("Take a 5-minute walk", "8", "Take an 8-minute walk"),
    ("Walk 2 km", "500 m", "Walk 500 m"),
    ("Walk 500 m", "1 km", "Walk 1 km"),
    ("Walk 1 km", "1 mile", "Walk 1 mile"),
    ("Walk 1 km", "5 pages", None),
    ("Read 2 pages", "half a page", "Read half a page"),
    ("Do 5 zorps", "3 zorps", "Do 3 zorps"),
]


@pytest.mark.parametrize(("text", "named", "expected"), NAMED)
def test_a_person_names_the_amount(text: str, named: str, expected: str | None) -> None:
    size = plain_size(named)
    assert size is not None
    assert with_size(text, size) == expected


def test_an_amount_out_of_bounds_is_not_taken() -> None:
    for amount in ("0", "-1", "1000001", "NaN", "Infinity"):
        assert with_size("Write 1 sentence", Size(Decimal(amount), "")) is None
        assert with_size("Meditate", Size(Decimal(amount), "minute")) is None


@pytest.mark.parametrize(
    ("amount", "unit", "said"),
    [
        ("3", "sentence", "3 sentences"),
        ("1", "sentence", "1 sentence"),
        ("0.5", "page", "half a page"),
        ("0.25", "apple", "a quarter of an apple"),
        ("1.5", "km", "1.5 km"),
        ("5", "dollar", "$5"),
        ("2.5", "pound", "£2.50"),
        ("12", "", "12"),
        ("9999", "step", "9999 steps"),
        ("10000", "step", "10,000 steps"),
        ("60", "minute", "1 hour"),
        ("60", "page", "60 pages"),
        ("3", "page", "3 pages"),
        ("0.5", "km", "0.5 km"),
        ("90", "minute", "90 minutes"),
        ("1", "time", "once"),
        ("2", "time", "twice"),
        ("3", "time", "3 times"),
        ("4", "person", "4 people"),
    ],
)
def test_a_size_in_words(amount: str, unit: str, said: str) -> None:
    assert unit_words(Size(Decimal(amount), unit)) == said


def test_another_unit_in_the_place_of_the_first() -> None:
    two = Size(Decimal(2), "minute")
    assert restated("Read a chapter", Size(Decimal(1), "page")) == "Read a page"
    assert timed("Run 5 km", two) == "Run for 2 minutes"
    assert timed("Run 5 km in the park", two) == "Run for 2 minutes in the park"
    assert timed("Run for 5 km", two) == "Run for 2 minutes"
    assert timed("Run 2 km out and 2 km back", two) == "Run for 2 minutes"
    assert timed("Run 5 km" + "!" * 192, two) is None
    assert restated("Read 5 min", Size(Decimal(1), "page")) == "Read 1 page"
    assert timed("Run", two) is restated("Run", two) is None

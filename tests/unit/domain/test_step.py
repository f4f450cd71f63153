"""A step's amount as it is read: what is one, and what only looks like one."""

from decimal import Decimal

import pytest

from service.domain.step import Size, bigger, lighter, plain_size, read_size, resized, smaller, tiniest
from tests.unit.domain.steps_table import STEPS

SIZES = [
    ("Write 1 sentence", "1 sentence"),
    ("Walk 10,000 steps", "10000 step"),
    ("Walk 10k steps", "10000 step"),
    ("Run 1,5 km", "1.5 km"),
    ("Run 1.125 km", "1.125 km"),
    ("Save $5", "5 dollar"),
    ("Save £2.50", "2.5 pound"),
    ("Save 5 €", "5 euro"),
    ("Save 5 bucks", "5 dollar"),
    ("Walk for an hour", "60 minute"),
    ("Walk for 1.5 hours", "90 minute"),
    ("half an hour", "30 minute"),
    ("a quarter of an hour", "15 minute"),
    ("a half-hour walk", "30 minute"),
    ("Hug Ben for 20 secs", "20 second"),
    ("Read half a page", "0.5 page"),
    ("½ page", "0.5 page"),
    ("1/4 cup of rice", "0.25 cup"),
    ("thirty-five pushups", "35 push-up"),
    ("a hundred words", "100 word"),
    ("two hundred and fifty words", "250 word"),
    ("half a dozen eggs", "6 egg"),
    ("a couple of pages", "2 page"),
    ("twice", "2 time"),
    ("three times", "3 time"),
    ("5x", "5 time"),
    ("2 x 8 squats", "8 squat"),
    ("2x8", "8 "),
    ("3 sets of 8 squats", "8 squat"),
    ("3 sets of squats", "3 set"),
    ("Two 5-minute walks", "5 minute"),
    ("Do ten-minute yoga", "10 minute"),
    ("Write 3 things I am grateful for", "3 thing"),
    ("Do 5 zorps", "5 zorp"),
    ("Do 3", "3 "),
    # of several, one
    ("At 7 do 5 squats for 2 minutes", "5 squat"),
    ("Do 5 zorps in 2 minutes", "2 minute"),
    ("Drink a glass of water and read 2 pages", "2 page"),
    ("Give a hug to 3 zorps", "3 zorp"),
    ("Give a hug to three zorps", "1 hug"),
]
NO_SIZE = [
    *("", " ", "Call mum", "go for a walk", "take a shower", "take a break", "Call a friend", "a zorp"),
    *("Read 2-3 pages", "Read 2–3 pages", "2 to 3 pages", "2 or 3 pages", "one or two pages", "from 9 to 5"),
    *("Get up at 7", "Get up at seven", "at 7 am", "at 7am", "at 7 a.m.", "at 07:30", "8 o'clock", "by 10"),
    *("On 24 dec", "On May 5", "On 24 December call Ben", "2026-12-24", "12/24", "In 2026 write"),
    *(
        "the 3rd page",
        "the 1st",
        "page 12",
        "chapter 3",
        "Chapter Five",
        "lesson 4",
        "24/7",
        "B12",
        "50%",
        "50 %",
    ),
    *(
        "no one",
        "one another",
        "someone",
        "one day at a time",
        "one page at a time",
        "one-on-one",
        "this one",
    ),
    *(
        "iPhone 15",
        "Use Windows 11",
        "Read Station Eleven",
        "٣ pages",
        "３ pages",
        "-3 pages",
        "0 pages",
        "zero pages",
    ),
    *(
        "1000001 steps",
        "2000k steps",
        "20000 hours",
        "1,00,000 steps",
        "10 000 steps",
        "1.500 steps",
        "1½ pages",
        "1 1/2 pages",
        "5+ pages",
    ),
    *("3/4 of a page", "two-thirds", "one third of a page", "one and a half pages", "an hour and a half"),
    *(
        "1 hour 30 minutes",
        "1h30",
        "every 30 minutes",
        "half past nine",
        "quarter to nine",
        "Run a 5k",
        "page_7",
    ),
    *("9" * 200, "5 pages " * 40, "once I wake up", "at once", "5'", "1,2,3", "4-7-8 breathing", "#5"),
]


def written(size: Size | None) -> str | None:
    return None if size is None else f"{size.amount} {size.unit}"


@pytest.mark.parametrize(("text", "size"), SIZES)
def test_a_size_is_read(text: str, size: str) -> None:
    assert written(read_size(text)) == size


@pytest.mark.parametrize("text", NO_SIZE)
def test_what_is_no_amount_is_not_read(text: str) -> None:
    assert read_size(text) is None
    assert (
        bigger(text) is smaller(text) is lighter(text) is tiniest(text) is resized(text, Decimal(2)) is None
    )


def test_the_table_is_large() -> None:
    assert len({text for text, _, _ in STEPS}) == len(STEPS) > 300


# One test for the whole table, as hundreds of tests take longer to be collected than to be run.
def test_a_notch_smaller_and_a_notch_bigger() -> None:
    assert [(text, smaller(text), bigger(text)) for text, _, _ in STEPS] == STEPS
    for text, small, big in STEPS:
        now, less, more = read_size(text), read_size(small or ""), read_size(big or "")
        assert small is None or (now and less and less.unit == now.unit and 0 < less.amount < now.amount), (
            text
        )
        assert big is None or (now and more and more.unit == now.unit and now.amount < more.amount), text


PLAIN = [
    *[
        ("5 minutes", "5 minute"),
        ("five minutes", "5 minute"),
        ("2 sentences", "2 sentence"),
        ("1.5 km", "1.5 km"),
    ],
    *[("half a page", "0.5 page"), ("10", "10 "), ("an hour", "60 minute"), ("just 5 minutes", "5 minute")],
    *[
        ("a page", "1 page"),
        ("$5", "5 dollar"),
        ("5 €", "5 euro"),
        ("ten", "10 "),
        ("5 minutes.", "5 minute"),
    ],
    *[("Five Minutes", "5 minute"), ("2h", "120 minute"), ("twice", "2 time"), ("10k steps", "10000 step")],
    *[("Only 5 minutes", "5 minute"), ("for 5 minutes", "5 minute"), ("just  5 minutes", "5 minute")],
    *[("5X", "5 time")],
]
NOT_PLAIN = [
    *(
        "-3",
        "0",
        "1e9 minutes",
        "٣",
        "99999999 minutes",
        "2-3 pages",
        "5 minutes late",
        "a zorp",
        "",
        "no",
        "5k",
    ),
    *(
        "5 more",
        "5 pages a day",
        "at 7",
        "7:30",
        "page 3",
        "I did 5 minutes",
        "2 new words",
        "a walk",
        "a 5-minute",
    ),
    *("5 minutes please", "Read 5 pages", "5 minutes 3 pages", "2 x 8", "a second"),
]


@pytest.mark.parametrize(("line", "size"), PLAIN + [(line, None) for line in NOT_PLAIN])
def test_a_line_that_is_an_amount(line: str, size: str | None) -> None:
    assert written(plain_size(line)) == size

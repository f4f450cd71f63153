"""A step's amount: read from its text, and moved one notch at a time."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.step import LARGEST, Amount, bigger, notch, read_amount, smaller

AMOUNTS = [
    ("Write 1 sentence", 1),
    ("5 push-ups", 5),
    ("Walk for 10 minutes", 10),
    ("Read 250 words", 250),
    ("Do 3", 3),
    ("12", 12),
    ("Read (5) pages", 5),
    ("Read 5 of 300 pages", 5),  # the first number is the amount
    ("Save $5", 5),
    ("Hold a 10-second plank", 10),
    ("Take 1000000 steps", LARGEST),
    ("Take 1000001 steps", None),
    ("Take 12345678 steps", None),
    ("Take " + "9" * 5000 + " steps", None),
    ("Take 0 steps", None),
    ("Write one sentence", None),
    ("", None),
    ("Run 5km", None),
    ("Run 1.5 miles", None),
    ("Take 10,000 steps", None),
    ("Get up at 7:30", None),
    ("Get up at 7:30 and stretch 5 minutes", 5),
    ("Read 1/2 page", None),
    ("Write 3-5 lines", None),
    ("Go to -5 degrees", None),
    ("Practise on the B2 level", None),
    ("Read page_7", None),
    ("Read ٣ pages", None),
    ("Read ３ pages", None),
    ("Read ½ page", None),
]

NOTCHES = [
    ("Write 1 sentence", "Write 2 sentences"),
    ("Write 2 sentences", "Write 3 sentences"),
    ("1 push-up", "2 push-ups"),
    ("Draw 1 leaf", "Draw 2 leaves"),
    ("Draw 1 box, slowly", "Draw 2 boxes, slowly"),
    ("Wash 1 dish.", "Wash 2 dishes."),
    ("Call 1 person", "Call 2 people"),
    ("Write 1 line of code", "Write 2 lines of code"),
    ("Do 9 squats", "Do 10 squats"),
    ("Do 10 squats", "Do 11 squats"),
    ("Do 19 squats", "Do 20 squats"),
    ("Do 20 squats", "Do 22 squats"),
    ("Hold a 10-second plank", "Hold a 11-second plank"),
    ("Walk 100 steps", "Walk 110 steps"),
    ("Walk 110 steps", "Walk 121 steps"),
    ("Walk 1000 steps", "Walk 1100 steps"),
    ("Read 5 of 300 pages", "Read 6 of 300 pages"),
    ("  Do 3  squats ", "  Do 4  squats "),
    ("Do 1", "Do 2"),
    ("Do 1!", "Do 2!"),
]


@pytest.mark.parametrize(("text", "number"), AMOUNTS)
def test_the_first_whole_number_is_the_amount(text: str, number: int | None) -> None:
    amount = read_amount(text)
    assert (amount.number if amount else None) == number
    assert amount is None or text[amount.start : amount.end] == str(number)


def test_an_amount_knows_where_it_stands() -> None:
    assert read_amount("Write 12 lines") == Amount(12, 6, 8)


@pytest.mark.parametrize(("small", "big"), NOTCHES)
def test_a_notch_up_and_a_notch_down_are_the_same_notch(small: str, big: str) -> None:
    assert bigger(small) == big
    assert smaller(big) == small


@pytest.mark.parametrize("text", [text for text, number in AMOUNTS if number is None])
def test_a_step_without_an_amount_has_nothing_to_move(text: str) -> None:
    assert bigger(text) is None
    assert smaller(text) is None


def test_nothing_goes_below_one_or_above_a_million() -> None:
    assert smaller("Write 1 sentence") is None
    assert bigger("Take 1000000 steps") is None
    assert bigger("Take 999999 steps") == "Take 1000000 steps"
    assert smaller("Take 1000000 steps") == "Take 909091 steps"


@pytest.mark.parametrize(
    ("number", "by"), [(1, 1), (9, 1), (10, 1), (19, 1), (20, 2), (99, 9), (100, 10), (1000, 100)]
)
def test_a_notch_is_one_up_to_ten_and_about_a_tenth_above(number: int, by: int) -> None:
    assert notch(number) == by


def number_in(text: str | None) -> int:
    amount = read_amount(text or "")
    assert amount is not None
    return amount.number


@settings(deadline=None)
@given(
    st.integers(1, 900_000) | st.integers(1, 150),
    st.sampled_from(["squat", "page", "glass", "minute", "push-up"]),
)
def test_smaller_takes_back_what_bigger_added(number: int, unit: str) -> None:
    plural = unit + ("es" if unit == "glass" else "s")
    text = f"Do {number} {unit if number == 1 else plural} a day"
    grown = bigger(text)
    assert grown == f"Do {number_in(grown)} {plural} a day"
    assert smaller(grown) == text


def test_growing_never_stays_and_never_leaps() -> None:
    for number in [*range(1, 2_000), *range(2_000, 900_000, 997)]:
        grown = number_in(bigger(f"Do {number}"))
        assert number < grown <= max(number + 1, number * 1.1)
        assert smaller(f"Do {grown}") == f"Do {number}"


def test_shrinking_again_and_again_ends_at_one() -> None:
    text: str | None = "Do 1000000"
    numbers = []
    while text is not None:
        numbers.append(number_in(text))
        text = smaller(text)
    assert numbers[-1] == 1
    assert numbers == sorted(set(numbers), reverse=True)


BITS = ["0", "1", "2", "10", "1000000", " ", " ", ".", ",", ":", "/", "page", "glasses", "of", "ü"]
words = st.text("abcdefghij äöü", max_size=20)


@given(words, st.integers(2, LARGEST - 1), words)
def test_all_but_the_number_stays_as_it_was(head: str, number: int, tail: str) -> None:
    text = f"{head} {number} {tail}"
    assert bigger(text) == f"{head} {number_in(bigger(text))} {tail}"
    if number > 2:
        assert smaller(text) == f"{head} {number_in(smaller(text))} {tail}"


@settings(deadline=None)
@given(st.lists(st.sampled_from(BITS), max_size=8).map("".join) | st.text(max_size=60))
def test_any_text_is_moved_or_left(text: str) -> None:
    number = number_in(text) if read_amount(text) else None
    if number is None:
        assert bigger(text) is smaller(text) is None
    # From one to two and back, the words around the number may be none that we can count.
    assert bigger(text) is not None or number in (None, 1, LARGEST)
    assert smaller(text) is not None or number in (None, 1, 2)

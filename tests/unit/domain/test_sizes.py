"""A step's other sizes: bigger and smaller amounts, more and fewer days, and the same for easing off."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.sizes import (
    Direction,
    Step,
    by_days,
    grown,
    raised,
    reduced,
)
from service.domain.step import read_size

DAILY = frozenset(range(7))
MORE, LESS = Direction.MORE, Direction.LESS


def step(words: str, *weekdays: int, direction: Direction = MORE) -> Step:
    return Step(words, frozenset(weekdays) or DAILY, direction)


@pytest.mark.parametrize(
    ("words", "weekdays", "expected"),
    [
        ("Call mum", (0, 3), True),  # counts nothing and leaves days free
        ("Call mum", (), False),  # no day is left
        ("Cook 2 nights", (0, 3), True),
        ("Cook two evenings", (0, 3), True),
        ("Cook 2 nights", (0, 3, 5), False),  # another number than that of its days
        ("Read 2 pages", (0, 3), False),  # so many by chance
        ("Run 3 days", (0, 2, 4), True),
        ("No phone one morning", (6,), True),
        ("Skip lunch 1 afternoon", (6,), True),
        ("Skip 2 lunches", (0, 1), True),
        ("Skip 2 breakfasts", (0, 1), True),
        ("Cook 2 dinners", (0, 1), True),
        ("Read 1 page", (), False),
    ],
)
def test_the_number_of_days_is_the_size_where_the_step_counts_days_or_nothing(
    words: str, weekdays: tuple[int, ...], expected: bool
) -> None:
    assert by_days(step(words, *weekdays)) is expected


@pytest.mark.parametrize(
    ("weekdays", "more"),
    [
        ((0,), 3),  # three days from Monday on both sides: the earlier
        ((3,), 0),
        ((6,), 2),
        ((0, 3), 5),
        ((0, 1), 4),
        ((5, 6), 2),
        ((0, 2, 4), 1),
        ((1, 3, 5), 0),
        ((0, 1, 2), 4),
        ((0, 1, 2, 3, 4), 5),
        ((1, 2, 3, 4, 5, 6), 0),
    ],
)
def test_one_day_more_is_the_farthest_from_the_others(weekdays: tuple[int, ...], more: int) -> None:
    assert raised(step("Call mum", *weekdays)) == step("Call mum", *weekdays, more)


@pytest.mark.parametrize(
    ("weekdays", "less"),
    [
        ((0, 2, 4), 4),  # all as close: the latest
        ((0, 1, 4), 1),
        ((0, 3, 4), 4),
        ((2, 5, 6), 6),
        ((0, 6, 3), 6),  # neighbours around the week's end
        ((0, 3), 3),
        ((0, 1, 2, 3, 4, 5), 5),
    ],
)
def test_one_day_less_is_the_closest_to_the_others(weekdays: tuple[int, ...], less: int) -> None:
    kept = [day for day in weekdays if day != less]
    assert reduced(step("Call mum", *weekdays)) == step("Call mum", *kept)


def test_the_last_day_stays_and_no_eighth_is_added() -> None:
    assert reduced(step("Call mum", 3)) is None
    assert reduced(step("Cook one evening", 3)) is None
    assert raised(step("Call mum")) is None
    assert reduced(step("Call mum")) is None


@pytest.mark.parametrize(
    ("words", "weekdays", "bigger", "on_days"),
    [
        ("Cook dinner 2 days", (0, 3), "Cook dinner 3 days", (0, 3, 5)),
        # An evening and a morning are things though they end like a verb.
        ("Cook on one evening", (0,), "Cook on two evenings", (0, 3)),
        ("Run on three mornings", (0, 2, 4), "Run on four mornings", (0, 1, 2, 4)),
        ("Run 5 days", (0, 1, 2, 3, 4), "Run 6 days", (0, 1, 2, 3, 4, 5)),
    ],
)
def test_words_that_count_the_days_go_with_them(
    words: str, weekdays: tuple[int, ...], bigger: str, on_days: tuple[int, ...]
) -> None:
    assert raised(step(words, *weekdays)) == step(bigger, *on_days)
    back = reduced(step(bigger, *on_days))
    assert back is None or (back.words, len(back.weekdays)) == (words, len(weekdays))


# A week has no eighth day: where each day is taken, days that are counted cannot grow.
def test_days_that_are_counted_stop_at_a_week() -> None:
    assert grown(step("Run 7 days")) is None


@pytest.mark.parametrize(
    ("words", "up", "down"),
    [
        ("Read 2 pages", "Read 3 pages", "Read 1 page"),
        ("Write 1 sentence", "Write 2 sentences", None),
        ("Write 20 words", "Write 22 words", "Write 19 words"),
        ("Read 1000000 words", None, "Read 950000 words"),
        ("Call mum", None, None),
    ],
)
@pytest.mark.parametrize("direction", Direction)
def test_an_amount_moves_by_a_notch_and_a_limit_grows_by_getting_smaller(
    words: str, up: str | None, down: str | None, direction: Direction
) -> None:
    asked = step(words, direction=direction)
    bigger = None if up is None else step(up, direction=direction)
    smaller = None if down is None else step(down, direction=direction)
    assert raised(asked) == bigger
    assert reduced(asked) == smaller
    assert grown(asked) == (bigger if direction is MORE else smaller)


def test_days_without_a_habit_grow_in_number_though_the_goal_is_less() -> None:
    assert grown(step("Skip dessert 2 days", 0, 3, direction=LESS)) == step(
        "Skip dessert 3 days", 0, 3, 5, direction=LESS
    )
    assert grown(step("Skip dessert", 0, 3, direction=LESS)) == step("Skip dessert", 0, 3, 5, direction=LESS)


@settings(deadline=None, max_examples=60)
@given(
    st.frozensets(st.integers(0, 6), min_size=1),
    st.sampled_from(["Call mum", "Run {} days"]),
    st.sampled_from(Direction),
)
def test_a_day_more_and_a_day_less_are_one_day_apart(
    weekdays: frozenset[int], words: str, direction: Direction
) -> None:
    asked = Step(words.format(len(weekdays)), weekdays, direction)
    more, less = raised(asked), reduced(asked)
    if len(weekdays) < 7:
        assert more is not None
        assert more.weekdays > weekdays
        assert len(more.weekdays) == len(weekdays) + 1
        assert (less is None) == (len(weekdays) == 1)
    if less is not None and by_days(asked):
        assert less.weekdays < weekdays
        assert len(less.weekdays) == len(weekdays) - 1
    for one in (asked, more, less):
        size = None if one is None or not by_days(one) else read_size(one.words)
        assert size is None or one is None or size.amount == len(one.weekdays)

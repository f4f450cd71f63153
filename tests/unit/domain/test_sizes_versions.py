"""All versions of a step at once: the next one, the lighter one, and the one for a bad day."""

from decimal import Decimal

import pytest

from service.domain.sizes import (
    Direction,
    Form,
    Step,
    Versions,
    versions,
)

DAILY = frozenset(range(7))
MORE, LESS = Direction.MORE, Direction.LESS


def step(words: str, *weekdays: int, direction: Direction = MORE) -> Step:
    return Step(words, frozenset(weekdays) or DAILY, direction)


def form(words: str, amount: str | None = None) -> Form:
    return Form(words, None if amount is None else Decimal(amount))


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (
            step("Read 8 pages"),
            Versions(
                grown=form("Read 9 pages", "9"),
                light=form("Read 4 pages", "4"),
                tiny=form("Read half a page", "0.5"),
                units="pages",
            ),
        ),
        (
            step("Write one sentence"),
            # A word is no part of a sentence that could be added up.
            Versions(grown=form("Write two sentences", "2"), tiny=form("Write one word"), units="sentences"),
        ),
        (
            step("Cook dinner 2 days", 0, 3),
            Versions(
                grown=form("Cook dinner 3 days", "3"),
                grown_weekdays=frozenset({0, 3, 5}),
                units="days",
                by_days=True,
            ),
        ),
        (
            step("Call mum", 0, 3),
            Versions(grown=form("Call mum"), grown_weekdays=frozenset({0, 3, 5}), by_days=True),
        ),
        (step("Call mum"), Versions()),
        (step("Write 1 word"), Versions(grown=form("Write 2 words", "2"), units="words")),
        (
            step("At most 8 cigarettes", direction=LESS),
            Versions(
                grown=form("At most 7 cigarettes", "7"),
                light=form("At most 10 cigarettes", "10"),
                tiny=form("At most 10 cigarettes", "10"),
                units="cigarettes",
            ),
        ),
        (
            step("Read 1000000 words", 0, 1),
            Versions(light=form("Read 500000 words", "500000"), tiny=form("Read 1 word", "1"), units="words"),
        ),
    ],
)
def test_all_versions_of_a_step_are_worked_out(asked: Step, expected: Versions) -> None:
    assert versions(asked) == expected


@pytest.mark.parametrize(
    ("limit", "eased"),
    [
        (1, 2),
        (2, 3),
        (3, 4),
        (4, 5),
        (5, 6),
        (7, 8),
        (8, 10),
        (12, 15),
        (20, 24),
        (30, 36),
        (100, 120),
        (999999, 1000000),
    ],
)
def test_a_limit_is_loosened_by_about_a_quarter_and_a_notch_at_least(limit: int, eased: int) -> None:
    found = versions(step(f"At most {limit} minutes of phone", direction=LESS))
    assert found.light is not None
    assert found.light.amount == eased
    assert found.tiny == found.light
    assert found.light.words == f"At most {eased} minutes of phone"


def test_a_limit_is_loosened_in_its_own_unit() -> None:
    litre = versions(step("At most 1 litre of cola", direction=LESS)).light
    assert litre == form("At most 1.2 litres of cola", "1.2")
    half = versions(step("At most half a glass of wine", direction=LESS)).light
    assert half is not None
    assert half.amount == 1


def test_the_loosest_limit_cannot_be_loosened() -> None:
    found = versions(step("At most 1000000 minutes of phone", direction=LESS))
    assert (found.light, found.tiny) == (None, None)

"""Whether a reply is answered: at most ten in 24 hours, and nothing twice that nobody needs twice."""

from datetime import UTC, date, datetime, timedelta

import pytest

from service.domain.answering import UNCHANGED, Given, kept_back

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MONDAY = date(2026, 3, 2)


def given(
    name: str, minutes: float, goal_id: int = 1, day: date = MONDAY, line: str = ""
) -> tuple[Given, datetime]:
    return Given(name, {"line": line}, goal_id, day), NOW - timedelta(minutes=minutes)


def answered(name: str, *before: tuple[Given, datetime]) -> bool:
    return not kept_back(Given(name, {"line": ""}, 1, MONDAY), NOW, before)


@pytest.mark.parametrize("name", sorted(UNCHANGED))
def test_what_reports_no_change_comes_once_an_hour_in_a_thread(name: str) -> None:
    assert answered(name)
    assert not answered(name, given(name, 0))
    assert not answered(name, given(name, 59.9))
    assert answered(name, given(name, 60))


def test_another_thread_and_other_words_are_not_held_up() -> None:
    assert answered("status", given("status", 1, goal_id=2))
    assert answered("status", given("status", 1, day=MONDAY - timedelta(days=1)))
    assert answered("help", given("unclear", 1))
    assert answered("unclear", given("unclear", 1, line="another"))


def test_after_a_change_the_same_question_is_answered_again() -> None:
    assert answered("status", given("status", 2), given("strict", 1))
    assert not answered("status", given("strict", 3), given("status", 2))
    assert not answered("status", given("status", 3), given("strict", 2), given("status", 1))


@pytest.mark.parametrize("name", ["done", "undone", "paused", "step_changed", "left", "something new"])
def test_what_reports_a_change_is_said_each_time(name: str) -> None:
    assert answered(name, *[given(name, 1)] * 9)


@pytest.mark.parametrize("name", ["done", "status"])
def test_after_ten_answers_in_24_hours_there_is_silence(name: str) -> None:
    ten = [given("done", 60 * hours, goal_id=hours) for hours in range(10)]
    assert answered(name, *ten[:9])
    assert not answered(name, *ten)
    yesterday = [given("done", 24 * 60, goal_id=hours) for hours in range(10)]
    assert answered(name, *yesterday)
    assert not answered(name, *ten[:9], given("left", 24 * 60 - 0.1))

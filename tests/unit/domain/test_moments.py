"""Moments: milestones, and words of the past that come back.

A story ends on the day before today.
"""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.chain import Ledger, Outcome
from service.domain.moments import MILESTONES, Memory, memory, milestone, months_before
from service.domain.schedule import Schedule
from tests.unit.domain.stories import MONDAY, ledger_of, on

FAR = date(2020, 1, 6)


def told(story: str, weekdays: frozenset[int] = frozenset(range(7))) -> int | None:
    return milestone(ledger_of(story, weekdays), on(len(story)))


@pytest.mark.parametrize(
    ("story", "number"),
    [
        ("", None),
        ("D" * 6, None),
        ("D" * 7, 7),
        ("D" * 8, None),
        ("D" * 21, 21),
        ("D" * 66, 66),
        ("D" * 100, 100),
        ("D" * 365, 365),
        ("D" * 50, None),
        ("DDDLLLd", 7),  # all are done
        ("D.D.DSPD..DDD", 7),  # days done, not days in a row
        ("D" * 7 + "S", None),  # told in the mail of the day that was skipped then
        ("D" * 7 + "PPPPPPPPPP", 7),
        ("D" * 7 + "P" * 90, 7),
        ("D" * 7 + ".", None),  # told on the day that was missed then
        ("D" * 7 + "S.", None),
        ("D" * 7 + ".S", None),
        ("D" * 7 + "..P", None),
        ("D" * 6 + "S", None),
    ],
)
def test_a_milestone_is_told_in_the_first_mail_after_it(story: str, number: int | None) -> None:
    assert told(story) == number


# A miss before a long pause must not be forgotten: else 7 is told a second time.
def test_a_milestone_that_was_told_is_not_told_again_after_a_long_pause() -> None:
    for pause in (1, 30, 58, 59, 60, 61, 90):
        assert told("D" * 7 + "." + "P" * pause) is None


def test_a_milestone_knows_only_what_is_done_before_today() -> None:
    assert milestone(ledger_of("D" * 8), on(7)) == 7
    assert milestone(ledger_of("D" * 7), on(6)) is None
    assert milestone(ledger_of("D" * 7 + "S"), on(7)) == 7  # today's mail says the same once it is answered
    assert milestone(ledger_of("D" * 7 + "P"), on(7)) == 7
    assert told("DDDDDDD" * 7, frozenset({0})) == 7  # done on a day off is no day done
    assert told("D......" * 7, frozenset({0})) == 7
    assert told("D......" * 7 + ".......", frozenset({0})) is None
    done = dict.fromkeys((on(n) for n in range(-7, 0)), Outcome.DONE)
    assert milestone(Ledger(Schedule(MONDAY), done), on(0)) is None


@settings(deadline=None, max_examples=150)
@given(
    st.text("DDDDDLSPd.", max_size=120),
    st.frozensets(st.integers(0, 6), min_size=1) | st.just(frozenset(range(7))),
)
def test_each_milestone_is_told_once_and_never_two_in_a_week(story: str, weekdays: frozenset[int]) -> None:
    ledger, mails = ledger_of(story, weekdays), []
    for n, letter in enumerate(story):
        if ledger.schedule.covers(on(n)) and letter not in "Pd":
            number = milestone(ledger, on(n))
            mails += [(number, n)] if number is not None else []
    numbers = [number for number, _ in mails]
    assert numbers == sorted(set(numbers))
    assert set(numbers) <= set(MILESTONES)
    assert all(after - before >= 7 for (_, before), (_, after) in pairwise(mails))


@settings(deadline=None, max_examples=50)
@given(st.text("DDDDD.", max_size=150))
def test_each_milestone_that_was_reached_is_told_on_the_next_day(story: str) -> None:
    ledger = ledger_of(story)
    reached = [
        n + 1 for n in range(len(story)) if story[n] == "D" and story[: n + 1].count("D") in MILESTONES
    ]
    assert [n for n in range(len(story) + 1) if milestone(ledger, on(n)) is not None] == reached


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2026-03-15", 1, "2026-02-15"),
        ("2026-03-31", 1, None),  # no 31 February
        ("2026-03-29", 1, None),
        ("2024-03-29", 1, "2024-02-29"),
        ("2026-03-28", 1, "2026-02-28"),
        ("2026-05-31", 1, None),
        ("2026-08-31", 1, "2026-07-31"),
        ("2026-01-31", 1, "2025-12-31"),
        ("2026-01-01", 1, "2025-12-01"),
        ("2026-12-31", 1, None),
        ("2026-12-30", 1, "2026-11-30"),
        ("2024-02-29", 12, None),
        ("2028-02-29", 48, "2024-02-29"),
        ("2025-02-28", 12, "2024-02-28"),
        ("2026-01-15", 12, "2025-01-15"),
        ("2026-12-15", 12, "2025-12-15"),
        ("2026-06-15", 0, "2026-06-15"),
        ("0001-01-01", 1, None),  # before all years
    ],
)
def test_months_before_is_the_same_day_or_none(day: str, months: int, expected: str | None) -> None:
    found = months_before(date.fromisoformat(day), months)
    assert found == (None if expected is None else date.fromisoformat(expected))


def ago(today: date, **kinds: bool) -> set[date]:
    days = {
        "week": today - timedelta(days=7),
        "month": months_before(today, 1),
        "year": months_before(today, 12),
    }
    return {day for kind, day in days.items() if kinds.get(kind) and day is not None}


TODAY = date(2026, 3, 16)


@pytest.mark.parametrize(
    ("kinds", "kind", "day"),
    [
        ({"week": True}, "week", "2026-03-09"),
        ({"month": True}, "month", "2026-02-16"),
        ({"year": True}, "year", "2025-03-16"),
        ({"week": True, "month": True}, "month", "2026-02-16"),
        ({"week": True, "year": True}, "year", "2025-03-16"),
        ({"month": True, "year": True}, "year", "2025-03-16"),
        ({"week": True, "month": True, "year": True}, "year", "2025-03-16"),
    ],
)
def test_a_year_is_worth_more_than_a_month_and_a_month_than_a_week(
    kinds: dict[str, bool], kind: str, day: str
) -> None:
    assert memory(ago(TODAY, **kinds), TODAY, TODAY) == Memory(date.fromisoformat(day), kind)


def test_only_words_of_exactly_then_come_back() -> None:
    near = [TODAY - timedelta(days=n) for n in range(400) if n not in (7, 28, 365)]
    assert memory(near, TODAY, TODAY) is None
    assert memory([], TODAY, TODAY) is None


@pytest.mark.parametrize(
    ("started", "comes"), [(0, True), (1, False), (2, False), (6, False), (7, True), (8, False)]
)
def test_of_a_week_of_the_goal_the_first_day_with_something_brings_it_back(started: int, comes: bool) -> None:
    written = {TODAY - timedelta(days=7), TODAY - timedelta(days=8)}  # for today and for yesterday
    found = memory(written, TODAY - timedelta(days=started), TODAY)
    assert (found is not None) is comes
    assert memory({TODAY - timedelta(days=7)}, TODAY - timedelta(days=started), TODAY) is not None


@settings(deadline=None, max_examples=100)
@given(st.frozensets(st.dates(FAR, FAR + timedelta(days=450)), max_size=60), st.integers(0, 6))
def test_at_most_one_memory_comes_back_in_a_week_of_the_goal(written: frozenset[date], offset: int) -> None:
    starts = FAR + timedelta(days=offset)
    for week in range(64):
        days = [starts + timedelta(days=7 * week + n) for n in range(7)]
        came = [found for day in days if (found := memory(written, starts, day)) is not None]
        possible = [day for day in days if ago(day, week=True, month=True, year=True) & written]
        assert len(came) == min(1, len(possible))
        if came:
            assert memory(written, starts, possible[0]) == came[0]
            assert came[0].day in written

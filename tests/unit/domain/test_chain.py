"""The chain against a slow and obvious model of it, written from DESIGN.md's words alone."""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.chain import Ledger, Mark, Outcome, chain, drawn, mark_of, marks
from service.domain.schedule import Schedule, Span

START = date(2026, 1, 5)  # a Monday


@dataclass(frozen=True)
class Expected:
    """What a person would work out on paper."""

    length: int
    bent: bool
    best: int
    total: int
    recent_done: int
    recent_days: int
    strength: float


def day_after(days: int) -> date:
    return START + timedelta(days=days)


def scheduled_days(ledger: Ledger, today: date) -> list[date]:
    first = ledger.schedule.starts
    every = [first + timedelta(days=n) for n in range((today - first).days + 1)]
    return [day for day in every if day == first or day.weekday() in ledger.schedule.weekdays]


def paused_days(ledger: Ledger, today: date) -> set[date]:
    paused = set()
    for pause in ledger.pauses:
        day = pause.first
        while day <= (today if pause.last is None else pause.last):
            paused.add(day)
            day += timedelta(days=1)
    return paused


def letters(ledger: Ledger, today: date) -> str:
    """Spell the days that count, oldest first: D for done, M for missed, nothing for a neutral day."""
    paused, spelled = paused_days(ledger, today), ""
    for day in scheduled_days(ledger, today):
        if ledger.outcomes.get(day) == "done":
            spelled += "D"
        elif ledger.outcomes.get(day) is None and day not in paused and day != today:
            spelled += "M"
    return spelled


def model(ledger: Ledger, today: date) -> Expected:
    spelled = letters(ledger, today)
    chains = [piece.count("D") for piece in re.split("M+" if ledger.strict else "MM+", spelled)]
    multiplier = 0.5 ** ((len(ledger.schedule.weekdays) / 7) ** 0.5 / 13)
    ages = [age for age, letter in enumerate(reversed(spelled)) if letter == "D"]
    return Expected(
        length=chains[-1],
        bent=chains[-1] > 0 and spelled.endswith("M"),
        best=max(chains),
        total=spelled.count("D"),
        recent_done=spelled[-30:].count("D"),
        recent_days=len(spelled[-30:]),
        strength=sum((1 - multiplier) * multiplier**age for age in ages),
    )


@st.composite
def ledgers(draw: st.DrawFn) -> Ledger:
    """Draw any history: from ten days before the start, over days off, into the future."""
    size = draw(st.sampled_from([0, 12, 40, 100]))
    answers = st.sampled_from([Outcome.DONE, Outcome.DONE, None, None, Outcome.SKIPPED])
    history = draw(st.lists(answers, min_size=size, max_size=size))
    offsets = st.integers(-10, 90)
    spans = st.builds(
        lambda first, days: Span(day_after(first), None if days is None else day_after(first + days)),
        offsets,
        st.none() | st.integers(-1, 20),
    )
    return Ledger(
        Schedule(START, draw(st.frozensets(st.integers(0, 6), min_size=1))),
        {day_after(n - 10): answer for n, answer in enumerate(history) if answer is not None},
        draw(st.lists(spans, max_size=3)),
        draw(st.booleans()),
    )


todays = st.integers(-3, 90).map(day_after)
steady = settings(deadline=None, max_examples=100)


@settings(deadline=None, max_examples=250)
@given(ledgers(), todays)
def test_the_chain_is_what_the_model_says(ledger: Ledger, today: date) -> None:
    found, expected = chain(ledger, today), model(ledger, today)
    assert found.length == expected.length
    assert found.bent == expected.bent
    assert found.best == expected.best
    assert found.total == expected.total
    assert (found.recent_done, found.recent_days) == (expected.recent_done, expected.recent_days)
    assert found.strength == pytest.approx(expected.strength)


@steady
@given(ledgers(), todays, st.integers(-10, 90))
def test_one_more_done_never_makes_anything_worse(ledger: Ledger, today: date, offset: int) -> None:
    outcomes = {**ledger.outcomes, day_after(offset): Outcome.DONE}
    before, after = chain(ledger, today), chain(replace(ledger, outcomes=outcomes), today)
    assert after.length >= before.length
    assert after.best >= before.best
    assert after.total >= before.total


@steady
@given(ledgers(), todays, st.integers(-10, 90), st.none() | st.integers(0, 20))
def test_a_pause_never_costs_a_link(ledger: Ledger, today: date, first: int, days: int | None) -> None:
    pause = Span(day_after(first), None if days is None else day_after(first + days))
    before = chain(ledger, today)
    after = chain(replace(ledger, pauses=[*ledger.pauses, pause]), today)
    assert after.length >= before.length
    assert after.best >= before.best
    assert after.total == before.total


@steady
@given(ledgers(), todays)
def test_a_strict_chain_is_never_longer_nor_bent(ledger: Ledger, today: date) -> None:
    strict = chain(replace(ledger, strict=True), today)
    assert strict.length <= chain(replace(ledger, strict=False), today).length
    assert not strict.bent


@steady
@given(ledgers(), todays)
def test_what_is_ahead_changes_nothing(ledger: Ledger, today: date) -> None:
    past = {day: outcome for day, outcome in ledger.outcomes.items() if day <= today}
    assert chain(ledger, today) == chain(replace(ledger, outcomes=past), today)


@steady
@given(ledgers(), todays)
def test_the_marks_tell_the_same_story_as_the_letters(ledger: Ledger, today: date) -> None:
    story = "".join(
        {Mark.DONE: "D", Mark.MISSED: "M"}.get(mark, "") for _, mark in marks(ledger, START, today, today)
    )
    assert story == letters(ledger, today)


@steady
@given(ledgers(), todays, st.integers(-10, 100).map(day_after))
def test_a_mark_is_off_exactly_where_nothing_is_scheduled_or_known(
    ledger: Ledger, today: date, day: date
) -> None:
    far = max(day, today)
    unscheduled = day not in scheduled_days(ledger, far)
    unknown = day > today and day not in ledger.outcomes and day not in paused_days(ledger, far)
    assert (mark_of(day, today, ledger) is Mark.OFF) == (unscheduled or unknown)


@steady
@given(ledgers(), st.integers(0, 90).map(day_after), st.integers(1, 30))
def test_a_drawn_chain_ends_today_and_begins_with_the_goal(ledger: Ledger, today: date, days: int) -> None:
    found = drawn(ledger, today, days)
    since_start = (today - START).days + 1
    assert [day for day, _ in found] == [day_after(n) for n in range(max(0, since_start - days), since_start)]
    assert all(mark is mark_of(day, today, ledger) for day, mark in found)


def test_a_drawn_chain_is_two_weeks_long_and_today_alone_before_the_start() -> None:
    assert len(drawn(Ledger(Schedule(START)), day_after(60))) == 14
    assert drawn(Ledger(Schedule(START)), day_after(-3)) == [(day_after(-3), Mark.OFF)]

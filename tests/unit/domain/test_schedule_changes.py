"""Other weekdays from a day on: no day that has passed changes, in the schedule and in the chain."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.chain import Mark, chain, mark_of
from service.domain.schedule import EVERY_DAY, Schedule
from tests.unit.domain.stories import MON_WED_FRI, MONDAY, ledger_of, on

MON, TUE, SUN = frozenset({0}), frozenset({1}), frozenset({6})
weekdays_drawn = st.frozensets(st.integers(0, 6), min_size=1)
changes_drawn = st.lists(st.tuples(st.integers(-5, 60), weekdays_drawn), max_size=4).map(
    lambda drawn: tuple((on(day), days) for day, days in sorted(drawn, key=lambda change: change[0]))
)
Changes = tuple[tuple[date, frozenset[int]], ...]


@pytest.mark.parametrize(
    ("day", "weekdays"),
    [(-9, MON), (0, MON), (9, MON), (10, TUE), (11, TUE), (19, TUE), (20, SUN), (21, SUN), (999, SUN)],
)
def test_weekdays_hold_from_their_day_on(day: int, weekdays: frozenset[int]) -> None:
    schedule = Schedule(MONDAY, MON, ((on(10), TUE), (on(20), SUN)))
    assert schedule.weekdays_on(on(day)) == weekdays


def test_of_two_changes_on_one_day_the_later_holds() -> None:
    schedule = Schedule(MONDAY, MON, ((on(10), TUE), (on(10), SUN)))
    assert schedule.weekdays_on(on(10)) == SUN


def test_the_first_day_stays_scheduled_whatever_changes() -> None:
    schedule = Schedule(MONDAY, SUN, ((MONDAY, TUE),))
    assert [day for day in range(-7, 15) if schedule.covers(on(day))] == [0, 1, 8]


def test_a_change_asks_for_other_days_from_its_day_on() -> None:
    schedule = Schedule(MONDAY, MON_WED_FRI, ((on(9), TUE),))  # from a Wednesday on, only Tuesdays
    assert [day for day in range(24) if schedule.covers(on(day))] == [0, 2, 4, 7, 15, 22]


@settings(deadline=None)
@given(weekdays_drawn, changes_drawn, st.integers(0, 60), weekdays_drawn)
def test_a_new_choice_of_days_never_changes_a_day_before_it(
    weekdays: frozenset[int], changes: Changes, since: int, chosen: frozenset[int]
) -> None:
    changes = tuple(change for change in changes if change[0] <= on(since))
    before = Schedule(MONDAY, weekdays, changes)
    after = Schedule(MONDAY, weekdays, (*changes, (on(since), chosen)))
    for day in range(-10, since):
        assert after.covers(on(day)) is before.covers(on(day))
        assert after.weekdays_on(on(day)) == before.weekdays_on(on(day))
    asked = {day for day in range(since, since + 14) if after.covers(on(day))}
    assert asked - {0} == {day for day in range(max(since, 1), since + 14) if on(day).weekday() in chosen}


@settings(deadline=None)
@given(
    st.text("DDDLS.P", min_size=1, max_size=50),
    weekdays_drawn,
    changes_drawn,
    weekdays_drawn,
    st.booleans(),
)
def test_a_change_from_tomorrow_on_leaves_the_chain_of_today_alone(
    story: str, weekdays: frozenset[int], changes: Changes, chosen: frozenset[int], strict: bool
) -> None:
    today, tomorrow = on(len(story) - 1), on(len(story))
    changes = tuple(change for change in changes if change[0] <= today)
    before = ledger_of(story, weekdays, strict=strict, changes=changes)
    after = ledger_of(story, weekdays, strict=strict, changes=(*changes, (tomorrow, chosen)))
    assert chain(after, today) == chain(before, today)
    assert [mark_of(on(n), today, after) for n in range(len(story))] == [
        mark_of(on(n), today, before) for n in range(len(story))
    ]


def test_days_given_up_are_no_misses_and_new_ones_are() -> None:
    fewer = ledger_of("DDD" + "." * 11, changes=((on(3), SUN),))
    assert chain(fewer, on(6)).length == 3  # Sunday is today
    assert chain(fewer, on(7)).bent is True  # Sunday missed
    assert chain(fewer, on(14)).length == 0  # and the next
    more = ledger_of("D......D...", MON, changes=((on(8), EVERY_DAY),))
    assert [chain(more, on(n)).length for n in (8, 9, 10)] == [2, 2, 0]
    assert [mark_of(on(n), on(9), more) for n in (6, 7, 8, 9)] == [
        Mark.OFF,
        Mark.DONE,
        Mark.MISSED,
        Mark.OPEN,
    ]


def test_strength_takes_each_day_at_its_own_frequency() -> None:
    ledger = ledger_of("D......DD", MON, changes=((on(8), EVERY_DAY),))
    weekly, daily = (0.5 ** ((times / 7) ** 0.5 / 13) for times in (1, 7))
    expected = ((1 - weekly) * weekly + (1 - weekly)) * daily + (1 - daily)
    assert chain(ledger, on(8)).strength == pytest.approx(expected)


@settings(deadline=None)
@given(st.text("DLS.Pd", min_size=1, max_size=50), st.booleans())
def test_a_smaller_version_counts_for_the_chain_like_any_other(story: str, strict: bool) -> None:
    ledger, today = ledger_of(story, strict=strict), on(len(story) - 1)
    assert chain(ledger, today) == chain(ledger_of(story.replace("L", "D"), strict=strict), today)
    assert chain(ledger, today) == chain(replace(ledger, lesser=frozenset()), today)

"""The ladder: which size held when, what was done on each, and the sizes in one line."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.growth import Version
from service.domain.ladder import Climb, Deed, Rung, Stage, climb, rung_on, since, stages
from service.domain.sizes import Versions
from tests.unit.domain.stories import on

PAGES = Versions(units="pages")


def pages(day: int, amount: str, unit: str = "page", why: str = "") -> Rung:
    return Rung(day, on(day), f"Read {amount} {unit}s", Decimal(amount), unit, why=why, versions=PAGES)


def words(day: int, step: str, why: str = "") -> Rung:
    return Rung(day, on(day), step, why=why)


def read(first: int, last: int, amount: str | None, unit: str = "page") -> dict[date, Deed]:
    much = None if amount is None else Decimal(amount)
    return {on(day): Deed(Version.FULL, much, unit) for day in range(first, last + 1)}


def sizes_of(*rungs: Rung, today: int = 99) -> list[str]:
    line = climb(rungs, {}, on(today))
    return [] if line is None else [str(size) for size in line.sizes]


@pytest.mark.parametrize(("day", "held"), [(-5, 0), (0, 0), (4, 0), (5, 5), (6, 5), (8, 5), (9, 9), (99, 9)])
def test_a_rung_holds_from_its_day_on_and_the_first_one_before(day: int, held: int) -> None:
    rungs = [pages(0, "1"), pages(5, "2"), pages(9, "3")]
    found = rung_on(rungs, on(day))
    assert found is not None
    assert found.id == held
    assert since(rungs, on(day)) == on(held)


def test_without_rungs_none_holds_and_of_one_day_the_last_does() -> None:
    assert rung_on([], on(0)) is None
    again = Rung(7, on(5), "Read 4 pages")
    assert rung_on([pages(0, "1"), pages(5, "2"), again], on(5)) is again


def test_other_weekdays_alone_are_no_new_size() -> None:
    rungs = [pages(0, "1"), pages(5, "2"), pages(7, "2", why="days"), pages(9, "2", why="days")]
    assert [since(rungs, on(day)) for day in (4, 5, 8, 20)] == [on(0), on(5), on(5), on(5)]
    assert since([*rungs, pages(30, "3", why="grown")], on(40)) == on(30)
    only_days = [pages(3, "1", why="days"), pages(6, "1", why="days")]
    assert since(only_days, on(1)) == on(3)
    assert since(only_days, on(9)) == on(6)


def test_each_stage_has_its_days_and_how_many_of_them_were_done() -> None:
    rungs = [pages(0, "1"), pages(5, "2"), pages(9, "3")]
    deeds = read(-2, 6, "1") | read(8, 11, "2")
    assert stages(rungs, deeds) == [
        Stage("Read 1 pages", on(0), on(4), 5),
        Stage("Read 2 pages", on(5), on(8), 3),  # days 5, 6 and 8
        Stage("Read 3 pages", on(9), None, 3),
    ]
    assert stages([], deeds) == []
    assert stages(rungs[:1], {}) == [Stage("Read 1 pages", on(0), None, 0)]


def test_a_size_that_was_changed_again_on_its_first_day_is_left_out() -> None:
    rungs = [pages(0, "1"), pages(5, "9"), Rung(2, on(5), "Read 2 pages"), pages(8, "3")]
    assert [(stage.step, stage.first) for stage in stages(rungs, {})] == [
        ("Read 1 pages", on(0)),
        ("Read 2 pages", on(5)),
        ("Read 3 pages", on(8)),
    ]


def test_a_change_that_was_taken_back_on_the_same_day_leaves_no_trace() -> None:
    there_and_back = [pages(0, "1"), pages(5, "9"), Rung(2, on(5), "Read 1 pages", Decimal(1), "page")]
    assert stages(there_and_back, {}) == [Stage("Read 1 pages", on(0), None, 0)]
    assert sizes_of(*there_and_back) == ["1"]
    later = [pages(0, "1"), pages(5, "2"), pages(8, "1")]
    assert sizes_of(*later) == ["1", "2", "1"]  # on another day it is a step of the ladder


def test_other_weekdays_with_the_same_words_are_no_stage() -> None:
    rungs = [pages(0, "1"), pages(5, "1", why="days"), pages(8, "2")]
    assert stages(rungs, read(0, 9, "1")) == [
        Stage("Read 1 pages", on(0), on(7), 8),
        Stage("Read 2 pages", on(8), None, 2),
    ]


def test_the_ladder_in_one_line_adds_up_what_was_really_done() -> None:
    rungs = [pages(0, "1"), pages(5, "2"), pages(9, "3")]
    deeds = read(0, 4, "1") | read(5, 8, "2") | read(9, 9, "0.5") | read(10, 11, None) | read(12, 12, "3")
    assert climb(rungs, deeds, on(12)) == Climb(
        sizes=(Decimal(1), Decimal(2), Decimal(3)),
        unit="page",
        units="pages",
        since=on(0),
        total=Decimal("16.5"),
        recent=Decimal("16.5"),
        between=False,
    )


def test_today_counts_among_the_last_thirty_days_and_the_day_thirty_days_ago_does_not() -> None:
    for day, recent in ((100, 1), (71, 1), (70, 0)):
        line = climb([pages(0, "1")], read(day, day, "1"), on(100))
        assert line is not None
        assert (line.recent, line.total) == (recent, 1)


def test_where_the_unit_changed_the_line_begins_anew() -> None:
    rungs = [pages(0, "1"), pages(5, "2"), pages(9, "5", "minute"), pages(20, "6", "minute")]
    deeds = read(0, 4, "1") | read(5, 8, "2") | read(9, 19, "5", "minute") | read(20, 21, "6", "minute")
    line = climb(rungs, deeds, on(21))
    assert line is not None
    assert (line.sizes, line.unit, line.since) == ((Decimal(5), Decimal(6)), "minute", on(9))
    assert line.total == 11 * 5 + 2 * 6
    back = climb(rungs, deeds, on(8))
    assert back is not None
    assert (back.sizes, back.unit, back.since) == ((Decimal(1), Decimal(2)), "page", on(0))


def test_a_time_without_an_amount_begins_the_line_anew() -> None:
    assert sizes_of(pages(0, "1"), words(5, "Read on"), pages(9, "2"), pages(12, "3")) == ["2", "3"]


def test_a_step_without_an_amount_has_no_line() -> None:
    assert climb([], {}, on(9)) is None
    assert climb([words(0, "Call mum")], {}, on(9)) is None
    assert climb([pages(0, "1"), words(5, "Read on")], read(0, 9, "1"), on(9)) is None
    assert climb([pages(5, "1")], {}, on(4)) is None  # not yet begun


def test_half_amounts_and_amounts_without_a_unit_are_added_up_too() -> None:
    half = climb([pages(0, "0.5")], read(0, 2, "0.5"), on(2))
    assert half is not None
    assert half.total == Decimal("1.5")
    bare = climb([pages(0, "3", "")], read(0, 2, "3", "") | read(3, 5, "1"), on(5))
    assert bare is not None
    idle = climb([pages(0, "3")], {}, on(5))
    assert idle is not None
    assert all(isinstance(much, Decimal) and much == 0 for much in (idle.total, idle.recent))
    assert (bare.total, bare.recent, bare.unit) == (9, 9, "")


def test_of_many_sizes_the_first_and_the_last_four_are_shown() -> None:
    rungs = [pages(day, str(day + 1)) for day in range(9)]
    for count in range(1, 10):
        line = climb(rungs[:count], {}, on(99))
        assert line is not None
        sizes = [int(size) for size in line.sizes]
        assert sizes == (list(range(1, count + 1)) if count <= 5 else [1, *range(count - 3, count + 1)])
        assert line.between is (count > 5)
        assert line.since == on(0)


@st.composite
def climbs(draw: st.DrawFn) -> tuple[list[Rung], dict[date, Deed]]:
    """Draw sizes, some changed again on the same day, and what was done on sixty days."""
    days = sorted(draw(st.lists(st.integers(0, 60), min_size=1, max_size=10)))
    amounts = [draw(st.sampled_from(["0.5", "1", "2", "3"])) for _ in days]
    units = [draw(st.sampled_from(["page", "page", "minute"])) for _ in days]
    rungs = [pages(*rung) for rung in zip(days, amounts, units, strict=True)]
    done = draw(st.frozensets(st.integers(days[0], 60)))
    held = {day: rung_on(rungs, on(day)) for day in done}
    return rungs, {on(n): Deed(Version.FULL, rung.amount, rung.unit) for n, rung in held.items() if rung}


@settings(deadline=None, max_examples=100)
@given(climbs())
def test_stages_are_in_order_and_hold_all_that_was_done(drawn: tuple[list[Rung], dict[date, Deed]]) -> None:
    rungs, deeds = drawn
    found = stages(rungs, deeds)
    assert sum(stage.done for stage in found) == len(deeds)
    assert all(one.last is not None and one.first <= one.last < two.first for one, two in pairwise(found))
    assert found[-1].last is None
    assert all(one.step != two.step for one, two in pairwise(found))
    line = climb(rungs, deeds, on(60))
    assert line is not None
    assert line.sizes[-1] == rungs[-1].amount
    since_then = [deed for day, deed in deeds.items() if day >= line.since and deed.unit == line.unit]
    assert line.total == sum(deed.amount or 0 for deed in since_then)
    assert line.recent <= line.total

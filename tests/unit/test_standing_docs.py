"""A standing comes back from its stored form as it was, and not at all where it no longer holds."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.chain import Ledger
from service.domain.record import Record
from service.domain.schedule import Schedule, mask_to_weekdays
from service.domain.standing import Basis, Standing
from service.domain.standings import standing_of
from service.storage.standings import to_doc, usable
from tests.unit.domain.histories import START, on, stories, with_said


def row(basis: Basis) -> SimpleNamespace:
    return SimpleNamespace(
        starts_on=basis.starts, weekdays=basis.weekdays, strict=basis.strict, full_from=basis.full_from
    )


@settings(max_examples=150, deadline=None)
@given(story=stories(), day=st.integers(0, 100))
def test_it_comes_back_as_it_was(story: tuple[Record, Basis], day: int) -> None:
    record, basis = story
    standing = standing_of(record, basis, on(day))
    if standing is not None:
        assert usable(to_doc(standing), row(basis), on(day)) == standing


def plain() -> Standing:
    record = with_said(Record(Ledger(Schedule(START, mask_to_weekdays(127)))), "ddd.d")
    standing = standing_of(record, Basis(START, 127, False, None), on(5))
    assert standing is not None
    return standing


@pytest.mark.parametrize(
    "changed",
    [
        {"starts_on": None},
        {"starts_on": START - timedelta(days=1)},
        {"weekdays": 31},
        {"strict": True},
        {"full_from": START},
    ],
)
def test_with_another_row_of_its_goal_it_does_not_hold(changed: dict[str, object]) -> None:
    goal = row(plain().basis)
    assert usable(to_doc(plain()), goal, on(5)) == plain()
    goal.__dict__.update(changed)
    assert usable(to_doc(plain()), goal, on(5)) is None


def test_of_a_day_before_its_own_and_in_another_format_it_does_not_hold() -> None:
    doc, goal = to_doc(plain()), row(plain().basis)
    assert usable(doc, goal, on(9)) == plain()
    assert usable(doc, goal, on(4)) is None
    assert usable(doc.replace("[1,", "[0,", 1), goal, on(9)) is None
    assert usable(None, goal, on(9)) is None


def test_it_stays_small() -> None:
    assert len(to_doc(plain())) < 250

"""A standing comes back from its stored form as it was, and not at all where it no longer holds."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.chain import Ledger, Outcome
from service.domain.growth import Version
from service.domain.ladder import Deed
from service.domain.record import Record
from service.domain.schedule import Schedule, mask_to_weekdays
from service.domain.standing import Basis, Said, Standing
from service.domain.standings import standing_of
from service.storage.standings import doc_saying, to_doc, usable
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


@settings(max_examples=60, deadline=None)
@given(story=stories(), day=st.integers(0, 100), amount=st.sampled_from([None, "3", "0.5"]))
def test_one_more_check_in_can_be_added_to_the_text(
    story: tuple[Record, Basis], day: int, amount: str | None
) -> None:
    record, basis = story
    standing = standing_of(record, basis, on(day))
    if standing is not None:
        doc = to_doc(standing)
        for later in range(day, day + 3):
            if standing.outcome(on(later)) is None:
                deed = Deed(Version.TINY, None if amount is None else Decimal(amount), 'a "word"], [1')
                said = Said(Outcome.DONE, deed)
                doc, standing = doc_saying(doc, on(later), said), standing.saying(on(later), said)
                assert doc == to_doc(standing)

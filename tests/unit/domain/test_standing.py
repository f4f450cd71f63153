"""A goal's standing says what its full record says, from whatever day it was built and moved on."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from service.domain.chain import Ledger, Outcome
from service.domain.facts import Facts
from service.domain.growth import Version
from service.domain.ladder import Deed, Rung
from service.domain.record import Record
from service.domain.schedule import ONE_DAY, Schedule, Span
from service.domain.sizes import Form, Versions
from service.domain.standing import Basis, Said, Standing
from service.domain.standings import standing_of
from tests.unit.domain.histories import LONGEST, START, on, stories, with_said

ODD = (Version.FULL, Version.LIGHT, Version.TINY)


def told(facts: Facts, day: date) -> dict[str, object]:
    """Return all that a mail or a page asks of a day."""
    return {
        "rung": facts.rung(day),
        "version": facts.version(day),
        "missed": facts.missed(day),
        "words": [facts.words(day, version, "otherwise") for version in ODD],
        "deeds": [facts.deed(day, version) for version in ODD],
        "easy": facts.easy_for(day),
        "said": (facts.outcome(day), facts.done_version(day)),
        "mark": facts.mark(day),
        "previous": facts.previous(day),
        "chain": facts.chain(day),
        "drawn": facts.drawn(day),
        "milestone": facts.milestone(day),
        "lately": facts.told_lately(day),
        "climb": facts.climb(day),
        "times": facts.times(),
    }


def until(record: Record, day: date) -> Record:
    """Return the record as it was before anything was said of a day or a later one."""
    outcomes = {when: said for when, said in record.ledger.outcomes.items() if when < day}
    deeds = {when: deed for when, deed in record.deeds.items() if when < day}
    return replace(record, ledger=replace(record.ledger, outcomes=outcomes), deeds=deeds)


@settings(max_examples=200, deadline=None)
@given(story=stories(), days=st.tuples(st.integers(0, LONGEST + 5), st.integers(0, 40), st.integers(0, 3)))
def test_it_tells_what_the_full_record_tells(story: tuple[Record, Basis], days: tuple[int, int, int]) -> None:
    record, basis = story
    built, asked = on(days[0]), on(days[0] + days[1])
    standing = standing_of(record, basis, built)
    event("built" if standing else "something lies ahead")
    if standing is not None:
        assert told(standing, asked) == told(record, asked)
        stops = [built + timedelta(days=days[1] * part // 3) for part in range(4)]
        for stop in stops:
            standing = standing.on(stop)
        assert told(standing, asked) == told(record, asked)
        assert standing.wrote is record.wrote
        # What a mail that was asked a day earlier draws, for a person who flew west.
        assert standing.drawn(asked - ONE_DAY) == record.drawn(asked - ONE_DAY)


@settings(max_examples=100, deadline=None)
@given(story=stories(), days=st.tuples(st.integers(0, LONGEST), st.integers(0, 40)))
def test_moved_on_day_by_day_with_what_is_said_meanwhile_it_stays_equal(
    story: tuple[Record, Basis], days: tuple[int, int]
) -> None:
    record, basis = story
    standing = standing_of(until(record, on(days[0])), basis, on(days[0]))
    for offset in range(days[0], days[0] + days[1] + 1) if standing is not None else ():
        assert standing is not None
        day = on(offset)
        standing = standing.on(day)
        assert told(standing, day) == told(until(record, day), day)
        outcome = record.ledger.outcomes.get(day)
        if outcome is not None:
            standing = standing.saying(day, Said(outcome, record.deeds.get(day)))
        assert told(standing, day) == told(until(record, day + ONE_DAY), day)


@settings(max_examples=60, deadline=None)
@given(story=stories(), letter=st.sampled_from("dlts"), days=st.tuples(st.integers(0, 60), st.integers(0, 9)))
def test_a_year_of_one_kind_of_day_is_told_alike(
    story: tuple[Record, Basis], letter: str, days: tuple[int, int]
) -> None:
    record, basis = story
    long = with_said(record, letter * 400)
    built = on(330 + days[0])
    standing = standing_of(long, basis, built)
    if standing is not None:
        asked = built + timedelta(days=days[1])
        assert told(standing, asked) == told(long, asked)


def bare() -> Standing:
    record = with_said(Record(Ledger(Schedule(START))), "ddd")
    standing = standing_of(record, Basis(START, 127, False, None), on(3))
    assert standing is not None
    return standing


def test_it_knows_nothing_of_the_days_before_its_own() -> None:
    standing = bare()
    for ask in (standing.on, standing.mark, standing.rung, standing.chain, standing.outcome, standing.missed):
        with pytest.raises(ValueError, match="knows nothing"):
            ask(on(2))
    with pytest.raises(ValueError, match="draws nothing"):
        standing.drawn(on(1))
    with pytest.raises(ValueError, match="knows nothing"):
        standing.saying(on(2), Said(Outcome.DONE, Deed()))


@pytest.mark.parametrize(
    "said", ["ddddddd", "ddddddds", "ddddddd.", "ddddddddd", "dddddd.sds", "ddddddsd..s", "s.ddtldlds"]
)
def test_a_milestone_is_told_once_by_whichever_day_it_was_folded_up_to(said: str) -> None:
    record, basis = with_said(Record(Ledger(Schedule(START))), said), Basis(START, 127, False, None)
    for built in range(5, 12):
        standing = standing_of(record, basis, on(built))
        assert standing is not None
        for asked in range(built, 20):
            assert told(standing, on(asked)) == told(record, on(asked))


@pytest.mark.parametrize(
    "said", ["d" * 14 + "ldddltdd", "d" * 12 + "tdd.ddd", "dd.d" * 6, "d" * 13 + "sls" + "d" * 6]
)
def test_smaller_versions_make_a_step_no_easier(said: str) -> None:
    versions = Versions(light=Form("Read 1 page", Decimal(1)), tiny=Form("Read a bit"))
    rung = Rung(1, START, "Read 2 pages", Decimal(2), "page", versions=versions)
    record, basis = with_said(Record(Ledger(Schedule(START)), (rung,)), said), Basis(START, 127, False, None)
    for built in (0, 7, 13, 16, 18):
        standing = standing_of(record, basis, on(built))
        assert standing is not None
        for asked in range(built, 26):
            assert told(standing, on(asked)) == told(record, on(asked))


@pytest.mark.parametrize("last", [9, 10, None])
def test_while_a_pause_lasts_or_lies_ahead_there_is_none(last: int | None) -> None:
    pause = Span(on(8), None if last is None else on(last))
    record = with_said(Record(Ledger(Schedule(START), {}, [pause])), "d" * 20)
    built = [standing_of(record, Basis(START, 127, False, None), on(day)) is not None for day in range(7, 12)]
    assert built == [last is not None and day > last for day in range(7, 12)]

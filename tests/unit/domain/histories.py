"""Any history of a goal: schedules, rungs, check-ins, pauses; some of it ahead of the days that are asked."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from service.domain.chain import Ledger, Outcome
from service.domain.growth import Version
from service.domain.ladder import Deed, Rung
from service.domain.record import Record
from service.domain.schedule import Schedule, Span, weekdays_to_mask
from service.domain.sizes import Form, Versions
from service.domain.standing import Basis

START = date(2026, 1, 5)
LONGEST = 90  # days of a history


def on(offset: int) -> date:
    return START + timedelta(days=offset)


weekdays = st.sampled_from([frozenset(range(7)), frozenset(range(5)), frozenset({0, 2, 4}), frozenset({3})])
amounts = st.sampled_from([None, *map(Decimal, ("1", "2", "2.5", "5", "0.25"))])
forms = st.none() | st.builds(Form, st.sampled_from(["Read a bit", "Read 1 page"]), amounts)
versions = st.builds(
    Versions,
    grown=forms,
    light=forms,
    tiny=forms,
    units=st.sampled_from(["", "pages"]),
    by_days=st.booleans(),
)
rungs = st.builds(
    Rung,
    id=st.integers(1, 99),
    day=st.integers(0, LONGEST - 1).map(on),
    step=st.sampled_from(["Read 1 page", "Read 2 pages", "Read 5 pages", "Run 1 km", "Rest"]),
    amount=amounts,
    unit=st.sampled_from(["page", "page", "page", "km", "day"]),
    weekdays=st.none() | weekdays,
    why=st.sampled_from(["", "grew", "days"]),
    versions=versions,
)
spans = st.builds(
    lambda first, length: Span(on(first), None if length is None else on(first + length)),
    st.integers(0, LONGEST),
    st.sampled_from([0, 0, 1, 3, 9, 20, None]),
)
# Long runs of done days as well as gaps, so that milestones, easy steps and broken chains all come up.
runs = st.tuples(st.sampled_from(["d", "d", "d", "l", "t", "s", "."]), st.sampled_from([1, 1, 2, 3, 9, 24]))
says = st.builds(
    lambda first, others: "".join(["d" * first, *(letter * times for letter, times in others)])[:LONGEST],
    st.sampled_from([0, 6, 7, 14, 21, 66]),
    st.lists(runs, min_size=1, max_size=14),
)
_VERSIONS = {"d": Version.FULL, "l": Version.LIGHT, "t": Version.TINY}


@st.composite
def stories(draw: st.DrawFn) -> tuple[Record, Basis]:
    """Draw a goal's record, and the row of the goal that it belongs to."""
    ladder = sorted(draw(st.lists(rungs, max_size=4)), key=lambda rung: rung.day)
    if ladder and draw(st.booleans()):
        ladder[0] = replace(ladder[0], day=START)
    said, own = draw(says), draw(weekdays)
    held = [(rung.day, rung.weekdays) for rung in ladder if rung.weekdays is not None]
    schedule = Schedule(START, held[0][1] if held else own, tuple(held[1:]))
    strict = draw(st.booleans())
    full_from = draw(st.none() | st.integers(-2, LONGEST).map(on))
    pauses = draw(st.lists(spans, max_size=2))
    wrote = draw(st.booleans())
    record = Record(Ledger(schedule, {}, pauses, strict), tuple(ladder), {}, wrote, full_from)
    return with_said(record, said), Basis(START, weekdays_to_mask(own), strict, full_from)


def with_said(record: Record, said: str) -> Record:
    """Return a record in which each day in turn was done (d, l, t by its version), skipped (s) or missed."""
    outcomes = {
        on(day): Outcome.SKIPPED if letter == "s" else Outcome.DONE
        for day, letter in enumerate(said)
        if letter != "."
    }
    deeds: dict[date, Deed] = {
        on(day): record.deed(on(day), _VERSIONS[letter])
        for day, letter in enumerate(said)
        if letter in _VERSIONS
    }
    lesser = frozenset(day for day, deed in deeds.items() if deed.version is not Version.FULL)
    return replace(record, ledger=replace(record.ledger, outcomes=outcomes, lesser=lesser), deeds=deeds)

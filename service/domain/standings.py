"""Build a goal's standing from its full record."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from service.domain.chain import marks
from service.domain.counts import SUMMED, Counts, Rules, kept_strength
from service.domain.growth import window
from service.domain.ladder import since
from service.domain.record import Record
from service.domain.schedule import ONE_DAY
from service.domain.standing import Basis, Said, Standing, thousandths


def standing_of(record: Record, basis: Basis, day: date) -> Standing | None:
    """Return the standing as `day` begins, or None where something ahead changes how later days count."""
    if not _foreseen(record, basis, day):
        return None
    schedule = record.ledger.schedule
    sizes = record.climb(day)
    counts = _folded(record, basis, day)
    counts.times = sum(done < day for done in record.deeds)
    if sizes is not None:
        _add_up(counts, record, sizes.unit, sizes.since, day)
        sizes = replace(sizes, total=Decimal(), recent=Decimal())
    return Standing(
        day=day,
        basis=basis,
        weekdays=schedule.weekdays_on(day),
        held=record.rung(day),
        counts=counts,
        sizes=sizes,
        said=_ahead(record, day),
        wrote=record.wrote,
    )


def _foreseen(record: Record, basis: Basis, day: date) -> bool:
    """Tell whether each later day counts by the rules of `day`."""
    return (
        basis.starts <= day
        and not record.our_fault(day)
        and (basis.full_from is None or basis.full_from <= day)
        and all(rung.day <= day for rung in record.rungs)
        and all(pause.last is not None and pause.last < day for pause in record.ledger.pauses)
    )


def _folded(record: Record, basis: Basis, day: date) -> Counts:
    """Fold each day before `day`; what is counted since a size was set or chosen begins again there."""
    counts, ledger = Counts(), record.ledger
    sized = since(record.rungs, day) if record.rungs else None
    rung = record.rung(day)
    needed = window(len(ledger.schedule.weekdays_on(day)), rung is not None and rung.versions.by_days)
    for passed, mark in marks(ledger, basis.starts, day - ONE_DAY, day):
        _begin_again(counts, passed, sized, basis.full_from)
        times = len(ledger.schedule.weekdays_on(passed))
        rules = Rules(0 if ledger.strict else 1, kept_strength(times), needed)
        counts.pass_day(passed.toordinal(), mark, passed in ledger.lesser, rules)
    _begin_again(counts, day, sized, basis.full_from)
    return counts


def _begin_again(counts: Counts, day: date, sized: date | None, full_from: date | None) -> None:
    if day == sized:
        counts.forget_ease()
    if day == full_from:
        counts.missed = 0


def _add_up(counts: Counts, record: Record, unit: str, first: date, day: date) -> None:
    amounts = {done: thousandths(deed, unit) for done, deed in record.deeds.items() if first <= done < day}
    counts.summed = sum(amounts.values())
    counts.amounts = tuple(amounts.get(day - timedelta(days=back), 0) for back in range(SUMMED, 0, -1))


def _ahead(record: Record, day: date) -> dict[date, Said] | None:
    said = record.ledger.outcomes.items()
    return {when: Said(outcome, record.deeds.get(when)) for when, outcome in said if when >= day} or None

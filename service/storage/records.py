"""Read goals' records: five queries for any number of goals."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Executable, select
from sqlalchemy.orm import Session

from service.domain.chain import Ledger, Outcome
from service.domain.growth import Version
from service.domain.ladder import Deed, Rung
from service.domain.record import Record
from service.domain.schedule import Schedule, Span, mask_to_weekdays, weekdays_to_mask
from service.domain.sizes import Form, Versions
from service.storage.among import Among
from service.storage.models import CheckIn, Goal, Improvement, Pause, PausedBy, StepChange


def records(session: Session, goals: Sequence[Goal]) -> dict[int, Record]:
    """Return the record of each goal by its id."""
    ids = [goal.id for goal in goals]
    rungs, (pauses, faults) = _rungs(session, ids), _pauses(session, ids)
    outcomes: defaultdict[int, dict[date, Outcome]] = defaultdict(dict)
    deeds: defaultdict[int, dict[date, Deed]] = defaultdict(dict)
    wrote = set(
        session.scalars(select(Improvement.goal_id).where(Among(Improvement.goal_id, ids)).distinct())
    )
    for goal_id, day, outcome, version, amount, unit, noted in session.execute(_check_ins(ids)):
        outcomes[goal_id][day] = Outcome(outcome)
        if outcome == Outcome.DONE:
            deeds[goal_id][day] = Deed(Version(version or Version.FULL), amount, unit)
        if noted:
            wrote.add(goal_id)
    return {
        goal.id: Record(
            Ledger(
                schedule(goal, rungs[goal.id]),
                outcomes[goal.id],
                pauses[goal.id],
                goal.strict,
                frozenset(day for day, deed in deeds[goal.id].items() if deed.version is not Version.FULL),
            ),
            tuple(rungs[goal.id]),
            deeds[goal.id],
            goal.id in wrote,
            goal.full_from,
            tuple(faults[goal.id]),
        )
        for goal in goals
    }


def record(session: Session, of: Goal) -> Record:
    """Return the record of one goal."""
    return records(session, [of])[of.id]


def ledger(session: Session, of: Goal) -> Ledger:
    """Return the ledger of one goal."""
    return record(session, of).ledger


def schedule(of: Goal, rungs: Sequence[Rung]) -> Schedule:
    """Return a goal's schedule with its history; one that has not started begins in the far future."""
    held = [(rung.day, rung.weekdays) for rung in rungs if rung.weekdays is not None]
    first = held[0][1] if held else mask_to_weekdays(of.weekdays)
    return Schedule(of.starts_on or date.max, first, tuple(held[1:]))


def _check_ins(ids: Iterable[int]) -> Executable:
    columns = (CheckIn.goal_id, CheckIn.day, CheckIn.outcome, CheckIn.version, CheckIn.amount, CheckIn.unit)
    return select(*columns, CheckIn.note != "").where(Among(CheckIn.goal_id, ids))


def _pauses(
    session: Session, ids: Iterable[int]
) -> tuple[defaultdict[int, list[Span]], defaultdict[int, list[Span]]]:
    """Return the neutral spans of goals, and those of them that were our fault."""
    found: defaultdict[int, list[Span]] = defaultdict(list)
    ours: defaultdict[int, list[Span]] = defaultdict(list)
    query = select(Pause.goal_id, Pause.first_day, Pause.last_day, Pause.by).where(Among(Pause.goal_id, ids))
    for goal_id, first, last, by in session.execute(query):
        found[goal_id].append(Span(first, last))
        if by == PausedBy.US:
            ours[goal_id].append(Span(first, last))
    return found, ours


def _rungs(session: Session, ids: Iterable[int]) -> defaultdict[int, list[Rung]]:
    found: defaultdict[int, list[Rung]] = defaultdict(list)
    query = select(StepChange).where(Among(StepChange.goal_id, ids)).order_by(StepChange.day, StepChange.id)
    for row in session.scalars(query):
        found[row.goal_id].append(rung_of(row))
    return found


def rung_of(row: StepChange) -> Rung:
    """Return a stored rung as the domain knows it."""
    weekdays = None if row.weekdays is None else mask_to_weekdays(row.weekdays)
    versions = versions_from(row.versions or {})
    return Rung(row.id, row.day, row.step, row.amount, row.unit, weekdays, row.why, versions)


def versions_to(versions: Versions) -> dict[str, Any]:
    """Return a step's other sizes as they are stored."""
    forms = {name: getattr(versions, name) for name in ("grown", "light", "tiny")}
    stored: dict[str, Any] = {
        name: [form.words, None if form.amount is None else str(form.amount)]
        for name, form in forms.items()
        if form is not None
    }
    if versions.units:
        stored["units"] = versions.units
    if versions.by_days:
        stored["by_days"] = True
    if versions.grown_weekdays is not None:
        stored["weekdays"] = weekdays_to_mask(versions.grown_weekdays)
    return stored


def versions_from(stored: Mapping[str, Any]) -> Versions:
    """Return a step's other sizes from what was stored."""

    def form(name: str) -> Form | None:
        if name not in stored:
            return None
        words, amount = stored[name]
        return Form(words, None if amount is None else Decimal(amount))

    weekdays = mask_to_weekdays(stored["weekdays"]) if "weekdays" in stored else None
    return Versions(
        form("grown"),
        weekdays,
        form("light"),
        form("tiny"),
        stored.get("units", ""),
        stored.get("by_days", False),
    )

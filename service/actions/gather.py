"""Gather what mails are made of: deliveries, the facts of their goals, and words that come back today."""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date, timedelta
from typing import cast

from sqlalchemy.orm import Session

from service.actions.sections import Section
from service.domain.facts import Facts
from service.domain.moments import BLOCK, memory, months_before
from service.domain.record import Record
from service.domain.schedule import ONE_DAY
from service.domain.standing import Standing
from service.domain.standings import standing_of
from service.mail.kinds import DAILY
from service.storage.asked import Answer, Ask, over, rows
from service.storage.mailings import Mailing, mailing, mailings
from service.storage.models import Delivery, Goal
from service.storage.records import records
from service.storage.standings import basis_of, usable
from service.storage.written import Written, by_goal, written

Look = Callable[[], AbstractContextManager[Session]]
Fresh = dict[int, tuple[int | None, Standing]]  # by goal: the version that was read, and a standing to store
Mails = list[list[Section]]
Steps = Generator[Answer | None, None, Mails]  # each yields what the database is still at, None else
AROUND = 3  # steps that are taken for all mails at once
FOLDED = timedelta(days=7)  # a stored standing older than this is moved on, so that it need not be each day


def gather(session: Session, ids: Sequence[int], fresh: Fresh | None = None) -> Mails:
    """Return the sections of each of these mails at once, as `gathering` does."""
    return finished(gathering(over(session), lambda: nullcontext(session), ids, fresh))


def finished(steps: Steps) -> Mails:
    """Take all steps, and return the mails."""
    while True:
        try:
            answer = next(steps)
        except StopIteration as end:
            return cast("Mails", end.value)
        if answer is not None:
            answer.wait()


def gathering(ask: Ask, look: Look, ids: Sequence[int], fresh: Fresh | None = None) -> Steps:
    """Gather the sections of some mails, each mail's lead first, in the order of their ids.

    It takes the same few questions for any number of them, and a step for each mail, so that other things can
    be done in between. Without `fresh` all is read in full. With it, stored standings take the place of full
    records, and it is filled with those worth storing (`storage.standings.keep`, in its own transaction).
    """
    asked = mailings(ask, ids)
    yield from _waited(asked)
    found: list[tuple[Mailing, Facts | None]] = []
    while rows := asked.few():
        for values in rows:
            row = mailing(values)
            found.append((row, _stored(row, fresh) if fresh is not None else None))
            yield None
    with look() as session:
        sections = _complete(session, sorted(found, key=_place), fresh)
    yield None
    written = yield from _written(ask, [one for one in sections if one[0].kind == DAILY.name])
    return _together(sections, written)


def _waited(answer: Answer) -> Generator[Answer, None, None]:
    while answer.busy():
        yield answer


def _place(one: tuple[Mailing, Facts | None]) -> tuple[bool, int]:
    return one[0].lead_id is not None, one[0].id


def _together(told: Iterable[tuple[Mailing, Facts]], written: Written) -> Mails:
    by_lead: dict[int, list[Section]] = {}
    for row, facts in told:
        # Rows for sending have all of a delivery that a mail is made of.
        section = Section(cast("Delivery", row), facts, _memory(row, written.get(row.goal_id)))
        by_lead.setdefault(row.lead_id or row.id, []).append(section)
    return list(by_lead.values())


def _complete(
    session: Session, found: Iterable[tuple[Mailing, Facts | None]], fresh: Fresh | None
) -> list[tuple[Mailing, Facts]]:
    """Add the facts of rows that have no standing of use: one built now, or the goal's full record."""
    found = list(found)
    others = [cast("Goal", row.goal) for row, facts in found if facts is None]
    full = records(session, others) if others else {}
    return [(row, facts or _built(row, full[row.goal_id], fresh)) for row, facts in found]


def _stored(row: Mailing, fresh: Fresh) -> Standing | None:
    """Return the stored standing moved on to the day of a daily mail; other mails ask for more."""
    stored = usable(row.seen.doc, row.goal, row.day) if row.kind == DAILY.name else None
    if stored is None:
        return None
    moved = stored.on(row.day)
    if row.day - stored.day > FOLDED:
        fresh[row.goal_id] = row.seen.version, moved
    return moved


def _built(row: Mailing, record: Record, fresh: Fresh | None) -> Facts:
    """Return the standing of a daily mail's day, to be stored and used, where there can be one."""
    basis = basis_of(row.goal)
    if fresh is None or basis is None or row.kind != DAILY.name:
        return record
    built = standing_of(record, basis, row.day)
    if built is not None:
        fresh[row.goal_id] = row.seen.version, built
    return built or record


def _memory(row: Mailing, days: Mapping[date, Sequence[str]] | None) -> tuple[str, str] | None:
    """Return the words of the past that come back today, and how long ago they were written."""
    starts = row.goal.starts_on
    remembered = memory(days, starts, row.day) if days and starts is not None else None
    if remembered is None or days is None:
        return None
    return remembered.ago, " · ".join(days[remembered.day])


def _written(ask: Ask, dailies: Iterable[tuple[Mailing, Facts]]) -> Generator[Answer | None, None, Written]:
    """Return what people wrote, on those days that may come back today.

    The days before today are looked into only where today has words, as few goals do: a hundred goals with
    all their days would keep the database busy for longer than all else that is read of them.
    """
    asked = [row for row, facts in dailies if facts.wrote]
    known: Written = {}
    for block in (1, BLOCK):
        if asked:
            days = {day for today in {row.day for row in asked} for day in _looked_back(today, block)}
            answer = written(ask, [row.goal_id for row in asked], days)
            yield from _waited(answer)
            known |= by_goal(rows(answer))
            yield None
        asked = [row for row in asked if row.goal_id in known]
    return known


def _looked_back(today: date, block: int) -> Iterator[date]:
    """Yield the days that `memory` may look at for so many days up to today."""
    for back in range(block):
        day = today - back * ONE_DAY
        yield from (past for past in (months_before(day, 12), months_before(day, 1)) if past is not None)
        yield day - BLOCK * ONE_DAY

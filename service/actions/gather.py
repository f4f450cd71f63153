"""Gather what mails are made of: deliveries, the facts of their goals, and words that come back today."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date, timedelta
from itertools import islice
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
from service.storage.mailings import Mailing, mailing, mailing_rows
from service.storage.models import Delivery, Goal
from service.storage.records import records
from service.storage.standings import basis_of, usable
from service.storage.written import Written, written_on

Look = Callable[[], AbstractContextManager[Session]]
Fresh = dict[int, tuple[int | None, Standing]]  # by goal: the version that was read, and a standing to store
_AROUND = 3  # steps that are taken for all mails at once
FOLDED = timedelta(days=7)  # a stored standing older than this is moved on, so that it need not be each day


def gather(session: Session, ids: Iterable[int], fresh: Fresh | None = None) -> list[list[Section]]:
    """Return the sections of each of these mails at once, as `Gathering` does."""
    return Gathering(lambda: nullcontext(session), ids, fresh).finish()


class Gathering:
    """The sections of some mails, each mail's lead first: the same few queries for any number of them.

    It may be worked on a little at a time, between other things; it opens a session by `look` for each of
    its queries. Without `fresh` all is read in full. With it, stored standings take the place of full
    records, and it is filled with those worth storing (`storage.standings.keep`, in its own transaction).
    """

    def __init__(self, look: Look, ids: Iterable[int], fresh: Fresh | None = None) -> None:
        self.look, self.ids, self.fresh = look, list(ids), fresh
        self.left = len(self.ids) + _AROUND  # about how many steps there are still
        self._mails: list[list[Section]] = []
        self._steps = self._work()

    def advance(self, steps: int) -> None:
        """Go on by some of the steps; a mail is one, and none after the last is harmless."""
        for _ in islice(self._steps, steps):
            self.left -= 1

    def finish(self) -> list[list[Section]]:
        """Do what is left to do, and return the mails in the order of their ids."""
        for _ in self._steps:
            pass
        self.left = 0
        return self._mails

    def _work(self) -> Iterator[None]:
        with self.look() as session:
            read = mailing_rows(session, self.ids)
        yield
        rows: list[Mailing] = []
        found: dict[int, Facts] = {}
        for values in read:
            rows.append(row := mailing(values))
            standing = _stored(row, self.fresh) if self.fresh is not None else None
            if standing is not None:
                found[row.id] = standing
            yield
        with self.look() as session:
            _complete(session, rows, found, self.fresh)
        yield
        dailies = [(row, found[row.id]) for row in rows if row.kind == DAILY.name]
        with self.look() as session:
            memories = _memories(dailies, _written(session, dailies))
        yield
        by_lead: dict[int, list[Section]] = {}
        for row in rows:
            # Rows for sending have all of a delivery that a mail is made of.
            section = Section(cast("Delivery", row), found[row.id], memories.get(row.id))
            by_lead.setdefault(row.lead_id or row.id, []).append(section)
        self._mails = list(by_lead.values())


def _complete(
    session: Session, rows: Sequence[Mailing], found: dict[int, Facts], fresh: Fresh | None
) -> None:
    """Add the facts of rows that have no standing of use: one built now, or the goal's full record."""
    others = [row for row in rows if row.id not in found]
    full = records(session, [cast("Goal", row.goal) for row in others]) if others else {}
    for row in others:
        built = _built(row, full[row.goal_id], fresh) if fresh is not None else None
        found[row.id] = built or full[row.goal_id]


def _stored(row: Mailing, fresh: Fresh) -> Standing | None:
    """Return the stored standing moved on to the day of a daily mail; other mails ask for more."""
    stored = usable(row.seen.doc, row.goal, row.day) if row.kind == DAILY.name else None
    if stored is None:
        return None
    moved = stored.on(row.day)
    if row.day - stored.day > FOLDED:
        fresh[row.goal_id] = row.seen.version, moved
    return moved


def _built(row: Mailing, record: Record, fresh: Fresh) -> Standing | None:
    """Return the standing of a daily mail's day, to be stored and used, where there can be one."""
    basis = basis_of(row.goal)
    built = standing_of(record, basis, row.day) if basis is not None and row.kind == DAILY.name else None
    if built is not None:
        fresh[row.goal_id] = row.seen.version, built
    return built


def _memories(dailies: Sequence[tuple[Mailing, Facts]], written: Written) -> dict[int, tuple[str, str]]:
    """Return the words of the past that come back today, by row."""
    found: dict[int, tuple[str, str]] = {}
    for row, _ in dailies:
        days, starts = written.get(row.goal_id), row.goal.starts_on
        remembered = memory(days, starts, row.day) if days and starts is not None else None
        if days and remembered is not None:
            found[row.id] = remembered.ago, " · ".join(days[remembered.day])
    return found


def _written(session: Session, dailies: Sequence[tuple[Mailing, Facts]]) -> Written:
    """Return what people wrote, on those days that may come back today.

    The days before today are looked into only where today has words, as few goals do: a hundred goals with
    all their days would keep the database busy for longer than all else that is read of them.
    """
    asked = [row for row, facts in dailies if facts.wrote]
    known = _among(session, asked, lambda today: _looked_back(today, 1)) if asked else {}
    again = [row for row in asked if row.goal_id in known]
    return {**known, **_among(session, again, lambda today: _looked_back(today, BLOCK))} if again else known


def _among(session: Session, rows: Sequence[Mailing], back: Callable[[date], Iterable[date]]) -> Written:
    days = {day for today in {row.day for row in rows} for day in back(today)}
    return written_on(session, [row.goal_id for row in rows], days)


def _looked_back(today: date, block: int) -> Iterator[date]:
    """Yield the days that `memory` may look at for so many days up to today."""
    for back in range(block):
        day = today - back * ONE_DAY
        yield from (past for past in (months_before(day, 12), months_before(day, 1)) if past is not None)
        yield day - BLOCK * ONE_DAY

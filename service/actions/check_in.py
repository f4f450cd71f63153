"""Check in: done or skipped for one goal and one day, by link, reply or page; and taking it back."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, delete, literal

from service.actions.outbox import Outbox
from service.actions.sign import sign
from service.domain.chain import Outcome
from service.domain.growth import Version
from service.domain.schedule import local_day
from service.storage import queries, records
from service.storage.models import CheckIn, Goal

LATEST = 7  # days after its own day on which a mail still counts


@dataclass(frozen=True, slots=True)
class Day:
    """One goal's day, as seen from the person's today."""

    goal: Goal
    day: date
    today: date

    @property
    def open(self) -> bool:
        """True where the day can be credited: started, and up to seven days back."""
        started = self.goal.starts_on is not None and self.day >= self.goal.starts_on
        # One day ahead happens to a person who flew west after the mail came.
        return started and -1 <= (self.today - self.day).days <= LATEST


def day_of(outbox: Outbox, goal: Goal, ordinal: int) -> Day | None:
    """Return the day that a token names, or None where there is no such day."""
    if not 1 <= ordinal <= date.max.toordinal():
        return None
    return Day(goal, date.fromordinal(ordinal), local_day(outbox.now, goal.person.zone))


def check_in(
    outbox: Outbox, day: Day, outcome: Outcome, via: str, note: str = "", *, version: Version | None = None
) -> None:
    """Say that a day is done or skipped. Saying it again changes nothing but a note that is new.

    Without a `version`, what was done is what the day's mail asked for.
    """
    sign(outbox, day.goal, day.today)
    record = records.record(outbox.session, day.goal)
    deed = record.deed(day.day, version or record.version(day.day))
    said: dict[str, Any] = {
        "outcome": outcome.value,
        "via": via,
        "at": outbox.now,
        "version": "",
        "amount": None,
        "unit": "",
    }
    if outcome is Outcome.DONE:
        said |= {"version": deed.version.value, "amount": deed.amount, "unit": deed.unit}
    row = queries.insert(outbox.session, CheckIn).values(goal_id=day.goal.id, day=day.day, note=note, **said)
    other = CheckIn.outcome != outcome.value
    table = CheckIn.__table__.c
    changed: dict[str, ColumnElement[Any]] = {
        name: case((other, literal(value, table[name].type)), else_=table[name])
        for name, value in said.items()
    }
    if note:
        changed["note"] = literal(note)
    outbox.session.execute(row.on_conflict_do_update(index_elements=["goal_id", "day"], set_=changed))


def undo(outbox: Outbox, day: Day) -> bool:
    """Take a day's check-in back; False where there was none."""
    sign(outbox, day.goal, day.today)
    gone = outbox.session.execute(
        delete(CheckIn).where(CheckIn.goal_id == day.goal.id, CheckIn.day == day.day).returning(CheckIn.id)
    )
    return bool(gone.all())

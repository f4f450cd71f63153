"""Claim what is due: a few statements for a whole batch of goals, whatever their number.

The rows of a batch travel as one list, which the database takes apart itself (`json_each` on SQLite, `unnest`
on PostgreSQL): quicker than a statement a row, and what they have in common is bound once.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Table,
    Text,
    cast,
    func,
    literal,
    select,
    true,
    type_coerce,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from service.domain.turn import Planned
from service.storage import queries
from service.storage.among import Among
from service.storage.models import Delivery, DeliveryState, Goal, Person

# Tables, not classes: these rows are no objects of the session, which makes reading them twice as quick.
_GOAL: Table = Goal.__table__  # type: ignore[assignment]
_PERSON: Table = Person.__table__  # type: ignore[assignment]
_DELIVERY: Table = Delivery.__table__  # type: ignore[assignment]


class Due(NamedTuple):
    """A goal whose moment has come; goals that were planned alike share one plan."""

    goal_id: int
    person_id: int
    planned: Planned


# What a `Planned` is read from. The values come as the driver gives them: most of a batch are alike, and each
# is turned into a moment, a date or a time once only.
_PLANNED: tuple[ColumnElement[Any], ...] = (
    _PERSON.c.zone,
    *(_GOAL.c[name] for name in ("send_at", "weekdays", "next_due_at", "signed_on", "asked", "grows")),
    _PERSON.c.suppressed_at.is_not(None),
)
_DUE: Select[Any] = (
    select(_GOAL.c.id, _GOAL.c.person_id)
    .add_columns(*(type_coerce(column, NullType()) for column in _PLANNED))
    .join(_PERSON, _PERSON.c.id == _GOAL.c.person_id)
)


class Batch(NamedTuple):
    """What the mails of one INSERT have in common."""

    day: date
    kind: str
    due_at: datetime
    created_at: datetime
    lease_until: datetime


_FRESH: dict[str, Any] = {"ref": "", "payload": {}, "attempts": 0, "error": ""}


def due(session: Session, now: datetime, limit: int) -> list[Due]:
    """Return up to `limit` goals whose mail is due, held against every other tick until the commit.

    Those who wait longest come first. With the last of them come the other due goals of the same person: what
    is due to a person at one moment stands together, so that only the last one's can be cut in two.
    """
    goal = _GOAL.c
    query = _DUE.where(goal.next_due_at <= now).order_by(goal.next_due_at, goal.person_id, goal.id)
    query = query.with_for_update(of=_GOAL, skip_locked=True)
    read = _Reader(session)
    found = read.all(query.limit(limit))
    if len(found) == limit:
        last = found[-1].person_id
        ids = [one.goal_id for one in found if one.person_id == last]
        found += read.all(query.where(goal.person_id == last, goal.id.not_in(ids)))
    return found


class _Reader:
    """Reads due goals; a plan that came before is not read again."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.known: dict[tuple[Any, ...], Planned] = {}
        dialect = session.get_bind().dialect
        types = (column.type.dialect_impl(dialect) for column in _PLANNED)
        self.readers = [each.result_processor(dialect, None) or (lambda value: value) for each in types]

    def all(self, query: Select[Any]) -> list[Due]:
        rows = self.session.execute(query).all()
        return [Due(row[0], row[1], self.known.get(row[2:]) or self._read(row[2:])) for row in rows]

    def _read(self, raw: tuple[Any, ...]) -> Planned:
        values: list[Any] = [read(value) for read, value in zip(self.readers, raw, strict=True)]
        return self.known.setdefault(raw, Planned(*values))


def plan(session: Session, goal_ids: Collection[int], next_due_at: datetime | None) -> None:
    """Set when the next mail of all these goals is due."""
    session.execute(update(_GOAL).where(Among(_GOAL.c.id, goal_ids)).values(next_due_at=next_due_at))


def put(session: Session, message_ids: Mapping[int, str], batch: Batch) -> dict[int, int]:
    """Put a mail in for each of these goals; return the ids of the new deliveries by their goals'.

    A goal that has this kind of mail for this day already is left out.
    """
    goal_id, message_id, rows = _pairs(session, message_ids)
    values = {**batch._asdict(), **_FRESH, "state": DeliveryState.QUEUED}
    same = {name: literal(value, _DELIVERY.c[name].type) for name, value in values.items()}
    columns: dict[str, ColumnElement[Any]] = {"goal_id": goal_id, "message_id": message_id, **same}
    source = select(*columns.values()).select_from(rows).where(true())
    new = queries.insert(session, Delivery).from_select(list(columns), source)
    new = new.on_conflict_do_nothing(index_elements=["goal_id", "day", "kind", "ref"])
    return dict(iter(session.execute(new.returning(_DELIVERY.c.goal_id, _DELIVERY.c.id)).all()))


def join(session: Session, sections: Sequence[Mapping[str, Any]]) -> None:
    """Put deliveries in that go out as sections of other mails; those that are there already are left out.

    Each has a `Batch`'s values, `goal_id`, `message_id` and `lead_id`.
    """
    if sections:
        new = queries.insert(session, Delivery).values(**_FRESH, state=DeliveryState.JOINED)
        new = new.on_conflict_do_nothing(index_elements=["goal_id", "day", "kind", "ref"])
        session.execute(new, sections)


def _pairs(
    session: Session, texts: Mapping[int, str]
) -> tuple[ColumnElement[int], ColumnElement[str], FromClause]:
    """Return numbers and their texts as two columns of one source of rows."""
    if session.get_bind().dialect.name == "postgresql":
        numbers = literal(list(texts), ARRAY(BigInteger))
        both = func.unnest(numbers, literal(list(texts.values()), ARRAY(Text)))
        rows = both.table_valued("number", "text").render_derived()
        return rows.c.number, rows.c.text, rows
    each = func.json_each(json.dumps(texts)).table_valued("key", "value")
    return cast(each.c.key, Integer), each.c.value, each

"""Read deliveries for sending: rows with their goal, its person and its standing, as light as they come."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import JSON, Select, Table, Text, and_, bindparam, cast, or_, select

from service.storage.among import Among, Numbers, looked_at
from service.storage.asked import Answer, Ask
from service.storage.models import Delivery, DeliveryState, Goal, Person, Standing
from service.storage.standings import Seen
from service.storage.underway import Question


@dataclass(slots=True)
class Addressee:
    """What sending needs of a `Person`."""

    id: int
    email: str
    zone: str
    left_at: datetime | None
    refusals: int
    refused_on: date | None
    suppressed_at: datetime | None


@dataclass(slots=True)
class Aim:
    """What sending needs of a `Goal`."""

    id: int
    person_id: int
    title: str
    step: str
    direction: str
    send_at: time
    weekdays: int
    strict: bool
    state: str
    starts_on: date | None
    next_due_at: datetime | None
    grows: bool
    rests_until: date | None
    full_from: date | None
    person: Addressee


@dataclass(slots=True)
class Mailing:
    """What sending needs of a `Delivery`, and the standing that was stored for its goal."""

    id: int
    goal_id: int
    day: date
    kind: str
    message_id: str
    payload: dict[str, Any]
    state: str
    attempts: int
    crashes: int
    created_at: datetime
    due_at: datetime | None
    lead_id: int | None
    goal: Aim
    seen: Seen


def _columns(model: type[Any], light: type[Any]) -> list[Any]:
    table: Table = model.__table__
    return [_light(table.c[field.name]) for field in fields(light) if field.name in table.c]


def _light(column: Any) -> Any:
    """Return a column as it is, but JSON as its text: nearly all of it is empty, and never read."""
    return cast(column, Text).label(column.name) if isinstance(column.type, JSON) else column


_PERSON, _GOAL, _DELIVERY = (
    _columns(*pair) for pair in ((Person, Addressee), (Goal, Aim), (Delivery, Mailing))
)
_PAYLOAD = [column.name for column in _DELIVERY].index("payload")
_G, _P = len(_DELIVERY), len(_DELIVERY) + len(_GOAL)
_END = _P + len(_PERSON)
_TABLE, _STANDING = Delivery.__table__, Standing.__table__
_ROWS: Select[Any] = select(*_DELIVERY, *_GOAL, *_PERSON, _STANDING.c.version, _STANDING.c.doc).select_from(
    _TABLE.join(Goal.__table__, Goal.__table__.c.id == _TABLE.c.goal_id)
    .join(Person.__table__)
    .outerjoin(_STANDING, _STANDING.c.goal_id == _TABLE.c.goal_id)
)
_IDS = bindparam("ids", type_=Numbers)
_JOINED = and_(Among(_TABLE.c.lead_id, _IDS), looked_at(_TABLE.c.state) == DeliveryState.JOINED)
_WANTED = Question("kaizen_mailings", _ROWS.where(or_(Among(_TABLE.c.id, _IDS), _JOINED)))


def mailings(ask: Ask, ids: Sequence[int]) -> Answer:
    """Ask for deliveries, and for those that are sections of their mails, in any order.

    Each row is still as it was read: `mailing` makes what it is of it.
    """
    return ask(_WANTED, {"ids": ids})


def mailing(row: Sequence[Any]) -> Mailing:
    """Return the delivery in a row, with its goal, its person and its standing."""
    person = Addressee(*row[_P:_END])
    goal = Aim(*(*row[_G:_P], person))
    made = Mailing(*(*row[:_G], goal, Seen(*row[_END:])))
    made.payload = _read(row[_PAYLOAD])
    return made


def _read(text: str) -> dict[str, Any]:
    try:
        payload: dict[str, Any] = {} if text == "{}" else json.loads(text)
    except ValueError:  # a mail that needs it can't be composed then, and is parked; no other is held up
        return {}
    return payload

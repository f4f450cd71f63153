"""Keep goals' standings: written as compact JSON, read with what they assume, and never over a newer one."""

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import Select, Table, bindparam, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from service.domain.chain import Outcome
from service.domain.counts import Counts
from service.domain.growth import Version
from service.domain.ladder import Climb, Deed, Rung
from service.domain.schedule import mask_to_weekdays, weekdays_to_mask
from service.domain.standing import Basis, Said, Standing
from service.storage import queries
from service.storage.models import Goal
from service.storage.models import Standing as Row
from service.storage.records import versions_from, versions_to
from service.storage.session import Storage

FORMAT = 1  # a standing in another format is worked out anew
_TABLE: Table = Row.__table__  # type: ignore[assignment]
_write = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_BROKEN = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError)  # what spoilt JSON leads to
_weekdays = lru_cache(maxsize=128)(mask_to_weekdays)
# Only where nothing changed the goal's history since the version was read.
KEEP = (
    update(_TABLE)
    .where(_TABLE.c.goal_id == bindparam("goal"), _TABLE.c.version == bindparam("seen"))
    .values(doc=bindparam("new"))
)


class Seen(NamedTuple):
    """A stored standing as it was read, before anything it is a function of; version None without a row."""

    version: int | None
    doc: str | None


def keep(session: Session, fresh: Mapping[int, tuple[int | None, Standing]]) -> None:
    """Store standings by their goals' ids, each with the version that was read before the goal's record.

    Where anything changed since then, nothing is stored: what was committed meanwhile is in no standing yet.
    """
    rows = [(goal, seen, to_doc(standing)) for goal, (seen, standing) in sorted(fresh.items())]
    known = [{"goal": goal, "seen": seen, "new": doc} for goal, seen, doc in rows if seen is not None]
    new = [{"goal": goal, "new": doc} for goal, seen, doc in rows if seen is None]
    connection = session.connection()
    if known:
        connection.execute(KEEP, known)
    if new:
        source: Select[Any, Any] = select(Goal.id, bindparam("new")).where(Goal.id == bindparam("goal"))
        row = queries.insert(session, Row).from_select(["goal_id", "doc"], source)
        connection.execute(row.on_conflict_do_nothing(index_elements=["goal_id"]), new)


def store(storage: Storage, fresh: Mapping[int, tuple[int | None, Standing]]) -> None:
    """Store standings in a transaction of their own; a busy database leaves them for another day."""
    with suppress(OperationalError), storage.hurry() as session:
        keep(session, fresh)


def basis_of(goal: Any) -> Basis | None:
    """Return what a goal's standing assumes of its row; None where it has not started."""
    if goal.starts_on is None:
        return None
    return Basis(goal.starts_on, goal.weekdays, goal.strict, goal.full_from)


def usable(doc: str | None, goal: Any, day: date) -> Standing | None:
    """Return the standing in a doc where it holds for the goal as it is and for a day, or None."""
    basis = basis_of(goal)
    if doc is None or basis is None:
        return None
    try:
        parts = json.loads(doc)
        if parts[0] != FORMAT or parts[1] > day.toordinal() or parts[2] != _plain(basis):
            return None
        return _from(parts, basis)
    except _BROKEN:
        return None


def to_doc(standing: Standing) -> str:
    """Return a standing as compact JSON, about 400 bytes."""
    counts = standing.counts
    parts = [
        FORMAT,
        standing.day.toordinal(),
        _plain(standing.basis),
        weekdays_to_mask(standing.weekdays),
        _rung_to(standing.held),
        list(_COUNTED(counts)),
        _amounts_to(counts.amounts),
        _sizes_to(standing.sizes),
        [_said_to(day, said) for day, said in (standing.said or {}).items()],
        int(standing.wrote),
    ]
    return _write(parts)


def doc_saying(doc: str, day: date, said: Said) -> str:
    """Return a standing's doc with one more check-in, of a day of which nothing was said: cheaper by half."""
    before, _, wrote = doc.rpartition("],")
    comma = "" if before.endswith("[") else ","
    return f"{before}{comma}{_write(_said_to(day, said))}],{wrote}"


_COUNTED = attrgetter(*(name for name in Counts.__slots__ if name != "amounts"))


def _from(parts: list[Any], basis: Basis) -> Standing:
    _, day, _, mask, rung, counts, amounts, sizes, said, wrote = parts
    held = _rung_from(rung)
    return Standing(
        date.fromordinal(day),
        basis,
        _weekdays(mask),
        held,
        Counts(*(*counts, _amounts_from(*amounts))),
        _sizes_from(sizes),
        {date.fromordinal(when): _said_from(*one) for when, *one in said} or None,
        bool(wrote),
    )


def _plain(basis: Basis) -> list[int]:
    full_from = basis.full_from.toordinal() if basis.full_from is not None else 0
    return [basis.starts.toordinal(), basis.weekdays, int(basis.strict), full_from]


def _rung_to(rung: Rung | None) -> list[Any] | None:
    if rung is None:
        return None
    weekdays = None if rung.weekdays is None else weekdays_to_mask(rung.weekdays)
    day, versions = rung.day.toordinal(), versions_to(rung.versions)
    return [rung.id, day, rung.step, _number(rung.amount), rung.unit, weekdays, rung.why, versions]


def _rung_from(parts: list[Any] | None) -> Rung | None:
    if parts is None:
        return None
    number, day, step, amount, unit, mask, why, versions = parts
    weekdays = None if mask is None else _weekdays(mask)
    return Rung(
        number, date.fromordinal(day), step, _amount(amount), unit, weekdays, why, versions_from(versions)
    )


def _sizes_to(sizes: Climb | None) -> list[Any] | None:
    if sizes is None:
        return None
    shown = [str(size) for size in sizes.sizes]
    return [shown, sizes.unit, sizes.units, sizes.since.toordinal(), int(sizes.between)]


def _sizes_from(parts: list[Any] | None) -> Climb | None:
    if parts is None:
        return None
    shown, unit, units, since, between = parts
    sizes = tuple(Decimal(size) for size in shown)
    return Climb(sizes, unit, units, date.fromordinal(since), Decimal(), Decimal(), bool(between))


def _said_to(day: date, said: Said) -> list[Any]:
    deed = said.deed
    done = [] if deed is None else [deed.version.value, _number(deed.amount), deed.unit]
    return [day.toordinal(), said.outcome.value, *done]


def _said_from(outcome: str, version: str | None = None, amount: str | None = None, unit: str = "") -> Said:
    deed = None if version is None else Deed(Version(version), _amount(amount), unit)
    return Said(Outcome(outcome), deed)


def _amounts_to(amounts: tuple[int, ...]) -> list[Any]:
    """Write each day's amount as one letter: few of them differ."""
    distinct = sorted(set(amounts))
    letters = dict(zip(distinct, _DIGITS, strict=False))
    return [distinct, "".join([letters[amount] for amount in amounts])]


def _amounts_from(distinct: list[int], letters: str) -> tuple[int, ...]:
    if len(distinct) == 1:
        return (distinct[0],) * len(letters)
    known = dict(zip(_DIGITS, distinct, strict=False))
    return tuple([known[letter] for letter in letters])


def _number(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


def _amount(number: str | None) -> Decimal | None:
    return None if number is None else Decimal(number)

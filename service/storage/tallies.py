"""Counters that only grow, kept in the database: every worker adds to them, and `/metrics` reads them."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.storage import queries
from service.storage.models import Tally


def add(session: Session, counts: Mapping[str, int]) -> None:
    """Add to counters, in one statement; what is 0 is left out.

    The names go in order, so that two workers never wait for each other in a circle. A counter stays locked
    until the commit: call it last, or in a transaction of its own.
    """
    rows = [{"name": name, "count": count} for name, count in sorted(counts.items()) if count]
    if rows:
        upsert = queries.insert(session, Tally).values(rows)
        grown = Tally.count + upsert.excluded.count
        session.execute(upsert.on_conflict_do_update(index_elements=["name"], set_={"count": grown}))


def totals(session: Session) -> dict[str, int]:
    """Return all counters by their names."""
    return dict(session.execute(select(Tally.name, Tally.count)).all())

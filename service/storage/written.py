"""Read which days have words of the person."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.storage.models import CheckIn, Improvement


def written_on(session: Session, goal_ids: Collection[int], days: Collection[date]) -> dict[int, set[date]]:
    """Return on which of these days people wrote a note or an improvement, by their goals' ids."""
    found: defaultdict[int, set[date]] = defaultdict(set)
    for model in (CheckIn, Improvement):
        query = select(model.goal_id, model.day).where(model.goal_id.in_(goal_ids), model.day.in_(days))
        for goal_id, day in session.execute(query.where(CheckIn.note != "") if model is CheckIn else query):
            found[goal_id].add(day)
    return found

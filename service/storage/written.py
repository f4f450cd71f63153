"""Read which days have words of the person."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from sqlalchemy import select, union_all
from sqlalchemy.orm import Session

from service.storage.among import Among, Days
from service.storage.models import CheckIn, Improvement


def written_on(session: Session, goal_ids: Collection[int], days: Collection[date]) -> dict[int, set[date]]:
    """Return on which of these days people wrote a note or an improvement, by their goals' ids."""
    found: defaultdict[int, set[date]] = defaultdict(set)
    noted, improved = (
        select(model.goal_id, model.day).where(Among(model.goal_id, goal_ids), Among(model.day, days, Days))
        for model in (CheckIn, Improvement)
    )
    for goal_id, day in session.execute(union_all(noted.where(CheckIn.note != ""), improved)):
        found[goal_id].add(day)
    return found

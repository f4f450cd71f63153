"""Read what people wrote on some of their days."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import Select, bindparam, literal, select, union_all
from sqlalchemy.orm import Session

from service.storage.among import Among, Days, Numbers
from service.storage.models import CheckIn, Improvement

Written = dict[int, dict[date, list[str]]]  # by goal and day, notes before improvements
_IDS, _DAYS = bindparam("ids", type_=Numbers), bindparam("days", type_=Days)


def _said(part: int, model: type[Any], words: Any) -> Select[Any]:
    wanted = Among(model.goal_id, _IDS), Among(model.day, _DAYS, Days), words != ""
    return select(literal(part).label("part"), model.id, model.goal_id, model.day, words).where(*wanted)


_WRITTEN = union_all(_said(0, CheckIn, CheckIn.note), _said(1, Improvement, Improvement.text))


def written_on(session: Session, goal_ids: Collection[int], days: Collection[date]) -> Written:
    """Return what people wrote on these days, as notes and as improvements, by their goals' ids."""
    found: defaultdict[int, dict[date, list[str]]] = defaultdict(lambda: defaultdict(list))
    asked = {"ids": list(goal_ids), "days": list(days)}
    for _, _, goal_id, day, words in sorted(session.connection().execute(_WRITTEN, asked)):
        found[goal_id][day].append(words)
    return found

"""Read what people wrote on some of their days."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, bindparam, literal_column, select, union_all

from service.storage.among import Among, Days, Numbers
from service.storage.asked import Answer, Ask, Row
from service.storage.models import CheckIn, Improvement
from service.storage.underway import Question

Written = dict[int, dict[date, list[str]]]  # by goal and day, notes before improvements
_IDS, _DAYS = bindparam("ids", type_=Numbers), bindparam("days", type_=Days)


def _said(part: int, model: type[Any], words: Any) -> Select[Any]:
    wanted = Among(model.goal_id, _IDS), Among(model.day, _DAYS, Days), words != ""
    return select(literal_column(str(part)), model.id, model.goal_id, model.day, words).where(*wanted)


_WRITTEN = Question(
    "kaizen_written", union_all(_said(0, CheckIn, CheckIn.note), _said(1, Improvement, Improvement.text))
)


def written(ask: Ask, goal_ids: Sequence[int], days: Collection[date]) -> Answer:
    """Ask what people wrote on these days, as notes and as improvements: `by_goal` reads it."""
    return ask(_WRITTEN, {"ids": goal_ids, "days": list(days)})


def by_goal(rows: Iterable[Row]) -> Written:
    """Return what people wrote by the ids of their goals."""
    found: defaultdict[int, dict[date, list[str]]] = defaultdict(lambda: defaultdict(list))
    for _, _, goal_id, day, words in sorted(rows):
        found[goal_id][day].append(words)
    return found

"""Press done: the everyday case of checking in, from a goal's standing, without reading its history.

Whatever is not everyday goes the general way, `actions.check_in`: no standing to go by, a silence that ends,
a day that was skipped, one that is folded into the standing already, or a goal that changes at this moment.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from service.actions.check_in import LATEST
from service.domain.chain import Outcome
from service.domain.growth import Version
from service.domain.schedule import local_day
from service.domain.standing import Said, Standing
from service.storage import lines
from service.storage.clicks import Found, Line, Lost, Press
from service.storage.session import Storage
from service.storage.standings import doc_saying, to_doc, usable

OPEN = timedelta(days=2)  # before today, that a standing is not folded up to


class Seen(NamedTuple):
    """A goal's row, a day of it, the person's today, and where the goal stands."""

    goal: Found
    day: date
    today: date
    facts: Standing


class Pressed:
    """A press that is under way on a connection, and what will be seen when it is committed."""

    def __init__(self, seen: Seen, storage: Storage, line: Line | None) -> None:
        self.seen, self._storage, self._line = seen, storage, line

    def ticked(self) -> bool:
        """Wait until it is committed; False where it has to go the general way, which it still can.

        To be called before anybody is told what will be seen.
        """
        line = self._line
        if line is None:
            return True
        try:
            ticked = line.ticked()
        except Lost:
            return False
        self._line = None
        lines.give_back(self._storage, line)
        return ticked

    def __del__(self) -> None:
        """Close the connection of a press that nobody waited for: its answer would be taken for another's."""
        if self._line is not None:
            self._line.close()


def glance(storage: Storage, now: datetime, numbers: Sequence[int]) -> Seen | None:
    """Return the day of a link by its goal's standing; None where the general way has to be gone."""
    try:
        line = lines.take(storage)
        found = line.goal(numbers[0])
    except Lost:
        return None
    lines.give_back(storage, line)
    return _seen(found, now, numbers[1])


def press(
    storage: Storage, now: datetime, numbers: Sequence[int], asked: Callable[[Found, date], Version | None]
) -> Pressed | None:
    """Begin to tick the day of a link; None where it has to go the general way, which it still can.

    `asked` tells, from the goal and the day, which version the link is for, None for the day's own.
    """
    try:
        line = lines.take(storage)
        found = line.goal(numbers[0])
    except Lost:
        return None
    seen = _seen(found, now, numbers[1])
    if seen is None or not _plain(seen):
        lines.give_back(storage, line)
        return None if seen is None or not _nothing_new(seen) else Pressed(seen, storage, None)
    press, after = _done(seen, now, asked(seen.goal, seen.day))
    pressed = Pressed(after, storage, line)
    try:
        line.begin(press)
    except Lost:
        return None
    return pressed


def _done(seen: Seen, now: datetime, version: Version | None) -> tuple[Press, Seen]:
    """Return what has to be written, and the day as it is then.

    The last days stay open in what is stored, so that yesterday's mail goes this way, too.
    """
    goal, day, today, standing = seen
    stored = standing.on(max(standing.day, min(day, today - OPEN)))
    shown = stored.on(max(stored.day, min(day, today)))
    deed = shown.deed(day, version or shown.version(day))
    said = Said(Outcome.DONE, deed)
    same = goal.doc if stored is standing else None
    doc = doc_saying(same, day, said) if same is not None else to_doc(stored.saying(day, said))
    press = Press(goal, day, deed, now, doc, today)
    return press, Seen(goal, day, today, shown.saying(day, said))


def _plain(seen: Seen) -> bool:
    """Tell whether nothing has been said of the day, to a goal that waits for no sign."""
    return not _waits(seen) and seen.facts.outcome(seen.day) is None


def _waits(seen: Seen) -> bool:
    return bool(seen.goal.asked) or seen.goal.suppressed


def _nothing_new(seen: Seen) -> bool:
    """Tell whether a press says what was said before, also that the person is there."""
    if _waits(seen):
        return False
    signed = seen.goal.signed_on is not None and seen.goal.signed_on >= seen.today
    return signed and seen.facts.outcome(seen.day) is Outcome.DONE


def _seen(goal: Found | None, now: datetime, ordinal: int) -> Seen | None:
    if goal is None or goal.starts_on is None or not 1 <= ordinal <= date.max.toordinal():
        return None
    day, today = date.fromordinal(ordinal), local_day(now, goal.zone)
    if day < goal.starts_on or not -1 <= (today - day).days <= LATEST:
        return None
    standing = usable(goal.doc, goal, min(day, today))
    return None if standing is None else Seen(goal, day, today, standing)

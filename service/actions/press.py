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
from service.storage import clicks
from service.storage.clicks import Found, Press
from service.storage.session import Storage
from service.storage.standings import to_doc, usable

OPEN = timedelta(days=2)  # before today, that a standing is not folded up to


class Seen(NamedTuple):
    """A goal's row, a day of it, the person's today, and where the goal stands."""

    goal: Found
    day: date
    today: date
    facts: Standing


def glance(storage: Storage, now: datetime, numbers: Sequence[int]) -> Seen | None:
    """Return the day of a link by its goal's standing; None where the general way has to be gone."""
    try:
        with clicks.line(storage) as line:
            found = line.goal(numbers[0])
    except clicks.Lost:
        return None
    return _seen(found, now, numbers[1])


def press(
    storage: Storage, now: datetime, numbers: Sequence[int], asked: Callable[[Found, date], Version | None]
) -> Seen | None:
    """Tick the day of a link and return it; None where it has to go the general way, which it still can.

    `asked` tells, from the goal and the day, which version the link is for, None for the day's own.
    """
    try:
        with clicks.line(storage) as line:
            seen = _seen(line.goal(numbers[0]), now, numbers[1])
            if seen is None or seen.goal.asked or seen.goal.suppressed_at is not None:
                return None
            if seen.facts.outcome(seen.day) is not None:
                return seen if _nothing_new(seen) else None
            press, after = _done(seen, now, asked(seen.goal, seen.day))
            ticked = line.press(press)
    except clicks.Lost:
        return None
    return after if ticked else None


def _done(seen: Seen, now: datetime, version: Version | None) -> tuple[Press, Seen]:
    """Return what has to be written, and the day as it is then.

    The last days stay open in what is stored, so that yesterday's mail goes this way, too.
    """
    goal, day, today, standing = seen
    stored = standing.on(max(standing.day, min(day, today - OPEN)))
    shown = stored.on(max(stored.day, min(day, today)))
    deed = shown.deed(day, version or shown.version(day))
    said = Said(Outcome.DONE, deed)
    press = Press(goal, day, deed, now, to_doc(stored.saying(day, said)), today)
    return press, Seen(goal, day, today, shown.saying(day, said))


def _nothing_new(seen: Seen) -> bool:
    """Tell whether a press says what was said before, also that the person is there."""
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

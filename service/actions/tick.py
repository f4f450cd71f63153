"""The tick: goals whose moment has come become deliveries, and what was lost on the way is woken again."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import insert, select, update

from service.actions.change_step import change_step, step_of
from service.actions.outbox import WOKEN_FOR, Outbox
from service.actions.together import put_together
from service.domain.schedule import next_due
from service.domain.silence import Voice
from service.domain.sizes import grown
from service.domain.turn import Turn, turn
from service.storage import claims, holds, queries
from service.storage.claims import Due
from service.storage.models import Goal, Pause, PausedBy
from service.storage.records import records
from service.storage.session import Storage

# Goals a transaction: enough that what a batch costs by itself vanishes (a few ms), and few enough that a
# click waits less than 50 ms for the write lock of SQLite.
BATCH = 1000


def claim(outbox: Outbox, limit: int = BATCH) -> int:
    """Turn up to `limit` due goals into deliveries, plan their next mail, and return how many they were."""
    found = claims.due(outbox.session, outbox.now, limit)
    # Most of a batch are planned alike, and each sort is worked out once.
    turns = {planned: turn(planned, outbox.now) for planned in dict.fromkeys(one.planned for one in found)}
    taken = [(one, turns[one.planned]) for one in found]
    _plan(outbox, taken)
    _keep(outbox, taken)
    mails = [mail for mail in taken if mail[1].says is not None]
    growing = [(one, its) for one, its in mails if one.planned.grows and its.says is Voice.DAILY]
    _grow(outbox, {one.goal_id: its.day for one, its in growing})
    put_together(outbox, mails)
    return len(found)


def _plan(outbox: Outbox, turns: Iterable[tuple[Due, Turn]]) -> None:
    """Plan the next mails, one statement for all that come at the same moment."""
    moments: defaultdict[datetime | None, list[int]] = defaultdict(list)
    for one, its in turns:
        moments[its.next_due].append(one.goal_id)
    for moment, goal_ids in moments.items():
        claims.plan(outbox.session, goal_ids, moment)


def _keep(outbox: Outbox, turns: Iterable[tuple[Due, Turn]]) -> None:
    """Keep what is rarer: the days on which we were not there, signs and their lack, and rests."""
    pauses, signs = [], []
    for one, its in turns:
        if its.missed is not None:
            span = {"first_day": its.missed.first, "last_day": its.missed.last}
            pauses.append({"goal_id": one.goal_id, **span, "by": PausedBy.US})
        if its.says is Voice.REST:
            pauses.append(
                {"goal_id": one.goal_id, "first_day": its.day, "last_day": None, "by": PausedBy.SILENCE}
            )
        if its.signed_on != one.planned.signed_on or its.asked != one.planned.asked:
            signs.append({"id": one.goal_id, "signed_on": its.signed_on, "asked": its.asked})
    if pauses:
        outbox.session.execute(insert(Pause), pauses)
    if signs:
        outbox.session.execute(update(Goal), signs)


def _grow(outbox: Outbox, days: Mapping[int, date]) -> None:
    """Let goals grow in the mail that is about to go out on that day, where their step has become easy."""
    if not days:
        return
    goals = outbox.session.scalars(
        select(Goal).where(Goal.id.in_(days)), execution_options={"populate_existing": True}
    ).all()
    found = records(outbox.session, goals)
    for goal in goals:
        today = days[goal.id]
        rests = goal.rests_until is not None and today < goal.rests_until
        easy = not rests and found[goal.id].easy_for(today) > 0
        after = grown(step_of(goal)) if easy else None
        if after is not None:
            change_step(outbox, goal, after, today, "grew", plans=False)
            goal.next_due_at = next_due(outbox.now, goal.send_at, goal.person.zone, after.weekdays)


def sweep(storage: Storage, now: datetime, limit: int, *, busy: bool = False) -> tuple[list[int], list[int]]:
    """Return lost deliveries and unread messages to wake again, and note that the tick is alive.

    No deliveries where the workers are `busy` with others, or while sending is held.
    """
    with storage.write() as session:
        waits = busy or holds.waits(session, holds.SENDING, now)
        lost = [] if waits else queries.wake_lost(session, now, now + WOKEN_FOR, limit)
        unread = queries.wake_unread(session, now, now + WOKEN_FOR, limit)
        queries.beat(session, "tick", now)
    return lost, unread

"""The tick: goals whose moment has come become deliveries, and what was lost on the way is woken again."""

from datetime import datetime

from service.actions.outbox import WOKEN_FOR, Outbox
from service.domain.schedule import ONE_DAY, due_at, local_day, mask_to_weekdays, next_due
from service.mail.kinds import DAILY
from service.storage import queries
from service.storage.models import Goal, Pause, PausedBy
from service.storage.session import Storage

BATCH = 500


def claim(outbox: Outbox, limit: int = BATCH) -> int:
    """Turn up to `limit` due goals into deliveries, plan their next mail, and return how many they were."""
    goals = queries.claim_due(outbox.session, outbox.now, limit)
    for goal in goals:
        _take_up(outbox, goal)
    return len(goals)


def _take_up(outbox: Outbox, goal: Goal) -> None:
    zone, weekdays = goal.person.zone, mask_to_weekdays(goal.weekdays)
    today = local_day(outbox.now, zone)
    due_day = local_day(goal.next_due_at, zone) if goal.next_due_at else today
    if due_day < today:
        # We were not there on those days: they must not cost the chain.
        outbox.session.add(
            Pause(goal_id=goal.id, first_day=due_day, last_day=today - ONE_DAY, by=PausedBy.US)
        )
    if today.weekday() in weekdays and due_at(today, goal.send_at, zone) <= outbox.now:
        outbox.put(goal, today, DAILY)
    goal.next_due_at = next_due(outbox.now, goal.send_at, zone, weekdays)


def sweep(storage: Storage, now: datetime, limit: int) -> tuple[list[int], list[int]]:
    """Return lost deliveries and unread messages to wake again, and note that the tick is alive."""
    with storage.write() as session:
        lost = queries.wake_lost(session, now, now + WOKEN_FOR, limit)
        unread = queries.wake_unread(session, now, now + WOKEN_FOR, limit)
        queries.beat(session, "tick", now)
    return lost, unread

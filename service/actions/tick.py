"""The tick: goals whose moment has come become deliveries, and what was lost on the way is woken again."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from service.actions.change_step import change_step, step_of
from service.actions.outbox import WOKEN_FOR, Outbox
from service.domain.schedule import ONE_DAY, due_at, local_day, mask_to_weekdays, next_due
from service.domain.silence import ASK_EVERY, Voice, voice
from service.domain.sizes import grown
from service.mail.kinds import ASKING, DAILY, RESTING, Kind
from service.storage import queries
from service.storage.models import Goal, Pause, PausedBy
from service.storage.records import records
from service.storage.session import Storage

BATCH = 500


def claim(outbox: Outbox, limit: int = BATCH) -> int:
    """Turn up to `limit` due goals into deliveries, plan their next mail, and return how many they were."""
    goals = queries.claim_due(outbox.session, outbox.now, limit)
    for goal in goals:
        _excuse(outbox, goal, _today(outbox, goal))
    mails = [(kind, goal) for goal in goals if (kind := _take_up(outbox, goal)) is not None]
    _grow(outbox, [goal for kind, goal in mails if kind is DAILY and goal.grows])
    # What is due to a person at the same time becomes one mail.
    together: defaultdict[tuple[int, bool], list[tuple[Kind, Goal]]] = defaultdict(list)
    for kind, goal in mails:
        together[goal.person_id, kind is RESTING].append((kind, goal))
    for group in together.values():
        _put(outbox, sorted(group, key=lambda one: one[0] is not DAILY))
    return len(goals)


def _put(outbox: Outbox, group: Sequence[tuple[Kind, Goal]]) -> None:
    """Put one mail in for a person's goals; its lead is of the kind that the mail is."""
    lead_id: int | None = None
    for kind, goal in group:
        put = outbox.put(goal, _today(outbox, goal), kind, lead_id=lead_id)
        lead_id = lead_id or put


def _today(outbox: Outbox, goal: Goal) -> date:
    return local_day(outbox.now, goal.person.zone)


def _take_up(outbox: Outbox, goal: Goal) -> Kind | None:
    """Plan a due goal's next mail, and return the kind of the one that goes out now, if any."""
    zone, weekdays, today = goal.person.zone, mask_to_weekdays(goal.weekdays), _today(outbox, goal)
    goal.next_due_at = next_due(outbox.now, goal.send_at, zone, weekdays)
    if today.weekday() not in weekdays or due_at(today, goal.send_at, zone) > outbox.now:
        return None
    said = voice(goal.signed_on or today, goal.asked, today)
    if said is Voice.ASK:
        goal.asked += 1
        goal.next_due_at = next_due(outbox.now, goal.send_at, zone, weekdays, today + ASK_EVERY)
    elif said is Voice.REST:
        outbox.session.add(Pause(goal_id=goal.id, first_day=today, by=PausedBy.SILENCE))
        goal.next_due_at = None
    return _KINDS[said]


_KINDS = {Voice.DAILY: DAILY, Voice.ASK: ASKING, Voice.REST: RESTING}


def _excuse(outbox: Outbox, goal: Goal, today: date) -> None:
    """Make the days neutral on which we were not there, and don't take their silence for the person's."""
    due_day = local_day(goal.next_due_at, goal.person.zone) if goal.next_due_at else today
    if due_day < today:
        outbox.session.add(
            Pause(goal_id=goal.id, first_day=due_day, last_day=today - ONE_DAY, by=PausedBy.US)
        )
        if goal.signed_on is not None:
            goal.signed_on = min(today, goal.signed_on + (today - due_day))


def _grow(outbox: Outbox, growing: Sequence[Goal]) -> None:
    """Let goals grow in the mail that is about to go out, where their step has become easy."""
    found = records(outbox.session, growing) if growing else {}
    for goal in growing:
        today = _today(outbox, goal)
        rests = goal.rests_until is not None and today < goal.rests_until
        easy = not rests and found[goal.id].easy_for(today) > 0
        after = grown(step_of(goal)) if easy else None
        if after is not None:
            change_step(outbox, goal, after, today, "grew", plans=False)
            goal.next_due_at = next_due(outbox.now, goal.send_at, goal.person.zone, after.weekdays)


def sweep(storage: Storage, now: datetime, limit: int) -> tuple[list[int], list[int]]:
    """Return lost deliveries and unread messages to wake again, and note that the tick is alive."""
    with storage.write() as session:
        lost = queries.wake_lost(session, now, now + WOKEN_FOR, limit)
        unread = queries.wake_unread(session, now, now + WOKEN_FOR, limit)
        queries.beat(session, "tick", now)
    return lost, unread

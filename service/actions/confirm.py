"""Confirm: the button behind the mailed link starts a pending goal, and its first step leaves at once."""

from hashlib import sha256

from service.actions.outbox import Outbox
from service.domain.schedule import ONE_DAY, local_day, mask_to_weekdays, next_due
from service.mail.kinds import DAILY
from service.storage.models import Goal, GoalState, StepChange


def fingerprint(goal: Goal) -> str:
    """Return what the confirm page showed, so that its button starts that and nothing newer."""
    shown = "\0".join((goal.title, goal.step, goal.zone, str(goal.send_at), str(goal.weekdays)))
    return sha256(shown.encode()).hexdigest()[:16]


def activate(outbox: Outbox, goal: Goal, shown: str) -> bool:
    """Start a pending goal today; False where it changed since it was shown. Twice is harmless."""
    if goal.state != GoalState.PENDING:
        return True
    if shown != fingerprint(goal):
        return False
    person = goal.person
    today = local_day(outbox.now, goal.zone)
    person.zone, person.left_at = goal.zone, None
    person.confirmed_at = person.confirmed_at or outbox.now
    goal.state, goal.starts_on = GoalState.ACTIVE, today
    goal.next_due_at = next_due(
        outbox.now, goal.send_at, goal.zone, mask_to_weekdays(goal.weekdays), not_before=today + ONE_DAY
    )
    outbox.session.add(StepChange(goal_id=goal.id, day=today, at=outbox.now, step=goal.step))
    outbox.put(goal, today, DAILY)
    return True

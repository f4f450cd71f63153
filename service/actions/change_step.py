"""Change the step: a notch smaller or bigger, or in new words. Each change is kept as history."""

from datetime import date

from service.actions.outbox import Outbox
from service.storage.models import Goal, StepChange


def change_step(outbox: Outbox, goal: Goal, step: str, today: date) -> None:
    """Put a new step in place of the old one, from today on."""
    if step == goal.step:
        return
    goal.step = step
    outbox.session.add(StepChange(goal_id=goal.id, day=today, at=outbox.now, step=step))

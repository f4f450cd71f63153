"""The choices that mails offer with a link or a word: grow or stay, keep it small or go back, smaller, rest.

A choice about a rung acts only while that rung is the newest, so that a second press changes nothing more.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from service.actions import pause
from service.actions.change_step import change_step, current_rung, step_of
from service.actions.outbox import Outbox
from service.actions.sign import sign
from service.domain.growth import REST
from service.domain.ladder import Rung
from service.domain.schedule import ONE_DAY
from service.domain.sizes import Direction, Step, grown
from service.links import Purpose
from service.storage.models import Goal, GoalState
from service.storage.records import record

PAUSE_OFFERED = timedelta(days=14)
LINK_LIVES = timedelta(days=14)  # of a choice about a day

Choice = Callable[[Outbox, Goal, date], object]


def choose(outbox: Outbox, goal: Goal, today: date, purpose: Purpose, about: int) -> bool:
    """Carry out a choice made by link; False where the goal has ended or its step has moved on since.

    `about` is a rung's id, or the ordinal of a day.
    """
    if goal.state != GoalState.ACTIVE:
        return False
    sign(outbox, goal, today)
    if not stands(outbox, goal, today, purpose, about):
        return False
    CHOICES[purpose](outbox, goal, today)
    return True


def stands(outbox: Outbox, goal: Goal, today: date, purpose: Purpose, about: int) -> bool:
    """Tell whether a link's choice is still open: its rung is the newest size, or its day not long past.

    A way back is open until the person has chosen a size on that day or later.
    """
    if purpose in ABOUT_A_RUNG:
        rungs = record(outbox.session, goal).rungs
        return about in [rung.id for rung in rungs[_sized(rungs) :]]
    chosen = purpose is Purpose.BACK and goal.full_from is not None and goal.full_from.toordinal() >= about
    return not chosen and not too_old(purpose, about, today)


def too_old(purpose: Purpose, about: int, today: date) -> bool:
    """Tell whether a link is an old mail's; a rest is ended by its link however long it lasted."""
    forever = purpose in (*ABOUT_A_RUNG, Purpose.RESUME)
    return not forever and today - date.fromordinal(about) > LINK_LIVES


def grow(outbox: Outbox, goal: Goal, today: date) -> None:
    """Take the next size."""
    after = grown(step_of(goal))
    if after is not None:
        change_step(outbox, goal, after, today, "offer")


def stay(_outbox: Outbox, goal: Goal, today: date) -> None:
    """Decline the next size: the offer rests for two weeks."""
    goal.rests_until = today + REST


def keep(outbox: Outbox, goal: Goal, today: date) -> bool:
    """Make the lighter version the step; False where there is none."""
    rung = current_rung(outbox, goal)
    light = rung.versions.light if rung is not None else None
    if light is None:
        return False
    change_step(outbox, goal, _in_words(goal, light.words), today, "kept")
    return True


def back(_outbox: Outbox, goal: Goal, today: date) -> None:
    """Ask for the person's own size again from today on, whatever was missed before."""
    goal.full_from = today


def relieve(outbox: Outbox, goal: Goal, today: date) -> None:
    """Make the step a good deal smaller; one that grew by itself goes back to what it was."""
    rungs = record(outbox.session, goal).rungs
    at = _sized(rungs)
    if at > 0 and rungs[at].why == "grew":
        before = rungs[at - 1]
        weekdays = before.weekdays or step_of(goal).weekdays
        change_step(outbox, goal, Step(before.step, weekdays, Direction(goal.direction)), today, "smaller")
        goal.rests_until = today + REST
    else:
        keep(outbox, goal, today)


def rest_a_while(outbox: Outbox, goal: Goal, today: date) -> None:
    """Pause for two weeks."""
    pause.pause(outbox, goal, today, until=today + PAUSE_OFFERED + ONE_DAY)


def rest(outbox: Outbox, goal: Goal, today: date) -> None:
    """Pause until the person says otherwise."""
    pause.pause(outbox, goal, today)


def come_back(outbox: Outbox, goal: Goal, today: date) -> None:
    """End a pause."""
    pause.resume(outbox, goal, today)


def _in_words(goal: Goal, words: str) -> Step:
    own = step_of(goal)
    return Step(words, own.weekdays, own.direction)


def _sized(rungs: Sequence[Rung]) -> int:
    """Return the place of the newest rung that is a size of its own; other weekdays alone are none."""
    return next((at for at in range(len(rungs) - 1, -1, -1) if rungs[at].why != "days"), 0)


ABOUT_A_RUNG = (Purpose.GROW, Purpose.KEEP, Purpose.SMALLER)
CHOICES: dict[Purpose, Choice] = {
    Purpose.GROW: grow,
    Purpose.STAY: stay,
    Purpose.KEEP: keep,
    Purpose.BACK: back,
    Purpose.SMALLER: relieve,
    Purpose.PAUSE: rest_a_while,
    Purpose.REST: rest,
    Purpose.RESUME: come_back,
}

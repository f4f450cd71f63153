"""Obey a command that came by reply, and say in one word (and its details) what to answer."""

from collections.abc import Callable

from service.actions import reply_day, reply_settings, reply_step
from service.actions.answers import Answer, Request
from service.actions.check_in import Day
from service.actions.outbox import Outbox
from service.actions.sign import sign
from service.domain.command import Reading, Unclear, Verb
from service.storage.models import GoalState


def obey(outbox: Outbox, day: Day, reading: Reading, below: tuple[str, ...] = ()) -> Answer:
    """Carry a reading out. What is unclear, or comes for a goal that is not active, changes nothing.

    Any reply is a sign, and brings the daily mail back after a silence.
    """
    came_back = day.goal.state == GoalState.ACTIVE and sign(outbox, day.goal, day.today)
    if isinstance(reading, Unclear):
        return Answer("unclear", {"line": reading.line, "why": reading.why})
    request = Request(outbox, day, reading, below, came_back)
    if reading.verb in _ALWAYS:
        return _ALWAYS[reading.verb](request)
    if day.goal.state != GoalState.ACTIVE:
        return Answer("not_active")
    return _ACTIVE[reading.verb](request)


Obey = Callable[[Request], Answer]
_ALWAYS: dict[Verb, Obey] = {Verb.STOP: reply_day.stop, Verb.HELP: reply_day.show_help}
_ACTIVE: dict[Verb, Obey] = {
    Verb.DONE: reply_day.done,
    Verb.SKIP: reply_day.skip,
    Verb.UNDO: reply_day.undo,
    Verb.PAUSE: reply_day.pause,
    Verb.RESUME: reply_day.resume,
    Verb.BETTER: reply_day.better,
    Verb.STATUS: reply_day.status,
    Verb.SMALLER: reply_step.smaller,
    Verb.BIGGER: reply_step.bigger,
    Verb.SIZE: reply_step.size,
    Verb.STEP: reply_step.step,
    Verb.GROW: reply_step.grow,
    Verb.STAY: reply_step.stay,
    Verb.KEEP: reply_step.keep,
    Verb.BACK: reply_step.back,
    Verb.GROWS: reply_step.grows,
    Verb.TIME: reply_settings.time,
    Verb.DAYS: reply_settings.days,
    Verb.ZONE: reply_settings.zone,
    Verb.STRICT: reply_settings.strict,
    Verb.QUIET: reply_settings.quiet,
    Verb.NEW: reply_settings.new,
}

"""Obey a command that came by reply, and say in one word (and its details) what to answer.

The sentences stand in templates/emails/answer.md, one for each name returned here.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from service.actions import change_step, check_in, leave, pause
from service.actions.outbox import Outbox
from service.domain.chain import Outcome
from service.domain.commands import NOTE_LIMIT, Command, Reading, Unclear, Verb
from service.domain.step import bigger, smaller
from service.domain.text import one_line
from service.storage.models import GoalState


@dataclass(frozen=True, slots=True)
class Answer:
    """What to answer: the name of a sentence in the answer template, and its details."""

    name: str
    args: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Request:
    """A command with what it is about: the day of the mail that was answered, and the lines below."""

    outbox: Outbox
    day: check_in.Day
    command: Command
    below: tuple[str, ...] = ()


def obey(outbox: Outbox, day: check_in.Day, reading: Reading, below: tuple[str, ...] = ()) -> Answer:
    """Carry a reading out. What is unclear, or comes for a goal that is not active, changes nothing."""
    if isinstance(reading, Unclear):
        return Answer("unclear", {"line": reading.line, "why": reading.why})
    request = Request(outbox, day, reading, below)
    if reading.verb in (Verb.STOP, Verb.HELP):
        return _ALWAYS[reading.verb](request)
    if day.goal.state != GoalState.ACTIVE:
        return Answer("not_active")
    return _ACTIVE[reading.verb](request)


def _done(request: Request) -> Answer:
    if not request.day.open:
        return Answer("too_late")
    note = one_line(" ".join((request.command.note, *request.below)))[:NOTE_LIMIT]
    check_in.check_in(request.outbox, request.day, Outcome.DONE, "reply", note)
    return Answer("done", {"note": note})


def _skip(request: Request) -> Answer:
    if not request.day.open:
        return Answer("too_late")
    check_in.check_in(request.outbox, request.day, Outcome.SKIPPED, "reply")
    return Answer("skipped")


def _undo(request: Request) -> Answer:
    if not request.day.open:
        return Answer("too_late")
    return Answer("undone" if check_in.undo(request.outbox, request.day) else "nothing_to_undo")


def _pause(request: Request) -> Answer:
    day, command = request.day, request.command
    returns = pause.pause(request.outbox, day.goal, day.today, command.days, command.until)
    return Answer("paused", {"open": returns is None})


def _resume(request: Request) -> Answer:
    ended = pause.resume(request.outbox, request.day.goal, request.day.today)
    return Answer("resumed" if ended else "not_paused")


def _resize(request: Request, direction: str, step: str | None) -> Answer:
    if step is None:
        return Answer("no_amount", {"direction": direction})
    change_step.change_step(request.outbox, request.day.goal, step, request.day.today)
    return Answer("step_changed")


def _smaller(request: Request) -> Answer:
    return _resize(request, "smaller", smaller(request.day.goal.step))


def _bigger(request: Request) -> Answer:
    return _resize(request, "bigger", bigger(request.day.goal.step))


def _step(request: Request) -> Answer:
    return _resize(request, "new", request.command.step)


def _status(request: Request) -> Answer:  # noqa: ARG001 - the same shape as its siblings
    return Answer("status")


def _stop(request: Request) -> Answer:
    left = leave.leave(request.outbox, request.day.goal.person)
    return Answer("left" if left else "silence")


def _help(request: Request) -> Answer:  # noqa: ARG001
    return Answer("help")


Obey = Callable[[Request], Answer]
_ALWAYS: dict[Verb, Obey] = {Verb.STOP: _stop, Verb.HELP: _help}
_ACTIVE: dict[Verb, Obey] = {
    Verb.DONE: _done,
    Verb.SKIP: _skip,
    Verb.UNDO: _undo,
    Verb.PAUSE: _pause,
    Verb.RESUME: _resume,
    Verb.SMALLER: _smaller,
    Verb.BIGGER: _bigger,
    Verb.STEP: _step,
    Verb.STATUS: _status,
}

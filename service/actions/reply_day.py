"""Replies about a day, and about mail as a whole, from done to stop."""

from service.actions import check_in as check_ins
from service.actions import leave
from service.actions import pause as pauses
from service.actions.answers import SILENCE, Answer, Request
from service.actions.room import Full
from service.domain.chain import Outcome
from service.domain.readers import NOTE_LIMIT
from service.domain.text import one_line
from service.storage.models import Improvement


def done(request: Request) -> Answer:
    """Tick the day, with a note where there is one; a quiet person gets no answer to a plain done."""
    if not request.day.open:
        return Answer("too_late")
    note = one_line(" ".join((request.command.note, *request.below)))[:NOTE_LIMIT]
    check_ins.check_in(request.outbox, request.day, Outcome.DONE, "reply", note)
    if request.day.goal.person.quiet and not note:
        return SILENCE
    return Answer("done", {"note": note})


def skip(request: Request) -> Answer:
    """Let the day pass."""
    if not request.day.open:
        return Answer("too_late")
    check_ins.check_in(request.outbox, request.day, Outcome.SKIPPED, "reply")
    return Answer("skipped")


def undo(request: Request) -> Answer:
    """Take back what the day says."""
    if not request.day.open:
        return Answer("too_late")
    return Answer("undone" if check_ins.undo(request.outbox, request.day) else "nothing_to_undo")


def pause(request: Request) -> Answer:
    """Pause for some days, until a day, or until further notice."""
    day, command = request.day, request.command
    try:
        returns = pauses.pause(request.outbox, day.goal, day.today, command.days, command.until)
    except Full:
        return Answer("full")
    return Answer("paused", {"open": returns is None})


def resume(request: Request) -> Answer:
    """End a pause."""
    try:
        ended = pauses.resume(request.outbox, request.day.goal, request.day.today)
    except Full:
        return Answer("full")
    return Answer("resumed" if ended or request.came_back else "not_paused")


def better(request: Request) -> Answer:
    """Keep a small improvement."""
    words = one_line(" ".join((request.command.note, *request.below)))[:NOTE_LIMIT]
    request.outbox.session.add(
        Improvement(goal_id=request.day.goal.id, day=request.day.today, at=request.outbox.now, text=words)
    )
    return Answer("better", {"note": words})


def status(request: Request) -> Answer:  # noqa: ARG001 - the same shape as its siblings
    """Tell where the person stands."""
    return Answer("status")


def stop(request: Request) -> Answer:
    """End all mail; saying it again stays unanswered."""
    left = leave.leave(request.outbox, request.day.goal.person)
    return Answer("left") if left else SILENCE


def show_help(request: Request) -> Answer:  # noqa: ARG001
    """Show all the words."""
    return Answer("help")

"""Replies about the step: its size, its words, and what mails offer."""

from service.actions import choose
from service.actions.answers import Answer, Request
from service.actions.change_step import change_step, step_of
from service.domain.command import Command
from service.domain.commands import parse
from service.domain.growth import Version
from service.domain.sizes import Direction, Step, grown, raised, reduced, versions
from service.domain.spoken import on_days
from service.domain.step import read_size, with_size
from service.domain.tiny import leap
from service.storage.records import record


def smaller(request: Request) -> Answer:
    """Make the step a notch smaller."""
    return _resize(request, "smaller", reduced(step_of(request.day.goal)), "smaller")


def bigger(request: Request) -> Answer:
    """Make the step a notch bigger."""
    return _resize(request, "bigger", raised(step_of(request.day.goal)), "bigger")


def size(request: Request) -> Answer:
    """Set the step to the amount that was named."""
    own, named = step_of(request.day.goal), request.command.size
    words = with_size(own.words, named) if named is not None else None
    after = None if words is None else Step(words, own.weekdays, own.direction)
    return _resize(request, "that size", after, "amount")


def step(request: Request) -> Answer:
    """Change the step to the person's own words; a leap is allowed, and met with a smaller one."""
    own, words = step_of(request.day.goal), request.command.step
    answer = _resize(request, "new", Step(words, own.weekdays, own.direction), "words")
    tiny = leap(words) if own.direction is Direction.MORE else None
    return Answer(answer.name, {**answer.args, "tiny": tiny or ""})


def grow(request: Request) -> Answer:
    """Take the next size in the direction of the goal."""
    return _resize(request, "bigger", grown(step_of(request.day.goal)), "offer")


def stay(request: Request) -> Answer:
    """Decline the next size for two weeks."""
    choose.stay(request.outbox, request.day.goal, request.day.today)
    return Answer("stayed")


def keep(request: Request) -> Answer:
    """Keep what the mail asked for: the lighter version where it did, else the step as it is."""
    found = record(request.outbox.session, request.day.goal)
    if found.version(request.day.day) is Version.FULL:
        return stay(request)
    kept = choose.keep(request.outbox, request.day.goal, request.day.today)
    return Answer("step_changed", {"days": ""}) if kept else Answer("nothing_to_keep")


def back(request: Request) -> Answer:
    """Bring the person's own size back."""
    choose.back(request.outbox, request.day.goal, request.day.today)
    return Answer("own_size")


def grows(request: Request) -> Answer:
    """Let the step grow by itself, or not."""
    request.day.goal.grows = bool(request.command.on)
    return Answer("grows", {"on": bool(request.command.on)})


def _resize(request: Request, direction: str, step: Step | None, why: str) -> Answer:
    goal = request.day.goal
    own = step_of(goal)
    if step is None:
        return _cannot(own, direction)
    change_step(request.outbox, goal, step, request.day.today, why)
    if step.weekdays != own.weekdays:
        return Answer("step_changed", {"days": on_days(step.weekdays)})
    return Answer("step_changed", {"before": _taken_back_by(request, own, step)})


def _taken_back_by(request: Request, before: Step, after: Step) -> str:
    """Return the words that bring a step back behind `step:`; empty where they would not, or need not."""
    again = parse(f"step: {before.words}", request.day.today)
    works = isinstance(again, Command) and again.step == before.words
    return before.words if works and before.words != after.words else ""


def _cannot(own: Step, direction: str) -> Answer:
    """Say why a step was not resized: it is as small as it gets, or we are not sure how to word it."""
    if direction == "smaller" and read_size(own.words) is not None:
        tiny = versions(own).tiny if own.direction is Direction.MORE else None
        return Answer("smallest", {"tiny": tiny.words if tiny else ""})
    return Answer("no_amount", {"direction": direction})

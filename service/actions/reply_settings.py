"""Replies about when and how mail comes, and about another goal."""

from service.actions import add_goal, arrange
from service.actions.answers import Answer, Request
from service.domain.tiny import leap


def time(request: Request) -> Answer:
    """Change when the mail comes."""
    if request.command.at is not None:
        arrange.set_time(request.outbox, request.day.goal, request.command.at)
    return Answer("arranged")


def days(request: Request) -> Answer:
    """Change on which days it comes."""
    arrange.set_days(request.outbox, request.day.goal, request.command.weekdays, request.day.today)
    return Answer("arranged")


def zone(request: Request) -> Answer:
    """Move the person to another time zone."""
    arrange.set_zone(request.outbox, request.day.goal.person, request.command.zone)
    return Answer("arranged")


def strict(request: Request) -> Answer:
    """Let one missed day break the chain, or not."""
    request.day.goal.strict = bool(request.command.on)
    return Answer("strict", {"on": bool(request.command.on)})


def quiet(request: Request) -> Answer:
    """Leave a plain done unanswered, or not."""
    request.day.goal.person.quiet = bool(request.command.on)
    return Answer("quiet", {"on": bool(request.command.on)})


def new(request: Request) -> Answer:
    """Add a goal with its first step."""
    goal = add_goal.add_goal(request.outbox, request.day.goal, request.command.goal, request.command.step)
    if goal is None:
        return Answer("full")
    return Answer("added", {"goal": goal.title, "step": goal.step, "tiny": leap(goal.step) or ""})

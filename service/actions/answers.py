"""What a reply asks for and what is answered: passed between the flows that obey replies."""

from dataclasses import dataclass, field
from typing import Any

from service.actions.check_in import Day
from service.actions.outbox import Outbox
from service.domain.command import Command


@dataclass(frozen=True, slots=True)
class Answer:
    """What to answer: the name of a sentence in templates/emails/answer.md, and its details."""

    name: str
    args: dict[str, Any] = field(default_factory=dict)


SILENCE = Answer("silence")


@dataclass(frozen=True, slots=True)
class Request:
    """A command with what it is about: the day of the mail that was answered, and the lines below.

    `came_back` tells that this very reply ended a silence.
    """

    outbox: Outbox
    day: Day
    command: Command
    below: tuple[str, ...] = ()
    came_back: bool = False

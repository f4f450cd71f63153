"""What a reply can ask for: verbs, commands, and what an unclear line looks like."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from service.domain.step import Size


class Verb(StrEnum):
    """What a reply can ask for."""

    DONE = "done"
    SKIP = "skip"
    UNDO = "undo"
    SMALLER = "smaller"
    BIGGER = "bigger"
    SIZE = "size"
    STEP = "step"
    GROW = "grow"
    STAY = "stay"
    KEEP = "keep"
    BACK = "back"
    GROWS = "grows"
    BETTER = "better"
    PAUSE = "pause"
    RESUME = "resume"
    TIME = "time"
    DAYS = "days"
    ZONE = "zone"
    STRICT = "strict"
    QUIET = "quiet"
    NEW = "new"
    STATUS = "status"
    STOP = "stop"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Command:
    """A command that was understood, with what belongs to it.

    A pause lasts `days`, or `until` the day on which mail returns. `on` is a switch, `at` a local time,
    `zone` an IANA name, and Monday is the first of the `weekdays` (0).
    """

    verb: Verb
    note: str = ""
    step: str = ""
    goal: str = ""
    days: int | None = None
    until: date | None = None
    size: Size | None = None
    at: time | None = None
    weekdays: frozenset[int] = frozenset()
    zone: str = ""
    on: bool | None = None


@dataclass(frozen=True, slots=True)
class Unclear:
    """A line that is no command, and the reason as a sentence where there is a better one than "unknown"."""

    line: str
    why: str = ""


Reading = Command | Unclear
Reader = Callable[[str, date], Reading | None]


@dataclass(frozen=True, slots=True)
class Row:
    """One command: its words, how it is written, what it does, and how what follows the word is read.

    A row without a usage is another way to say the row above it, and `help` leaves it out.
    """

    verb: Verb
    words: tuple[str, ...]
    usage: str = ""
    does: str = ""
    read: Reader | None = None

"""Three people for `kaizen simulate`: a steady one, an erratic one, and one who lapses."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from service.domain.sizes import Direction

WORKDAYS = frozenset(range(5))
Wanted = tuple[str, str, Direction, frozenset[int] | None]


@dataclass(frozen=True, slots=True)
class Act:
    """What a person does with a mail: press one of its links (once, or in each section), or reply."""

    press: str = ""
    reply: str = ""
    everywhere: bool = False

    def __str__(self) -> str:
        return f"presses {self.press}" if self.press else f'replies "{self.reply}"'


DONE = Act("done", everywhere=True)


class Person:
    """Somebody with goals, who meets a mail with what they do. The same year comes out each time."""

    email = ""
    about = ""
    goals: tuple[Wanted, ...] = ()

    def __init__(self) -> None:
        self.chance = random.Random(self.email).random  # noqa: S311

    def meets(self, day: int, text: str) -> Iterator[Act]:
        """Yield what the person does on a day of their year (0 is the first) with a mail of that text."""
        raise NotImplementedError


class Steady(Person):
    """Nearly every day; grows when asked."""

    email = "ann@example.org"
    about = "steady, and grows when asked"
    goals = (("Write a book", "Write 1 sentence", Direction.MORE, None),)
    notes = (
        "it came by itself",
        "two people in a train",
        "tired, but done",
        "the ending of the first chapter",
    )

    def meets(self, day: int, text: str) -> Iterator[Act]:
        """Do it nearly every day, grow three offers in four, write a note now and then."""
        if "/grow/" in text:
            yield Act("grow") if self.chance() < 0.75 else Act("stay")
        if day in (20, 200):
            yield Act(reply="better: moved the notebook next to the kettle")
        if day == 120:
            yield Act(reply="status")
        if day == 230:
            yield Act(reply="pause 10 days")
        elif self.chance() < 0.06:
            yield Act(reply=f"done, {self.notes[day % len(self.notes)]}")
        elif self.chance() < 0.95:
            yield DONE


class Erratic(Person):
    """Two goals at one hour; good weeks and bad ones."""

    email = "ben@example.org"
    about = "erratic: two goals at the same hour, good weeks and bad ones"
    goals = (
        ("Get moving again", "Walk for 10 minutes", Direction.MORE, None),
        ("Be kinder at home", "Give one compliment at dinner", Direction.MORE, WORKDAYS),
    )
    says = {40: "1 smaller", 90: "smaller", 150: "pause 2 weeks"}  # noqa: RUF012 - never changed

    def meets(self, day: int, text: str) -> Iterator[Act]:
        """Do well in some weeks and badly in others; use what the mails offer on bad days."""
        yield from self.chooses(text)
        if day in self.says:
            yield Act(reply=self.says[day])
        if day == 150:
            return
        luck = self.chance()
        if (day // 14) % 3 != 1 and luck < 0.85:
            yield DONE
        elif luck < 0.35:
            yield Act("done")
        elif luck < 0.55:
            yield Act("tiny", everywhere=True)
        elif luck < 0.6:
            yield Act(reply="skip")

    def chooses(self, text: str) -> Iterator[Act]:
        """Yield what the person chooses of the mail's offers."""
        if "/keep/" in text and self.chance() < 0.3:
            yield Act("keep")
        if "/grow/" in text:
            yield Act("grow" if self.chance() < 0.5 else "stay")
        if "/rest/" in text:
            yield Act("smaller")


class Lapsing(Person):
    """Eases off a habit, is silent for long, comes back once, and lets it rest."""

    email = "cleo@example.org"
    about = "lapsing: eases off, falls silent, comes back once"
    asked = 0
    goals = (
        ("Smoke less", "At most 10 cigarettes", Direction.LESS, None),
        ("Fewer drives to school", "Skip the pick-up one evening", Direction.LESS, frozenset({3})),
    )

    def meets(self, day: int, text: str) -> Iterator[Act]:
        """Keep to it, fall silent, come back at the third question, and fall silent for good."""
        self.asked += "/rest/" in text
        if day < 70 or 95 <= day < 160:
            if "/grow/" in text:
                yield Act("grow")
            if "/rest/" in text and self.asked < 4:
                return
            if "/rest/" in text:
                yield Act(reply="done")
            elif self.chance() < 0.93:
                yield DONE


PEOPLE: dict[str, Callable[[], Person]] = {"steady": Steady, "erratic": Erratic, "lapsing": Lapsing}

"""Where a worker is killed: the moments in the life of a mail, and which worker dies at which."""

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum


class Point(StrEnum):
    """A moment at which `kill -9` comes."""

    GREETED = "greeted, before any mail"
    ASKED = "at MAIL FROM"
    GRANTED = "after DATA, before the content"
    TAKEN = "content accepted, reply not sent"
    TOLD = "at the reply 250"
    MARKING = "up to 5 ms after the reply 250"
    MARKED = "after the mark"
    SENDING = "while sending, at random"
    ANY = "any worker, at random"
    POOL = "the whole pool, at random"


BY_SINK = [point for point in Point if point not in (Point.ANY, Point.POOL)]
BY_ROUND = (Point.ANY, Point.POOL)
REST = "the whole pool, at rest"


def planned(kills: int, chance: random.Random) -> list[Point]:
    """Return where so many kills come: every point as often as any other, in a random order."""
    points = list(Point)
    chance.shuffle(points)
    plan = [points[number % len(points)] for number in range(kills)]
    chance.shuffle(plan)
    return plan


@dataclass
class Plan:
    """The kills still to come, and those that were."""

    points: list[Point]
    chance: random.Random
    done: dict[int, str] = field(default_factory=dict)  # where each process was killed, by its id

    @property
    def left(self) -> int:
        return len(self.points)

    def take(self, among: Iterable[Point]) -> Point | None:
        """Take the next kill of some kinds off the plan."""
        wanted = set(among)
        for index, point in enumerate(self.points):
            if point in wanted:
                return self.points.pop(index)
        return None

    def killed(self, pid: int, point: str) -> None:
        self.done.setdefault(pid, point)

    def counts(self) -> Counter[str]:
        return Counter(self.done.values())

"""Whether a reply is answered: two machines that answer each other must fall silent by themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

MOST_A_DAY = 10  # answers to one person in 24 hours
DAY = timedelta(hours=24)
AGAIN = timedelta(hours=1)

# What reports no change. The very same comes once an hour in one thread: nobody needs to hear it twice.
UNCHANGED = frozenset(
    {
        "full",
        "help",
        "hint",
        "no_amount",
        "not_active",
        "not_paused",
        "nothing_to_keep",
        "nothing_to_undo",
        "smallest",
        "status",
        "too_late",
        "unclear",
        "which",
    }
)


@dataclass(frozen=True, slots=True)
class Given:
    """An answer: its name and details, and its thread (the goal and day of the mail that was replied to)."""

    name: str
    details: Mapping[str, Any]
    goal_id: int
    day: date


def kept_back(answer: Given, now: datetime, given: Sequence[tuple[Given, datetime]]) -> str:
    """Return why an answer is not given, in a few words; empty where it is.

    `given` are the person's answers of the last 24 hours with their moments, oldest first. What is not
    answered is obeyed all the same.
    """
    if sum(now - at < DAY for _, at in given) >= MOST_A_DAY:
        return f"{MOST_A_DAY} answers in 24 hours"
    again = False
    for said, at in given:
        if said.name not in UNCHANGED:
            again = False  # what is the same question may have another answer now
        elif said == answer and now - at < AGAIN:
            again = True
    return "said within the hour" if again else ""

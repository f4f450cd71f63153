"""Days that have passed, told in a line of marks such as `dd.s`: done, done, missed, skipped."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from service.domain.chain import Outcome
from service.storage.models import CheckIn, Goal, Pause, StepChange
from service.storage.records import record
from tests.smtp import Mail
from tests.world import World

FIRST = date(2026, 3, 2)  # a Monday, and the day on which every world begins
VERSIONS = {"d": "full", "l": "light", "t": "tiny"}  # what was done; `s` is skipped, `p` paused, `.` missed


def day(number: int) -> date:
    """Return a day by its number; the first is 1."""
    return FIRST + timedelta(days=number - 1)


def morning(number: int, hour: int = 8) -> datetime:
    """Return the hour of a day's mail, or another hour of it."""
    return datetime.combine(day(number), time(hour), UTC)


def begin(world: World, **fields: Any) -> Mail:
    """Start a goal whose mail comes at eight, UTC."""
    return world.start(timezone="UTC", **fields)


def lived(world: World, marks: str, since: int = 1, goal_id: int = 1) -> Mail:
    """Let the days from number `since` on pass as marked; return the one mail of the morning after."""
    mark(world, marks, since, goal_id)
    return next_mail(world, since + len(marks))


def mark(world: World, marks: str, since: int = 1, goal_id: int = 1) -> None:
    """Write down what the days from number `since` on were like; the next mail is due the morning after."""
    with world.storage.write() as session:
        goal = session.get_one(Goal, goal_id)
        found = record(session, goal)
        for number, sign in enumerate(marks, since):
            on = day(number)
            if sign == "p":
                session.add(Pause(goal_id=goal_id, first_day=on, last_day=on))
            elif sign != ".":
                rung = found.rung(on)
                size = (rung.amount, rung.unit) if rung is not None and sign == "d" else (None, "")
                session.add(
                    CheckIn(
                        goal_id=goal_id,
                        day=on,
                        outcome=Outcome.SKIPPED if sign == "s" else Outcome.DONE,
                        via="link",
                        at=morning(number, 9),
                        version=VERSIONS.get(sign, ""),
                        amount=size[0],
                        unit=size[1],
                    )
                )
                goal.signed_on = on
        goal.next_due_at = morning(since + len(marks))


def next_mail(world: World, number: int) -> Mail:
    """Go to a day's morning and return its one mail."""
    before = len(world.mails)
    world.to(morning(number))
    (mail,) = world.mails[before:]
    return mail


def deed(world: World, number: int, goal_id: int = 1) -> tuple[str, str, str]:
    """Return what a day says: its version, its amount and its unit."""
    (row,) = world.rows(CheckIn, day=day(number), goal_id=goal_id)
    return row.version, "" if row.amount is None else f"{row.amount.normalize():f}", row.unit


def rungs(world: World, goal_id: int = 1) -> list[tuple[str, str, str]]:
    """Return a goal's rungs: the day, why it was set, and the step."""
    return [(str(row.day), row.why, row.step) for row in world.rows(StepChange, goal_id=goal_id)]


def has(mail: Mail, page: str) -> bool:
    """Tell whether a mail has a link to a page."""
    return bool(links(mail, page))


def links(mail: Mail, page: str) -> list[str]:
    """Return the paths of all links of a mail to a page, in order."""
    return re.findall(rf"(/{page}/\S+)", mail.text)


def line(text: str) -> str:
    """Return a text in one line."""
    return " ".join(text.split())


BOOK, FRIENDS = "Write 4 sentences", "Send 2 messages"


def two_goals(world: World) -> Mail:
    """Start two goals at the same minute and do their first steps; return their mail of day 2."""
    first = begin(world, step=BOOK)
    second, _ = world.reply(first, f"new: Call more / {FRIENDS}")
    for mail in (first, second):
        world.press(mail.link("done"))
    return next_mail(world, 2)

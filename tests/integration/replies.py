"""What the tests of replies look at: all that a reply could change, and dates as mails write them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from service.storage.models import CheckIn, Goal, Improvement, Pause, Person, StepChange
from tests.world import World

HOUR = timedelta(hours=1)  # after which the same answer may come again in a thread
MONDAY = date(2026, 3, 2)  # the day on which every world begins, at 10:00 in Berlin


# Any reply is a sign of life, also one that is not understood.
SIGNS = {"signed_on", "asked"}


def everything(world: World) -> dict[str, list[dict[str, Any]]]:
    """Return all rows that replies can change."""
    return {
        model.__name__: [
            {
                column.key: getattr(row, column.key)
                for column in model.__table__.columns
                if column.key not in SIGNS
            }
            for row in world.rows(model)
        ]
        for model in (Person, Goal, CheckIn, Pause, StepChange, Improvement)
    }


def check_ins(world: World) -> dict[date, tuple[str, str, str]]:
    """Return what each day says: outcome, how it came, and its note."""
    return {row.day: (str(row.outcome), row.via, row.note) for row in world.rows(CheckIn)}


def at(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    """Return a moment of 2026 in UTC; in March Berlin is one hour ahead of it."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def daily(world: World) -> list[str]:
    """Return the days, in UTC, on which a daily mail went out, such as `Mon 02`."""
    return [f"{mail.message['Date'].datetime:%a %d}" for mail in world.mails if "List-ID" in mail.message]

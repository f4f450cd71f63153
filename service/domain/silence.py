"""Silence: what to do when a person has given no sign for a while.

Nobody reads a daily mail that they have stopped answering, and one that keeps coming only nags. So it comes
weekly and asks, and after a month of that it rests by itself until there is a sign.
"""

from datetime import date, timedelta
from enum import StrEnum

SILENT = timedelta(days=14)  # without any sign
ASK_EVERY = timedelta(days=7)
MOST_ASKS = 4


class Voice(StrEnum):
    """How the service speaks to a person today."""

    DAILY = "daily"
    ASK = "ask"
    REST = "rest"


def voice(signed_on: date, asked: int, today: date) -> Voice:
    """Return how to speak today, by the local day of the last sign and the weekly mails that asked since."""
    if today - signed_on < SILENT:
        return Voice.DAILY
    return Voice.ASK if asked < MOST_ASKS else Voice.REST


def silent_since(signed_on: date) -> date:
    """Return the first day after the first weekly mail: from there on no day is held against anybody."""
    return signed_on + SILENT + timedelta(days=1)

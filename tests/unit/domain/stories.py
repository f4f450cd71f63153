"""Histories spelled one day a letter from a Monday on.

D done, L done in a smaller version, S skipped, P paused, d done on a paused day, and a dot where nothing was
heard.
"""

from datetime import date, timedelta

from service.domain.chain import Ledger, Outcome
from service.domain.schedule import EVERY_DAY, Schedule, Span

MONDAY = date(2026, 1, 5)
MON_WED_FRI = frozenset({0, 2, 4})
OUTCOMES = {"D": Outcome.DONE, "L": Outcome.DONE, "d": Outcome.DONE, "S": Outcome.SKIPPED}


def on(offset: int) -> date:
    return MONDAY + timedelta(days=offset)


def ledger_of(
    story: str,
    weekdays: frozenset[int] = EVERY_DAY,
    *,
    strict: bool = False,
    changes: tuple[tuple[date, frozenset[int]], ...] = (),
) -> Ledger:
    return Ledger(
        Schedule(MONDAY, weekdays, changes),
        {on(n): OUTCOMES[letter] for n, letter in enumerate(story) if letter in OUTCOMES},
        [Span(on(n), on(n)) for n, letter in enumerate(story) if letter in "Pd"],
        strict,
        frozenset(on(n) for n, letter in enumerate(story) if letter == "L"),
    )

"""A reply to a mail with several steps: which of them it is about.

`done`, `skip`, `undo`, `pause` and `resume` mean all of them; whatever changes one step needs its number
(`smaller 2`), and what is about the person needs none.
"""

import re

from service.actions.answers import Answer
from service.actions.check_in import Day, day_of
from service.actions.outbox import Outbox
from service.actions.reply import obey
from service.domain.command import Command, Unclear, Verb
from service.domain.commands import parse, picked
from service.domain.text import one_line, shortened
from service.mail.kinds import ASKING, DAILY, RESTING
from service.storage import queries

_KINDS = (DAILY.name, ASKING.name, RESTING.name)
_ABOUT_ALL = (Verb.DONE, Verb.SKIP, Verb.UNDO, Verb.PAUSE, Verb.RESUME)
_ABOUT_ONE = (Verb.ZONE, Verb.QUIET, Verb.NEW, Verb.STOP, Verb.HELP, Verb.STATUS, Verb.BETTER)
# A number right behind a done that begins no words: `done 3`, `done 1, not 2`; but not `done, 2 pages more`.
_NUMBERS = re.compile(r"#?[0-9]+\s*(?:$|[^\w\s]|[0-9]|(?:not|and|but|only|or)\b).*", re.DOTALL)
_NOTHING = ("not_active", "nothing_to_undo", "not_paused", "too_late", "full")


def obey_mail(
    outbox: Outbox, day: Day, line: str, below: tuple[str, ...], answers: str = ""
) -> tuple[Answer, Day]:
    """Obey a reply's first line for the goal of a day, or for those of its mail's goals that it means.

    `answers` is the Message-ID of the mail that it answers. Returns what to answer, and the goal and day that
    the answer is about.
    """
    days = [day] if queries.about_one(outbox.session, answers) else _days(outbox, day)
    which, rest = picked(line, len(days))
    reading = parse(rest, day.today)
    if len(days) == 1 or isinstance(reading, Unclear) or (which is None and reading.verb in _ABOUT_ONE):
        return obey(outbox, day, reading, below), day
    if which is not None:
        meant = days[which - 1]
        # To stop one of several is to let it rest; all mail ends with a plain stop.
        command = Command(Verb.PAUSE) if reading.verb is Verb.STOP else reading
        return _for(outbox, [meant], command, below), meant
    if reading.verb in _ABOUT_ALL and not _NUMBERS.fullmatch(reading.note):
        return _for(outbox, days, reading, below), day
    said = reading.verb.value if reading.verb in _ABOUT_ALL else shortened(one_line(line), 60)
    return Answer("which", {"line": said, "steps": [other.goal.step for other in days]}), day


def _for(outbox: Outbox, days: list[Day], command: Command, below: tuple[str, ...]) -> Answer:
    answers = [obey(outbox, day, command, below) for day in days]
    # What could be done is what matters: one of the goals may have ended since, or have nothing to take back.
    told = next((answer for answer in answers if answer.name not in _NOTHING), answers[0])
    steps = [day.goal.step for day, answer in zip(days, answers, strict=True) if answer.name == told.name]
    return Answer(told.name, {**told.args, "steps": steps})


def _days(outbox: Outbox, day: Day) -> list[Day]:
    """Return the same day of each goal in the mail; just this one where it came alone."""
    ids = queries.goals_of_mail(outbox.session, day.goal.id, day.day, _KINDS)
    goals = [
        day.goal if one == day.goal.id else queries.goal(outbox.session, one, for_update=True) for one in ids
    ]
    found = [day_of(outbox, goal, day.day.toordinal()) for goal in goals if goal is not None]
    return [one for one in found if one is not None] or [day]

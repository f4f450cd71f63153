"""Read what follows a command's word: a note, a length of a pause, a time, weekdays, a zone, a switch."""

import re
from datetime import date

from service.domain import lengths
from service.domain.command import Command, Reader, Reading, Unclear, Verb
from service.domain.days import read_day, read_time, read_weekdays
from service.domain.lengths import read_length
from service.domain.text import one_line, shortened
from service.domain.wording import folded, polite
from service.domain.zones import read_zone

NOTE_LIMIT = 1000
STEP_LIMIT = 200
LONGEST_PAUSE = 366  # days

_ENDLESS = "A pause needs a length I know, such as pause 3 days, pause until monday or pause until 24 dec."
_TOO_LONG = "A pause can last up to a year. For longer, write stop; you can come back whenever you like."
_PAST = "That day has passed. Try pause until monday, or a date to come."
_TOO_MUCH = f"A step has at most {STEP_LIMIT} characters. A tiny one needs fewer."
_UNTIL = re.compile(r"(?:until|untill|till|til) ")
_POINT = re.compile(r"(?<=[0-9])\.(?=[0-9])")
_TIME = "A time is written like time 7:30 or time 19:30."
_DAYS = "Days are written like days mon wed fri, or just weekdays, or every day."
_ZONE = "A time zone is written like zone Europe/Paris."
_NEW = "Write the goal, a slash and its first step, such as new: Write a book / write one sentence."
_SWITCH = "Write {verb} on or {verb} off."


def has_words(text: str) -> bool:
    """Tell whether there is a letter or a digit in a text."""
    return any(letter.isalnum() for letter in text)


def read_note(rest: str, _today: date) -> Reading | None:
    """Read the note behind a done; a question is none."""
    if "?" in rest or "？" in rest:
        return None
    return Command(Verb.DONE, note=one_line(rest)[:NOTE_LIMIT])


def read_better(rest: str, _today: date) -> Reading | None:
    """Read a small improvement in the person's own words."""
    words = one_line(rest)[:NOTE_LIMIT]
    if not has_words(words):
        return Unclear(
            "better", "Write what you made better behind it, such as better: put the shoes by the door."
        )
    return Command(Verb.BETTER, note=words)


def read_pause(rest: str, today: date) -> Reading | None:
    """Read how long a pause lasts: nothing, some days or weeks, or until a day; at most a year."""
    plain = folded(rest)
    if not plain:
        return Command(Verb.PAUSE)
    line = f"pause {shortened(plain, 60)}"
    days = read_length(plain)
    if days is not None:
        return _pause(line, Command(Verb.PAUSE, days=days), days, _ENDLESS)
    named = _UNTIL.match(plain)
    until = read_day(plain[named.end() :], today) if named else None
    if until is None:
        return Unclear(line, _ENDLESS)
    return _pause(line, Command(Verb.PAUSE, until=until), (until - today).days, _PAST)


def read_paused(text: str) -> Reading | None:
    """Read a pause whose length comes first, such as `3 Tage Pause`."""
    days = lengths.read_paused(text)
    line = shortened(text, 60)
    return None if days is None else _pause(line, Command(Verb.PAUSE, days=days), days, _ENDLESS)


def _pause(line: str, command: Command, days: int, too_short: str) -> Reading:
    """Hold a pause to its bounds: from one day to a year."""
    if days < 1:
        return Unclear(line, too_short)
    return command if days <= LONGEST_PAUSE else Unclear(line, _TOO_LONG)


def read_at(rest: str, _today: date) -> Reading | None:
    """Read the local time at which mail should come."""
    found = read_time(folded(_POINT.sub(":", rest)))
    return Unclear(_line("time", rest), _TIME) if found is None else Command(Verb.TIME, at=found)


def read_days(rest: str, _today: date) -> Reading | None:
    """Read the weekdays on which mail should come."""
    found = read_weekdays(folded(rest.replace("/", " ")))
    return Command(Verb.DAYS, weekdays=found) if found else Unclear(_line("days", rest), _DAYS)


def only_days(weekdays: frozenset[int]) -> Reader:
    """Return a reader for a word that says it all by itself, such as `weekdays`."""

    def read(rest: str, _today: date) -> Reading | None:
        return None if folded(rest) else Command(Verb.DAYS, weekdays=weekdays)

    return read


def read_place(rest: str, _today: date) -> Reading | None:
    """Read an IANA time zone, or the city of one."""
    found = read_zone(polite(rest))
    return Unclear(_line("zone", rest), _ZONE) if found is None else Command(Verb.ZONE, zone=found)


def read_switch(verb: Verb, alone: bool | None) -> Reader:
    """Return a reader of `on` and `off`; `alone` is what the bare word means, None where it needs one."""

    def read(rest: str, _today: date) -> Reading | None:
        said = {"on": True, "off": False, "": alone}.get(folded(rest))
        if said is None:
            return Unclear(_line(verb, rest), _SWITCH.format(verb=verb))
        return Command(verb, on=said)

    return read


def read_asked(verb: Verb) -> Reader:
    """Return a reader of a word that may as well be a question: `status?`."""

    def read(rest: str, _today: date) -> Reading | None:
        return None if folded(rest.strip("?？ ")) else Command(verb)

    return read


def read_grow(rest: str, _today: date) -> Reading | None:
    """Read `grow` as taking the next size, and `grow on` or `grow off` as letting it happen by itself."""
    said = folded(rest)
    if said == "":
        return Command(Verb.GROW)
    switched = {"on": True, "by itself": True, "off": False}.get(said)
    return None if switched is None else Command(Verb.GROWS, on=switched)


def read_new(rest: str, _today: date) -> Reading | None:
    """Read another goal and its first step, with a slash between them."""
    goal, _, step = (one_line(part) for part in rest.partition("/"))
    if not (has_words(goal) and has_words(step)):
        return Unclear(_line("new", rest), _NEW)
    if max(len(goal), len(step)) > STEP_LIMIT:
        return Unclear(_line("new", rest), f"A goal and a step have at most {STEP_LIMIT} characters each.")
    return Command(Verb.NEW, goal=goal, step=step)


def _line(word: str, rest: str) -> str:
    return shortened(f"{word} {one_line(rest)}".rstrip(), 60)

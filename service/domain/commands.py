"""Reply text → command. One table, from which `help` is made.

A command is a whole line: forgiving in case, punctuation and politeness, in slips that can mean nothing
else, and in the language of its word. All else is asked about, because a reply that is read wrongly costs
more trust than one that asks again.
"""

import re
from datetime import date

from service.domain import doubts, readers
from service.domain.command import Command, Reader, Reading, Row, Unclear, Verb
from service.domain.lexicon import MARKS, Beginning, Lexicon
from service.domain.picking import numbered
from service.domain.readers import STEP_LIMIT
from service.domain.schedule import EVERY_DAY
from service.domain.step import plain_size
from service.domain.text import one_line, shortened
from service.domain.units import form_of
from service.domain.wording import DONE_SIGNS, folded, polite, unwrapped


def _read_step(rest: str, today: date) -> Reading | None:
    words = one_line(rest)
    if not readers.has_words(words):
        return Unclear("step", "Write the new step behind it, such as step: write two lines.")
    if len(words) > STEP_LIMIT:
        return Unclear(
            shortened(words, 60), f"A step has at most {STEP_LIMIT} characters. A tiny one needs fewer."
        )
    meant = parse(words, today)
    if isinstance(meant, Command) and meant.verb not in (Verb.STEP, Verb.SIZE) and not meant.note:
        return Unclear(f"step {words}", f"To say {shortened(words, 60)}, write just that on the first line.")
    return Command(Verb.STEP, step=words)


COMMANDS = (
    Row(
        Verb.DONE,
        ("done", "did it", "i did it", *DONE_SIGNS),
        "done",
        "ticks the day of the mail that you answer; a note may follow",
        readers.read_note,
    ),
    Row(
        Verb.SKIP,
        ("skip", "skipped", "skip it", "skip today"),
        "skip",
        "lets that day pass; the chain neither grows nor breaks",
    ),
    Row(Verb.UNDO, ("undo",), "undo", "takes back what that day says"),
    Row(Verb.SMALLER, ("smaller",), "smaller", "makes the step a notch smaller"),
    Row(Verb.BIGGER, ("bigger",), "bigger", "makes the step a notch bigger"),
    Row(Verb.SIZE, (), "5 minutes", "sets the step to any amount you write"),
    Row(Verb.STEP, ("step",), "step: write two lines", "changes the step to your own words", _read_step),
    Row(
        Verb.GROW,
        ("grow",),
        "grow, grow on, grow off",
        "takes the next size; on lets that happen by itself when it has become easy",
        readers.read_grow,
    ),
    Row(Verb.STAY, ("stay",), "stay", "leaves the step as it is, and I ask again in two weeks"),
    Row(
        Verb.KEEP,
        ("keep", "keep it", "keep it this small"),
        "keep",
        "keeps a smaller step that was just for now",
    ),
    Row(Verb.BACK, ("back", "back to my size"), "back", "brings your own size back"),
    Row(
        Verb.BETTER,
        ("better",),
        "better: moved the book next to the kettle",
        "keeps a small improvement, and I remind you of it one day",
        readers.read_better,
    ),
    Row(
        Verb.PAUSE,
        ("pause",),
        "pause, pause 3 days, pause until monday, pause until 24 dec",
        "no mail for a while; the chain waits",
        readers.read_pause,
    ),
    Row(Verb.RESUME, ("resume", "unpause", "continue"), "resume", "ends a pause"),
    Row(Verb.TIME, ("time",), "time 7:30", "changes when the mail comes", readers.read_at),
    Row(
        Verb.DAYS,
        ("days",),
        "days mon wed fri, weekdays, every day",
        "changes on which days it comes",
        readers.read_days,
    ),
    Row(Verb.DAYS, ("weekdays",), read=readers.only_days(frozenset(range(5)))),
    Row(Verb.DAYS, ("weekends",), read=readers.only_days(frozenset({5, 6}))),
    Row(Verb.DAYS, ("every day", "everyday", "daily"), read=readers.only_days(EVERY_DAY)),
    Row(
        Verb.ZONE,
        ("zone", "time zone", "timezone"),
        "zone Europe/Paris",
        "moves your days",
        readers.read_place,
    ),
    Row(
        Verb.STRICT,
        ("strict",),
        "strict on, strict off",
        "whether one missed day breaks the chain already",
        readers.read_switch(Verb.STRICT, None),
    ),
    Row(
        Verb.QUIET,
        ("quiet",),
        "quiet, quiet off",
        "no answers to a plain done",
        readers.read_switch(Verb.QUIET, alone=True),
    ),
    Row(
        Verb.NEW,
        ("new", "new goal"),
        "new: Call more / send one message to a friend",
        "adds another goal with its first step, up to three",
        readers.read_new,
    ),
    Row(Verb.STATUS, ("status",), "status", "tells where you stand", readers.read_asked(Verb.STATUS)),
    Row(Verb.STOP, ("stop", "unsubscribe", "unsubscribe me", "remove me", "leave"), "stop", "ends all mail"),
    Row(Verb.HELP, ("help", "help me", "commands"), "help", "shows this list", readers.read_asked(Verb.HELP)),
)

_LEXICON = Lexicon(COMMANDS)
_ALONE_IF_MISSPELLED = (Verb.DONE, Verb.STATUS, Verb.HELP)
_SHORT = 80  # characters of a line that is answered as if it were about the day
_AMOUNT = "Write an amount like 5 minutes or 2 pages: more than nothing, and at most a million."
_BEGINS_WITH_AMOUNT = re.compile(r"[-–−+]?[0-9٠-٩][0-9.,e]*(?:\s[^\W\d_]+)?$")


def parse(line: str, today: date) -> Reading:
    """Read one line as a command, `today` being the person's local day. Never raises."""
    whole = unwrapped(one_line(line[:4000]))
    text = whole.lstrip(MARKS)
    found = _LEXICON.find(text)
    if found is not None:
        reading = _read(found, today)
        if isinstance(reading, Unclear) and not reading.line:
            return Unclear(shortened(text, 80), reading.why)
        return reading if reading is not None else _unclear(text, found)
    return readers.read_paused(text) or _amount(whole) or _unclear(text, None)


def _read(found: Beginning, today: date) -> Reading | None:
    """Read what follows a command's word."""
    row = found.row
    if row.read is None or (found.typo and row.verb in _ALONE_IF_MISSPELLED):
        return None if folded(found.rest) else Command(row.verb)
    if row.verb is Verb.DONE and found.rest:
        return _read_done(found, row.read, today)
    return row.read(found.rest, today)


def _read_done(found: Beginning, read: Reader, today: date) -> Reading | None:
    """Read the note behind a done; what takes the done back, or asks for something else, makes it unclear."""
    sign = found.word in DONE_SIGNS
    if why := doubts.doubt(found.raw, found.rest, abroad=found.abroad, sign=sign):
        return Unclear("", why)
    if sign and _LEXICON.find(found.rest) is not None:
        meant = parse(found.rest, today)
        if isinstance(meant, Command) and meant.verb is Verb.DONE:  # `✅ Done`
            return meant
        if isinstance(meant, Command) and not meant.note:  # `👍 skip`
            return None
    return read(found.rest, today)


def _unclear(text: str, found: Beginning | None) -> Unclear:
    """Return an unclear line, with what is good to know where it speaks of a day that is not done."""
    if found is None:
        doubtful = doubts.speaks_of_not_done(text, _LEXICON.done_words)
    else:
        doubtful = found.row.verb is Verb.DONE and len(text) <= _SHORT
    return Unclear(shortened(text, 80), doubts.NOT_YET if doubtful else "")


def _amount(text: str) -> Reading | None:
    """Read a line that is nothing but an amount, and say what is wrong with one that is out of bounds."""
    plain = polite(text[:100].casefold())
    size = plain_size(plain)
    if size is not None:
        meant = _LEXICON.find(size.unit) is None or form_of(size.unit) is not None
        return Command(Verb.SIZE, size=size) if meant else None  # `1 done` is no amount of anything
    return Unclear(shortened(text, 80), _AMOUNT) if _BEGINS_WITH_AMOUNT.match(plain) else None


def picked(line: str, sections: int) -> tuple[int | None, str]:
    """Return which of several sections of a mail a line is about (from 1), and the line without that number.

    `done 2` and `2: smaller` name one; a line without such a number is about none in particular.
    """
    which, rest = numbered(_LEXICON, line[:4000], sections)
    return (which, rest) if which is not None and sections > 1 else (None, line)

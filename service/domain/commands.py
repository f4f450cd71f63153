"""Reply text → command. One table, from which `help` is made.

A command is a whole line: forgiving in case, punctuation and politeness, and in nothing else, because a
reply that is read wrongly costs more trust than one that asks again.
"""

import re
from datetime import date

from service.domain import readers
from service.domain.command import Command, Reading, Row, Unclear, Verb
from service.domain.readers import STEP_LIMIT
from service.domain.schedule import EVERY_DAY
from service.domain.step import plain_size
from service.domain.text import one_line, shortened
from service.domain.units import form_of
from service.domain.wording import EDGES, after, folded, polite, unwrapped


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
        ("done", "did it", "i did it", "✓", "✅", "👍"),
        "done",
        "ticks the day of the mail that you answer; a note may follow",
        readers.read_note,
    ),
    Row(Verb.SKIP, ("skip", "skipped"), "skip", "lets that day pass; the chain neither grows nor breaks"),
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
        ("new",),
        "new: Call more / send one message to a friend",
        "adds another goal with its first step, up to three",
        readers.read_new,
    ),
    Row(Verb.STATUS, ("status",), "status", "tells where you stand"),
    Row(Verb.STOP, ("stop", "unsubscribe", "leave"), "stop", "ends all mail"),
    Row(Verb.HELP, ("help", "commands"), "help", "shows this list"),
)

_BY_WORD = {word: row for row in COMMANDS for word in row.words}
_LONGEST_FIRST = sorted(_BY_WORD, key=len, reverse=True)
_AMOUNT = "Write an amount like 5 minutes or 2 pages: more than nothing, and at most a million."
_BEGINS_WITH_AMOUNT = re.compile(r"[-–−+]?[0-9٠-٩][0-9.,e]*(?:\s[^\W\d_]+)?$")


def parse(line: str, today: date) -> Reading:
    """Read one line as a command, `today` being the person's local day. Never raises."""
    whole = one_line(line[:4000])
    text = unwrapped(whole).lstrip(EDGES)
    for word in _LONGEST_FIRST:
        rest = after(text, word)
        if rest is None:
            continue
        row = _BY_WORD[word]
        if row.read is not None:
            reading = row.read(rest, today)
        else:
            reading = Command(row.verb) if not folded(rest) else None
        return reading if reading is not None else Unclear(shortened(text, 80))
    return _amount(unwrapped(whole)) or Unclear(shortened(text, 80))


def _amount(text: str) -> Reading | None:
    """Read a line that is nothing but an amount, and say what is wrong with one that is out of bounds."""
    plain = polite(text[:100].casefold())
    size = plain_size(plain)
    if size is not None:
        meant = size.unit not in _BY_WORD or form_of(size.unit) is not None
        return Command(Verb.SIZE, size=size) if meant else None  # `1 done` is no amount of anything
    return Unclear(shortened(text, 80), _AMOUNT) if _BEGINS_WITH_AMOUNT.match(plain) else None


_PICKED_FIRST = re.compile(r"([1-9])[.):]?\s+(\S.*)")
# A number belongs to these themselves: `time 7`.
_NUMBERED = (Verb.TIME, Verb.DAYS, Verb.ZONE, Verb.STEP, Verb.NEW)
_PICKED_LAST = re.compile(r"(\w+)\s+([1-9])[.!]?")


def picked(line: str, sections: int) -> tuple[int | None, str]:
    """Return which of several sections of a mail a line is about (from 1), and the line without that number.

    `done 2` and `2: smaller` name one; a line without such a number is about none in particular.
    """
    text = one_line(line[:4000])
    last, first = _PICKED_LAST.fullmatch(text), _PICKED_FIRST.fullmatch(text)
    if (
        last
        and int(last[2]) <= sections
        and (row := _BY_WORD.get(last[1].casefold()))
        and row.verb not in _NUMBERED
    ):
        which, rest = int(last[2]), last[1]
    elif first and int(first[1]) <= sections and _asks(first[2]):
        which, rest = int(first[1]), first[2]
    else:
        return None, line
    return (which, rest) if sections > 1 else (None, line)


def _asks(text: str) -> bool:
    """Tell whether a text begins with a command's word, or is nothing but an amount."""
    begins = any(after(text, word) is not None for word in _LONGEST_FIRST)
    return begins or plain_size(polite(text.casefold())) is not None

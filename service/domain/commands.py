"""Reply text → command. One table, from which `help` is made.

A command is a whole line: forgiving in case, punctuation and politeness, and in nothing else, because a
reply that is read wrongly costs more trust than one that asks again.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from service.domain.days import read_day
from service.domain.text import one_line, shortened

NOTE_LIMIT = 1000
STEP_LIMIT = 200
LONGEST_PAUSE = 366


class Verb(StrEnum):
    """What a reply can ask for."""

    DONE = "done"
    SKIP = "skip"
    UNDO = "undo"
    PAUSE = "pause"
    RESUME = "resume"
    SMALLER = "smaller"
    BIGGER = "bigger"
    STEP = "step"
    STATUS = "status"
    STOP = "stop"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Command:
    """A command that was understood. A pause lasts `days`, or `until` the day on which mail returns."""

    verb: Verb
    note: str = ""
    step: str = ""
    days: int | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Unclear:
    """A line that is no command, and the reason as a sentence where there is a better one than "unknown"."""

    line: str
    why: str = ""


Reading = Command | Unclear
Reader = Callable[[str, date], Reading | None]


@dataclass(frozen=True, slots=True)
class Row:
    """One command: its words, how it is written, what it does, and how what follows the word is read."""

    verb: Verb
    words: tuple[str, ...]
    usage: str
    does: str
    read: Reader | None = None


_SMALL = ("a", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_UNITS = {"day": 1, "week": 7}
_FOR = re.compile(r"(?:for )?([0-9]{1,9}|[a-z]{1,5}) (day|week)s?", re.ASCII)
_ENDLESS = "A pause needs a length I know, such as pause 3 days, pause until monday or pause until 24 dec."
_TOO_LONG = "A pause can last up to a year. For longer, write stop; you can come back whenever you like."
_PAST = "That day has passed. Try pause until monday, or a date to come."


def _read_note(rest: str, _today: date) -> Reading | None:
    if "?" in rest:
        return None
    return Command(Verb.DONE, note=one_line(rest)[:NOTE_LIMIT])


def _read_step(rest: str, today: date) -> Reading | None:
    words = one_line(rest)
    if not any(letter.isalnum() for letter in words):
        return Unclear("step", "Write the new step behind it, such as step: write two lines.")
    if len(words) > STEP_LIMIT:
        return Unclear(
            shortened(words, 60), f"A step has at most {STEP_LIMIT} characters. A tiny one needs fewer."
        )
    meant = parse(words, today)
    if isinstance(meant, Command) and meant.verb is not Verb.STEP and not meant.note:
        return Unclear(f"step {words}", f"To say {meant.verb}, write just that word on the first line.")
    return Command(Verb.STEP, step=words)


def _read_pause(rest: str, today: date) -> Reading | None:
    plain = _folded(rest)
    if not plain:
        return Command(Verb.PAUSE)
    line = f"pause {shortened(plain, 60)}"
    if length := _FOR.fullmatch(plain):
        days = (_number(length[1]) or 0) * _UNITS[length[2]]
        return _pause(line, Command(Verb.PAUSE, days=days), days, _ENDLESS)
    until = read_day(plain.removeprefix("until "), today) if plain.startswith("until ") else None
    if until is None:
        return Unclear(line, _ENDLESS)
    return _pause(line, Command(Verb.PAUSE, until=until), (until - today).days, _PAST)


def _pause(line: str, command: Command, days: int, too_short: str) -> Reading:
    """Hold a pause to its bounds: from one day to a year."""
    if days < 1:
        return Unclear(line, too_short)
    return command if days <= LONGEST_PAUSE else Unclear(line, _TOO_LONG)


COMMANDS = (
    Row(
        Verb.DONE,
        ("done", "did it", "i did it", "✓", "✅", "👍"),
        "done",
        "ticks the day of the mail that you answer; a note may follow",
        _read_note,
    ),
    Row(Verb.SKIP, ("skip", "skipped"), "skip", "lets that day pass; the chain neither grows nor breaks"),
    Row(Verb.UNDO, ("undo",), "undo", "takes back what that day says"),
    Row(
        Verb.PAUSE,
        ("pause",),
        "pause, pause 3 days, pause until monday, pause until 24 dec",
        "no mail for a while; the chain waits",
        _read_pause,
    ),
    Row(Verb.RESUME, ("resume", "unpause", "continue"), "resume", "ends a pause"),
    Row(Verb.SMALLER, ("smaller",), "smaller", "makes the step a notch smaller"),
    Row(Verb.BIGGER, ("bigger",), "bigger", "makes the step a notch bigger"),
    Row(Verb.STEP, ("step",), "step: write two lines", "changes the step to your own words", _read_step),
    Row(Verb.STATUS, ("status",), "status", "tells where you stand"),
    Row(Verb.STOP, ("stop", "unsubscribe", "leave"), "stop", "ends all mail"),
    Row(Verb.HELP, ("help", "commands"), "help", "shows this list"),
)

_BY_WORD = {word: row for row in COMMANDS for word in row.words}
_LONGEST_FIRST = sorted(_BY_WORD, key=len, reverse=True)
# Politeness and marks that people and mail programs put around a word.
_EDGES = " \t\"'“”‘’„*_`~()[]{}.,;:!…-–—"
_SEPARATORS = " \t~.,;:!…-–—"
_WRAPS = {'"': '"', "'": "'", "“": "”", "‘": "’", "„": "“", "«": "»", "*": "*", "_": "_", "`": "`"}
_OPENING = " \"'“”‘’„«*_`~([{"
# What closes the emphasis around a word: `*step:* write two lines`.
_CLOSING = re.compile(r"^[.,:;!]*[\"'”’»*_`]+(?=\s|$|[.,:;!])")
_POLITE = re.compile(r"(?:^|\s)(?:please|thanks|thank you|thx|ta)$")


def parse(line: str, today: date) -> Reading:
    """Read one line as a command, `today` being the person's local day. Never raises."""
    text = _unwrapped(one_line(line[:4000])).lstrip(_EDGES)
    for word in _LONGEST_FIRST:
        rest = _after(text, word)
        if rest is None:
            continue
        row = _BY_WORD[word]
        if row.read is not None:
            reading = row.read(rest, today)
        else:
            reading = Command(row.verb) if not _folded(rest) else None
        return reading if reading is not None else Unclear(shortened(text, 80))
    return Unclear(shortened(text, 80))


def _after(text: str, word: str) -> str | None:
    """Return what follows `word` at the start of the text, or None where the text starts otherwise."""
    if text[: len(word)].casefold() != word:
        return None
    rest = text[len(word) :].lstrip("\ufe0f🏻🏼🏽🏾🏿")
    if word[-1].isalpha() and re.match(r"[^\W_]|['’_-]\w", rest):  # "done's", "done-ish", "done_it"
        return None
    minus = re.search(r"[-–−][0-9]", rest)
    if minus and not rest[: minus.start()].strip(_SEPARATORS):  # "pause -3 days" is not "pause 3 days"
        return rest[minus.start() :]
    return _unwrapped(_CLOSING.sub("", rest).lstrip(_SEPARATORS)) if rest.strip(_EDGES) else ""


def _unwrapped(text: str) -> str:
    """Take off quotes, brackets and emphasis that go around the whole of a text."""
    while len(text) > 1 and (close := _WRAPS.get(text[0])):
        inner = text[1:].rstrip(".! ")
        if not inner.endswith(close) or close in inner[:-1].strip(close):
            break
        text = inner[:-1].strip()
    return text.strip()


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = re.sub(r"[,.]", " ", plain).lstrip(_OPENING).rstrip(_EDGES)
    while polite := _POLITE.search(plain):
        plain = plain[: polite.start()].rstrip(_EDGES)
    return " ".join(plain.split())


def _number(text: str) -> int | None:
    if text.isascii() and text.isdigit():
        return int(text)
    return max(1, _SMALL.index(text)) if text in _SMALL else None

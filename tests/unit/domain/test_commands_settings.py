"""Replies that set how a goal is kept: its time, its days, its zone, its switches, and how it grows."""

import re
from datetime import date, time

import pytest

from service.domain.command import Command, Unclear, Verb
from service.domain.commands import parse
from service.domain.readers import NOTE_LIMIT, STEP_LIMIT
from service.domain.schedule import EVERY_DAY

TODAY = date(2026, 3, 11)
WORKDAYS, WEEKEND = frozenset(range(5)), frozenset({5, 6})

TIMES = [
    *(("time 7:30", time(7, 30)), ("Time: 7:30", time(7, 30)), ("TIME 07:30!", time(7, 30))),
    *(("time 7.30", time(7, 30)), ("time - 7:30", time(7, 30)), ("time at 7:30", time(7, 30))),
    *(("time 7:30 please", time(7, 30)), ("*time 7:30*", time(7, 30)), ("time 19h30", time(19, 30))),
    *(
        ("time 7 AM", time(7)),
        ("time 7.30pm", time(19, 30)),
        ("time 12 am", time(0)),
        ("time 12pm", time(12)),
    ),
    *(("time noon", time(12)), ("time Midnight.", time(0)), ("time 7", time(7)), ("time ７:30", time(7, 30))),
    # The dots of a.m. are no colons.
    *(("time 7:30 a.m.", time(7, 30)), ("time 7 p.m.", time(19)), ("time 7.30 p.m.", time(19, 30))),
]
DAYS = [
    *(("days mon wed fri", frozenset({0, 2, 4})), ("Days: Mon, Wed, Fri.", frozenset({0, 2, 4}))),
    *(("days mon/wed/fri", frozenset({0, 2, 4})), ("days mon-fri", WORKDAYS), ("days sat & sun", WEEKEND)),
    *(("days Monday to Friday please", WORKDAYS), ("days weekdays", WORKDAYS), ("days weekends", WEEKEND)),
    *(("days every day", EVERY_DAY), ("days all", EVERY_DAY), ("days sunday", frozenset({6}))),
    *(
        ("weekdays", WORKDAYS),
        ("Weekdays, please!", WORKDAYS),
        ("weekends", WEEKEND),
        ("*weekends*", WEEKEND),
    ),
    *(("every day", EVERY_DAY), ("Every day!", EVERY_DAY), ("everyday", EVERY_DAY), ("daily", EVERY_DAY)),
]
ZONES = [
    *(("zone Europe/Paris", "Europe/Paris"), ("Zone: europe/paris.", "Europe/Paris")),
    *(("zone paris", "Europe/Paris"), ("zone New York!", "America/New_York"), ("zone UTC", "UTC")),
    *(("time zone Europe/Paris", "Europe/Paris"), ("Timezone: Tokyo", "Asia/Tokyo")),
    ('zone "Europe/Paris"', "Europe/Paris"),
    # Politeness is forgiven behind a zone, too.
    *(("zone Europe/Paris please", "Europe/Paris"), ("zone London, thanks!", "Europe/London")),
]
SWITCHES = [
    *(
        ("strict on", Verb.STRICT, True),
        ("Strict: OFF", Verb.STRICT, False),
        ("strict off please", Verb.STRICT, False),
    ),
    *(("quiet", Verb.QUIET, True), ("Quiet please!", Verb.QUIET, True), ("quiet on", Verb.QUIET, True)),
    *(("quiet off", Verb.QUIET, False), ("Quiet: off.", Verb.QUIET, False)),
    *(("grow on", Verb.GROWS, True), ("Grow by itself", Verb.GROWS, True), ("grow off!", Verb.GROWS, False)),
]
BARE = {
    Verb.GROW: ["grow", "Grow!", "*grow*", "grow please"],
    Verb.STAY: ["stay", "Stay.", "stay please", "STAY"],
    Verb.KEEP: ["keep", "Keep it.", "keep it this small", "Keep it this small, please"],
    Verb.BACK: ["back", "Back!", "back to my size", "Back to my size."],
}
HINTS = [
    *(("time", "time 7:30"), ("time?", "time 7:30"), ("time 25:00", "time 7:30"), ("time 7:60", "time 7:30")),
    *(
        ("time -7:30", "time 7:30"),
        ("time ٧:٣٠", "time 7:30"),
        ("time flies", "time 7:30"),
        ("time 1e9", "time 7:30"),
    ),
    *(("days", "days mon wed fri"), ("days mon foo", "days mon wed fri"), ("days 3", "days mon wed fri")),
    *(("days mon?", "days mon wed fri"), ("days ٣", "days mon wed fri")),
    *(
        ("zone", "zone Europe/Paris"),
        ("time zone", "zone Europe/Paris"),
        ("zone Mars/Phobos", "zone Europe/Paris"),
    ),
    *(("zone ../etc/passwd", "zone Europe/Paris"), ("zone EST", "zone Europe/Paris")),
    *(("strict", "strict on or strict off"), ("strict maybe", "strict on or"), ("strict?", "strict on or")),
    *(("quiet?", "quiet on or quiet off"), ("quiet a bit", "quiet on or quiet off")),
    *(("better", "better: put"), ("better: ...", "better: put"), ("Better?", "better: put")),
    *(
        ("new", "new: Write a book / "),
        ("new book", "a slash"),
        ("new: / run", "a slash"),
        ("new: Run /", "a slash"),
    ),
    *(("new: Run / ...", "a slash"), ("new: !? / run", "a slash"), ("new: Run \\ run", "a slash")),
    (f"new: {'x' * (STEP_LIMIT + 1)} / run", f"at most {STEP_LIMIT} characters"),
    (f"new: Run / {'x' * (STEP_LIMIT + 1)}", f"at most {STEP_LIMIT} characters"),
]
UNKNOWN = [
    *("daily mail", "daily?", "weekdays only", "weekends?", "every day is hard", "everyday life", "weekday"),
    *(
        "grow up",
        "grow?",
        "grow 5",
        "grown",
        "grows",
        "stay here",
        "stay?",
        "stays",
        "keep going",
        "keepsake",
    ),
    *(
        "keep it up",
        "back again",
        "back to work",
        "backup",
        "back?",
        "timely",
        "times up",
        "zones",
        "news",
        "newer / x",
    ),
    *("stricter", "quietly", "betterment", "better-ish", "on", "off", "paris", "7:30", "mon wed fri"),
]


@pytest.mark.parametrize(("line", "at"), TIMES)
def test_the_time_of_the_mail_is_set(line: str, at: time) -> None:
    assert parse(line, TODAY) == Command(Verb.TIME, at=at)


@pytest.mark.parametrize(("line", "weekdays"), DAYS)
def test_the_days_of_the_mail_are_set(line: str, weekdays: frozenset[int]) -> None:
    assert parse(line, TODAY) == Command(Verb.DAYS, weekdays=weekdays)


@pytest.mark.parametrize(("line", "zone"), ZONES)
def test_the_zone_is_set(line: str, zone: str) -> None:
    assert parse(line, TODAY) == Command(Verb.ZONE, zone=zone)


@pytest.mark.parametrize(("line", "verb", "on"), SWITCHES)
def test_a_switch_is_on_or_off(line: str, verb: Verb, on: bool) -> None:
    assert parse(line, TODAY) == Command(verb, on=on)


@pytest.mark.parametrize(("verb", "line"), [(verb, line) for verb, lines in BARE.items() for line in lines])
def test_a_word_about_the_size_is_its_command_and_nothing_more(verb: Verb, line: str) -> None:
    assert parse(line, TODAY) == Command(verb)


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("better: moved the book", "moved the book"),
        ("Better - put the shoes by the door.", "put the shoes by the door."),
        ("better than before", "than before"),
        ("*better:* a lamp", "a lamp"),
        ("better: 2", "2"),
        ("better: x\ny", "x y"),
        ("better: " + "x" * 2000, "x" * NOTE_LIMIT),
    ],
)
def test_an_improvement_is_kept_in_its_own_words(line: str, note: str) -> None:
    assert parse(line, TODAY) == Command(Verb.BETTER, note=note)


@pytest.mark.parametrize(
    ("line", "goal", "step"),
    [
        ("new: Call more / send one message", "Call more", "send one message"),
        ("New Write a book/write one sentence", "Write a book", "write one sentence"),
        ("New goal: Call more / call Ann", "Call more", "call Ann"),
        ("new: Run / run 1/2 mile", "Run", "run 1/2 mile"),
        ("*new:* Run  /  run\u202e a bit", "Run", "run a bit"),
        (f"new: {'x' * STEP_LIMIT} / {'y' * STEP_LIMIT}", "x" * STEP_LIMIT, "y" * STEP_LIMIT),
    ],
)
def test_a_new_goal_comes_with_its_first_step(line: str, goal: str, step: str) -> None:
    assert parse(line, TODAY) == Command(Verb.NEW, goal=goal, step=step)


@pytest.mark.parametrize(("line", "hint"), HINTS)
def test_what_is_not_understood_behind_a_word_is_told_how_to_write_it(line: str, hint: str) -> None:
    reading = parse(line, TODAY)
    assert isinstance(reading, Unclear)
    assert hint in reading.why
    assert reading.why.endswith(".")
    assert reading.why[0].isupper()
    assert reading.line == reading.line.strip()
    assert len(reading.line) <= 60
    first = line.removeprefix("time ") if line == "time zone" else line
    assert reading.line.split()[0] == re.split(r"[ ?:]", first.lower())[0]


@pytest.mark.parametrize("line", UNKNOWN)
def test_what_only_looks_like_a_setting_is_asked_about(line: str) -> None:
    reading = parse(line, TODAY)
    assert isinstance(reading, Unclear)
    assert reading == Unclear(line)

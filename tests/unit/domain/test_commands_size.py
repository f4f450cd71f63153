"""Replies that are an amount, own words for a step that hold one, and mails with several sections."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.command import Command, Unclear, Verb
from service.domain.commands import parse, picked
from service.domain.step import Size

TODAY = date(2026, 3, 11)
AMOUNTS = [
    *(("5 minutes", "5", "minute"), ("Five minutes.", "5", "minute"), ("5 minutes please!", "5", "minute")),
    *(("*5 minutes*", "5", "minute"), ('"5 minutes"', "5", "minute"), ("5 min, thanks", "5", "minute")),
    *(("5min", "5", "minute"), ("just 5 minutes", "5", "minute"), ("an hour", "60", "minute")),
    *(("2 sentences", "2", "sentence"), ("5 push-ups", "5", "push-up"), ("1.5 km", "1.5", "km")),
    *(("half a page", "0.5", "page"), ("a page", "1", "page"), ("1,000 steps", "1000", "step")),
    *(("10", "10", ""), ("1", "1", ""), ("one", "1", ""), ("3!", "3", ""), ("$5", "5", "dollar")),
    ("1000000 pages", "1000000", "page"),
]
OUT_OF_BOUNDS = [
    *("-3", "−3", "-3 pages", "+3", "-0", "0", "0 minutes", "٣", "٣ minutes", "1e9", "1e9 minutes"),
    *("99999999 pages", "1000001 pages", "9" * 60, "0.0001 km", "0 minutes please"),
]
NO_AMOUNTS = [
    *("1 done", "1 skip", "1 stop"),  # commands with a number are none
    *(
        "2-3 pages",
        "5 minutes late",
        "5 minutes?",
        "5-minute",
        "10 10",
        "yes 5",
        "5 of them all",
        "10:30",
        "x",
    ),
    *("minus 3", "about 5 minutes or so", "pages", "minutes 5", "a walk", "5 / 2", "2 + 2"),
]
STEPS = [
    "5 push-ups",
    "5",
    "5 minutes",
    "half a page",
    "every day write a line",
    "zone out for a minute",
    "step x",
]
OTHER_COMMANDS = {
    "done": Verb.DONE,
    "stop": Verb.STOP,
    "pause 3 days": Verb.PAUSE,
    "pause until monday": Verb.PAUSE,
    "smaller": Verb.SMALLER,
    "stay": Verb.STAY,
    "keep it": Verb.KEEP,
    "back": Verb.BACK,
    "quiet": Verb.QUIET,
    "grow": Verb.GROW,
}
NEEDS_MORE = ["weekdays", "every day", "grow on", "strict off", "time 7:30", "zone Paris", "new: a / b"]


@pytest.mark.parametrize(("line", "amount", "unit"), AMOUNTS)
def test_a_line_that_is_an_amount_sets_the_size(line: str, amount: str, unit: str) -> None:
    assert parse(line, TODAY) == Command(Verb.SIZE, size=Size(Decimal(amount), unit))


@pytest.mark.parametrize("line", OUT_OF_BOUNDS)
def test_an_amount_out_of_bounds_is_told_the_bounds(line: str) -> None:
    reading = parse(line, TODAY)
    assert isinstance(reading, Unclear)
    assert "at most a million" in reading.why
    assert reading.line == line


def test_a_long_amount_is_quoted_back_short() -> None:
    reading = parse("9" * 95, TODAY)
    assert isinstance(reading, Unclear)
    assert reading.line == "9" * 79 + "…"


@pytest.mark.parametrize("line", NO_AMOUNTS)
def test_what_is_not_exactly_an_amount_is_asked_about(line: str) -> None:
    assert parse(line, TODAY) == Unclear(line)


@given(st.integers(1, 1_000_000))
def test_every_whole_amount_is_read(amount: int) -> None:
    for line in (str(amount), f"{amount} pages", f"{amount:,} pages"):
        reading = parse(line, TODAY)
        assert isinstance(reading, Command)
        assert reading.size is not None
        assert reading.size.amount == amount


@pytest.mark.parametrize("step", STEPS)
def test_own_words_may_be_an_amount_or_begin_like_a_command(step: str) -> None:
    assert parse(f"step: {step}", TODAY) == Command(Verb.STEP, step=step)


@pytest.mark.parametrize(("words", "verb"), OTHER_COMMANDS.items())
def test_a_command_is_not_taken_for_a_step(words: str, verb: Verb) -> None:
    reading = parse(f"step: {words}", TODAY)
    assert isinstance(reading, Unclear)
    assert reading.line == f"step {words}"
    word = reading.why.removeprefix("To say ").partition(",")[0]
    advised = parse(word, TODAY)
    assert isinstance(advised, Command)
    assert advised.verb is verb


# The word that is named must be one that works by itself: `grows`, `time` and `new` do not.
@pytest.mark.parametrize("words", NEEDS_MORE)
def test_a_command_of_several_words_is_not_taken_for_a_step_and_what_is_advised_works(words: str) -> None:
    reading, meant = parse(f"step: {words}", TODAY), parse(words, TODAY)
    assert isinstance(reading, Unclear)
    assert isinstance(meant, Command)
    advised = parse(reading.why.removeprefix("To say ").partition(", write")[0], TODAY)
    assert isinstance(advised, Command)
    assert advised.verb is meant.verb


PICKED = [
    ("done 2", 2, (2, "done")),
    ("Done 2!", 2, (2, "Done")),
    ("done 1.", 3, (1, "done")),
    ("smaller 3", 3, (3, "smaller")),
    ("done\n2", 2, (2, "done")),
    ("2 done", 2, (2, "done")),
    ("2. done", 2, (2, "done")),
    ("2) skip", 3, (2, "skip")),
    ("2: smaller", 2, (2, "smaller")),
    ("1: 5 minutes", 2, (1, "5 minutes")),
    ("1: done, felt easy", 2, (1, "done, felt easy")),
    ("1 step: read 2 pages", 2, (1, "step: read 2 pages")),
    ("9 done", 9, (9, "done")),
    ("done", 2, (None, "done")),
    ("", 2, (None, "")),
    ("2", 2, (None, "2")),  # an amount of all
    ("2 pages", 3, (None, "2 pages")),  # an amount, too
    ("2 Pages.", 3, (None, "2 Pages.")),
    ("1 minute", 2, (None, "1 minute")),
    ("2 pages please", 3, (None, "2 pages please")),  # politeness makes it no section
    ("1 minute, thanks!", 3, (None, "1 minute, thanks!")),
    ("done 3", 2, (None, "done 3")),  # there is no third
    ("3 done", 2, (None, "3 done")),
    ("done 0", 2, (None, "done 0")),
    ("done 22", 3, (None, "done 22")),
    ("22 done", 3, (None, "22 done")),
    ("done 2 pages", 3, (None, "done 2 pages")),
    ("done 2", 1, (None, "done 2")),  # one section needs no number
    ("done 1", 1, (None, "done 1")),
    ("1: skip", 1, (None, "1: skip")),
    # One of a thing that nobody counts is no amount: `1 done` is as good as `2 done`.
    ("1 done", 2, (1, "done")),
    ("1 skip", 2, (1, "skip")),
    ("1 bigger", 3, (1, "bigger")),
    ("1 done", 1, (None, "1 done")),
    ("done 2", 0, (None, "done 2")),
    ("٢ done", 2, (None, "٢ done")),
    ("-1 done", 2, (None, "-1 done")),
]


@pytest.mark.parametrize(("line", "sections", "expected"), PICKED)
def test_a_number_picks_a_section_of_the_mail(
    line: str, sections: int, expected: tuple[int | None, str]
) -> None:
    assert picked(line, sections) == expected


@given(st.text(max_size=60) | st.text("123 .:)done!", max_size=12), st.integers(0, 9))
def test_what_is_picked_exists(line: str, sections: int) -> None:
    section, rest = picked(line, sections)
    assert section is None or (1 <= section <= sections > 1)
    assert len(rest) <= max(len(line), 1)

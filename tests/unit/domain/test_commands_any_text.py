"""What holds of the reading of any text at all, and of the table of commands."""

import time
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from service.domain.commands import (
    COMMANDS,
    LONGEST_PAUSE,
    NOTE_LIMIT,
    STEP_LIMIT,
    Command,
    Row,
    Unclear,
    Verb,
    parse,
)

TODAY = date(2026, 3, 11)
WORDS = [word for row in COMMANDS for word in row.words]
BITS = [
    *WORDS,
    *(
        "until",
        "for",
        "the",
        "of",
        "3",
        "0",
        "-3",
        "29",
        "feb",
        "days",
        "week",
        "monday",
        "tomorrow",
        "2026-12-24",
    ),
    *(
        " ",
        "  ",
        "\n",
        "\t",
        ":",
        "-",
        "–",
        ".",
        ",",
        "?",
        "!",
        "'",
        '"',
        "*",
        "_",
        "(",
        ")",
        ">",
        "\0",
        "\u202e",
    ),
    *("\u200d", "\ufe0f", "🏽", "\u0301", "é", "٣", "９", "ß", "İ", "ﬁ", "\ud800", "please", "thank you"),
]
any_text = st.text(max_size=300) | st.lists(st.sampled_from(BITS), max_size=12).map("".join)
any_day = st.dates(date(1970, 1, 1), date(2999, 12, 31))
MONSTERS = [
    "done ",
    "pause ",
    "pause until ",
    "step: ",
    "skip",
    "👍🏽",
    "-",
    "done -",
    " ",
    "\u0301",
    "9",
    "e\u0301",
    "ﷺ",
]


def sentence_of(row: Row) -> list[str]:
    return row.usage.split(", ")


@settings(deadline=None, max_examples=500)
@given(any_text, any_day)
@example("pause until 29 feb", date(2999, 12, 31))
def test_any_text_is_read_within_bounds(line: str, today: date) -> None:
    reading = parse(line, today)
    if isinstance(reading, Unclear):
        assert len(reading.line) <= 80
        return
    assert len(reading.note) <= NOTE_LIMIT
    assert len(reading.step) <= STEP_LIMIT
    assert reading.verb is Verb.DONE or not reading.note
    assert (reading.verb is Verb.STEP) == bool(reading.step)
    assert reading.verb is Verb.PAUSE or (reading.days, reading.until) == (None, None)
    assert reading.days is None or 1 <= reading.days <= LONGEST_PAUSE
    assert reading.until is None or 1 <= (reading.until - today).days <= LONGEST_PAUSE
    assert not {"\n", "\r", "\0", "\u202e"} & set(reading.note + reading.step)


@pytest.mark.parametrize("piece", MONSTERS)
def test_a_monstrous_line_takes_no_time(piece: str) -> None:
    line = piece * 300_000
    before = time.process_time()
    assert isinstance(parse(line, TODAY), Command | Unclear)
    assert isinstance(parse("pause " + line + "x", TODAY), Command | Unclear)
    assert time.process_time() - before < 0.5


@pytest.mark.parametrize("row", COMMANDS, ids=lambda row: row.verb)
@given(today=any_day)
@settings(deadline=None, max_examples=20)
def test_each_usage_is_read_as_its_own_command(row: Row, today: date) -> None:
    for usage in sentence_of(row):
        reading = parse(usage, today)
        assert isinstance(reading, Command)
        assert reading.verb is row.verb


def test_the_table_has_each_verb_once_and_no_word_twice() -> None:
    assert [row.verb for row in COMMANDS] == list(Verb)
    assert len(set(WORDS)) == len(WORDS)
    assert all(word == word.casefold() for word in WORDS)
    assert all(row.usage.startswith(row.words[0]) and row.does for row in COMMANDS)


@given(st.sampled_from([*WORDS, *(usage for row in COMMANDS for usage in sentence_of(row))]), st.data())
def test_case_never_changes_the_verb(line: str, data: st.DataObject) -> None:
    uppers = data.draw(st.lists(st.booleans(), min_size=len(line), max_size=len(line)))
    mixed = "".join(c.upper() if up else c.lower() for c, up in zip(line, uppers, strict=True))
    plain, cased = parse(line, TODAY), parse(mixed, TODAY)
    if isinstance(plain, Unclear):
        assert isinstance(cased, Unclear)
    else:
        assert isinstance(cased, Command)
        assert cased.verb is plain.verb
        assert (cased.days, cased.until) == (plain.days, plain.until)


@given(
    st.sampled_from([word for word in WORDS if word.isascii()]),
    st.text("abcdefgxyzäß0123456789", min_size=1, max_size=5),
)
def test_a_word_that_only_begins_like_a_command_is_none(word: str, ending: str) -> None:
    assert isinstance(parse(word + ending, TODAY), Unclear)


@given(st.text("abc xyz,.:äß👍", max_size=20))
def test_a_question_never_ticks_a_day(words: str) -> None:
    assert isinstance(parse(f"done {words}?", TODAY), Unclear)

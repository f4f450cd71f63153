"""What holds of the reading of any text at all, and of the table of commands."""

import time
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from service.domain.amount import LARGEST
from service.domain.command import Command, Row, Unclear, Verb
from service.domain.commands import COMMANDS, parse
from service.domain.lexicon import Lexicon
from service.domain.readers import LONGEST_PAUSE, NOTE_LIMIT, STEP_LIMIT

TODAY = date(2026, 3, 11)
WORDS = [word for row in COMMANDS for word in row.words]
FORGIVEN = Lexicon(COMMANDS).typos
BITS = [
    *WORDS,
    *(
        "until",
        "on",
        "off",
        "/",
        "7:30",
        "pm",
        "paris",
        "minutes",
        "1e9",
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
    "time ",
    "days mon ",
    "new: / ",
    "zone a",
    "1,",
    "1 x ",
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
    return row.usage.split(", ") if row.usage else list(row.words)


@settings(deadline=None, max_examples=150)
@given(any_text, any_day)
@example("pause until 29 feb", date(2999, 12, 31))
def test_any_text_is_read_within_bounds(line: str, today: date) -> None:
    reading = parse(line, today)
    if isinstance(reading, Unclear):
        assert len(reading.line) <= 80
        return
    assert len(reading.note) <= NOTE_LIMIT
    assert len(reading.step) <= STEP_LIMIT
    assert len(reading.goal) <= STEP_LIMIT
    assert reading.verb in (Verb.DONE, Verb.BETTER) or not reading.note
    assert (reading.verb in (Verb.STEP, Verb.NEW)) == bool(reading.step)
    assert (reading.verb is Verb.NEW) == bool(reading.goal)
    assert (reading.verb is Verb.SIZE) == (reading.size is not None)
    assert reading.size is None or 0 < reading.size.amount <= LARGEST
    assert (reading.verb is Verb.TIME) == (reading.at is not None)
    assert (reading.verb is Verb.DAYS) == bool(reading.weekdays)
    assert (reading.verb is Verb.ZONE) == bool(reading.zone)
    assert (reading.verb in (Verb.STRICT, Verb.QUIET, Verb.GROWS)) == (reading.on is not None)
    assert reading.verb is Verb.PAUSE or (reading.days, reading.until) == (None, None)
    assert reading.days is None or 1 <= reading.days <= LONGEST_PAUSE
    assert reading.until is None or 1 <= (reading.until - today).days <= LONGEST_PAUSE
    assert not {"\n", "\r", "\0", "\u202e"} & set(reading.note + reading.step + reading.goal)


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
        switch = row.verb is Verb.GROW and reading.on is not None  # one row tells of both
        assert reading.verb is (Verb.GROWS if switch else row.verb)


def test_the_table_has_each_verb_in_order_and_no_word_twice() -> None:
    shown = [row for row in COMMANDS if row.usage]
    assert [row.verb for row in shown] == [verb for verb in Verb if verb is not Verb.GROWS]
    assert len(set(WORDS)) == len(WORDS)
    assert all(word == word.casefold() for word in WORDS)
    assert all(row.does for row in shown)
    assert all(row.usage.startswith(row.words[:1]) for row in shown if row.words)


def test_a_row_without_a_usage_is_another_way_to_say_the_one_above() -> None:
    assert all(row.usage or (row.verb is above.verb and not row.does) for above, row in pairwise(COMMANDS))


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
        assert (cased.at, cased.weekdays, cased.zone, cased.on) == (
            plain.at,
            plain.weekdays,
            plain.zone,
            plain.on,
        )
        assert cased.size == plain.size


@given(
    st.sampled_from([word for word in WORDS if word.isascii()]),
    st.text("abcdefgxyzäß0123456789", min_size=1, max_size=5),
)
def test_a_word_that_only_begins_like_a_command_is_none(word: str, ending: str) -> None:
    assume(word + ending not in FORGIVEN)
    assert isinstance(parse(word + ending, TODAY), Unclear)


@given(st.text("abc xyz,.:äß👍", max_size=20))
def test_a_question_never_ticks_a_day(words: str) -> None:
    assert isinstance(parse(f"done {words}?", TODAY), Unclear)

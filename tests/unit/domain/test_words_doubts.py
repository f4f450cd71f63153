"""Signs that tick a day, lines that speak of done and do not say it, and letters of odd widths."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.command import Command, Unclear, Verb
from service.domain.commands import parse
from service.domain.doubts import NOT_YET

TODAY = date(2026, 3, 11)
SIGNS = [
    *("👍", "👍🏻", "👍🏼", "👍🏽", "👍🏾", "👍🏿", "✅", "✔", "✔️", "✔\ufe0e", "☑", "☑️", "✓"),
    *(
        "👍👍👍",
        "👍🏽👍🏿",
        "✅ ✅",
        "✅👍",
        "✔️✔️",
        "👍!",
        "\ufe0f👍",
        "✅.",
        "👍🏽\u200d",
        "✅ Done",
        "👍 done!",
    ),
]
NOT_DONE = [
    *(
        "not done",
        "Not done!",
        "done?",
        "Done ?",
        "I am not done yet",
        "almost done",
        "done tomorrow",
        "nope",
        "Nope.",
    ),
    *(
        "didn't do it",
        "didn’t do it",
        "did not do it",
        "haven't done it",
        "I have not done it",
        "undone",
        "not yet",
    ),
    *(
        "done, not really",
        "done. Not really.",
        "done - not yet",
        "done not",
        "done, no",
        "done yet?",
        "done, or not?",
    ),
    *(
        "done, later",
        "done tomorrow morning",
        "done nothing today",
        "done, but not really",
        "done, just kidding",
    ),
    *(
        "did it?",
        "✅?",
        "👍🏽?",
        "👍 will do",
        "👍 I'll do it later",
        "👍 later",
        "✅ not done",
        "👍 skip",
        "✅❌",
    ),
    *(
        "done 👎",
        "👍👎",
        "done ❌",
        "done ❓",
        "done？",
        "couldn't do it",
        "never done",
        "no time",
        "did it not",
    ),
]
NOTES = [
    ("done, not skipped", "not skipped"),
    ("done, not so easy", "not so easy"),
    ("done, no problem", "no problem"),
    ("done nothing special", "nothing special"),
    ("done, tomorrow two pages", "tomorrow two pages"),
    ("done. Tomorrow again", "Tomorrow again"),
    ("done later than usual", "later than usual"),
    ("done by nine", "by nine"),
    ("done fast", "fast"),
    ("done - not bad", "not bad"),
    ("✔️ two pages", "two pages"),
    ("👍👍 felt easy", "felt easy"),
    ("✅ ✅ better than before", "better than before"),
    ("👍 done, felt easy", "felt easy"),
    ("👍 5 minutes", "5 minutes"),
]
SILENT = [
    "💪",
    "🙏",
    "👌",
    "🎉",
    "❤️",
    "👎",
    "❌",
    "🤔",
    "not a step",
    "don't skip",
    "isn't it done",
    "un-done",
]
WIDTHS = [
    *(
        "ｄｏｎｅ",
        "Ｄｏｎｅ！",
        "ＤＯＮＥ．",
        "do\u200cne",
        "do\u200dne",
        "\u200edone",
        "\u200fdone\u200f",
        "\u2067done\u2069",
    ),
    *(
        "\u202adone\u202c",
        "\u00a0done\u3000",
        "\u2060done",
        "done\u00ad",
        "„done“",
        "„done”",
        "‚done‘",
        "»done«",
    ),
    *("›done‹", "«done»", "「done」", "【done】", "（done）", "done。", "・done", "• done", "done\ufe0f"),
]


@pytest.mark.parametrize("line", SIGNS)
def test_a_sign_ticks_the_day_alone_and_repeated(line: str) -> None:
    assert parse(line, TODAY) == Command(Verb.DONE)


@pytest.mark.parametrize("line", NOT_DONE)
def test_what_is_not_done_ticks_nothing_and_is_told_what_helps(line: str) -> None:
    assert parse(line, TODAY) == Unclear(line, NOT_YET)


@pytest.mark.parametrize(("line", "note"), NOTES)
def test_a_note_that_takes_nothing_back_stays_a_note(line: str, note: str) -> None:
    assert parse(line, TODAY) == Command(Verb.DONE, note=note)


@pytest.mark.parametrize("line", SILENT)
def test_a_sign_or_a_line_that_says_nothing_of_a_day_is_asked_about(line: str) -> None:
    assert parse(line, TODAY) == Unclear(line)


@pytest.mark.parametrize("line", WIDTHS)
def test_widths_directions_and_marks_do_not_hide_a_word(line: str) -> None:
    assert parse(line, TODAY) == Command(Verb.DONE)


@pytest.mark.parametrize(
    "line", ["skip 🙂", "skip 👍🏽", "skip!🙏", "skip ⏭️", "skip 🙂, thanks 🙏", "ｓｋｉｐ　🙂"]
)
def test_pictures_behind_a_word_decorate_it(line: str) -> None:
    assert parse(line, TODAY) == Command(Verb.SKIP)


@pytest.mark.parametrize("line", ["skip ❓", "skip ❌", "stop 🤔", "pause 👎"])
def test_pictures_that_ask_or_refuse_are_not_passed_over(line: str) -> None:
    assert isinstance(parse(line, TODAY), Unclear)


def test_a_full_width_argument_is_read() -> None:
    assert parse("ｐａｕｓｅ　３　ｄａｙｓ", TODAY) == Command(Verb.PAUSE, days=3)


@given(
    st.sampled_from(
        ("done", "👍", "✅", "did it", "erledigt", "fait", "hecho", "feito", "fatto", "gedaan", "完了")
    ),
    st.sampled_from((", ", " ", ". ", " - ", "\n", "、")),
    st.sampled_from(
        ("not yet", "noch nicht", "pas encore", "todavía no", "ainda não", "non ancora", "nog niet", "まだ")
    ),
    st.text("abc .,!", max_size=10),
)
def test_a_not_yet_behind_a_done_never_ticks(done: str, gap: str, denial: str, more: str) -> None:
    assert isinstance(parse(f"{done}{gap}{denial} {more}", TODAY), Unclear)

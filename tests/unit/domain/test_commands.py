"""Reply lines and what they are read as, one a row; pauses have a file of their own."""

from datetime import date

import pytest

from service.domain.command import Command, Unclear, Verb
from service.domain.commands import parse
from service.domain.doubts import NOT_YET
from service.domain.readers import NOTE_LIMIT, STEP_LIMIT

TODAY = date(2026, 3, 11)  # a Wednesday

PLAIN = {
    Verb.DONE: [
        *("done", "Done", "DONE", "dOnE", "  done  ", "\tdone\r\n", "\u00a0done\u00a0"),
        *("done.", "done!", "Done!!!", "done…", "done ...", "done -", "- done", "done :)"),
        *('"done"', "“Done”", "„done“", "*done*", "**Done**", "`done`", "(done)", "[done]"),
        *("did it", "Did it!", "did   it", "I did it", "i did it.", "- I did it"),
        *("✓", "✅", "✅!", "👍", "👍🏻", "👍🏽", "👍🏿", "👍\ufe0f"),
        "\u200edone",  # left-to-right mark
        "\u202bdone\u202c",  # embedded right-to-left
        "\ufeffdone",  # byte order mark
        "do\u200bne",  # zero-width space
        "\x00done\x00",
    ],
    Verb.SKIP: [
        *("skip", "Skip.", "SKIP!", "skipped", "Skipped…", "*skip*"),
        *(
            "skip please",
            "skip, thanks!",
            "skip. Thank you.",
            "Please skip.",
            "skip it",
            "skip today, please",
        ),
    ],
    Verb.UNDO: ["undo", "Undo!", "UNDO", "undo please"],
    Verb.PAUSE: ["pause", "Pause.", "pause please", "(pause)", "Please pause", "please, pause!"],
    Verb.RESUME: ["resume", "Resume.", "unpause", "continue", "continue please"],
    Verb.SMALLER: ["smaller", "Smaller!", "smaller, please", "**smaller**"],
    Verb.BIGGER: ["bigger", "BIGGER", "“bigger”", "Bigger, thank you!"],
    Verb.STATUS: ["status", "Status:", "status please", "Status?", "status? Thanks!"],
    Verb.STOP: [
        *("stop", "STOP", "Stop.", "stop, please.", "unsubscribe", "Unsubscribe!", "leave", "- leave"),
        *("Please stop.", "unsubscribe me", "please unsubscribe me", "Remove me, please!"),
    ],
    Verb.HELP: ["help", "Help!", "help please", "help?", "Help me, please!", "commands?"],
}

NOTES = [
    ("done felt easy", "felt easy"),
    ("done: felt easy", "felt easy"),
    ("done, felt easy", "felt easy"),
    ("done. Felt easy.", "Felt easy."),
    ("done - felt easy", "felt easy"),
    ("done – felt easy", "felt easy"),
    ("done—felt easy", "felt easy"),
    ("done--felt easy", "felt easy"),
    ("done; felt easy", "felt easy"),
    ("Done! Felt easy", "Felt easy"),
    ("done...felt easy", "felt easy"),
    ("done:felt easy", "felt easy"),
    ("done (finally)", "(finally)"),
    ("done 5 pages", "5 pages"),
    ("done, 2-3 pages", "2-3 pages"),
    ("done\nfelt easy", "felt easy"),
    ("did it, again", "again"),
    ("I did it: two pages", "two pages"),
    ("✅ two pages", "two pages"),
    ("👍🏽 two pages", "two pages"),
    ("done 😀", "😀"),
    ("done 👩‍👩‍👧", "👩‍👩‍👧"),
    ("done – çok güzel", "çok güzel"),
    ("done e\u0301tude", "étude"),
    ("done, not skipped", "not skipped"),
    ("*done* felt easy", "felt easy"),
    ("**done: felt easy**", "felt easy"),
]

STEPS = [
    ("step: write two lines", "write two lines"),
    ("Step: Write two lines.", "Write two lines."),
    ("STEP write two lines", "write two lines"),
    ("step - write two lines", "write two lines"),
    ("step:write two lines", "write two lines"),
    ("step:  write\ttwo   lines ", "write two lines"),
    ("step: done by nine", "done by nine"),
    ("step: 5 push-ups", "5 push-ups"),
    ("step: écrire", "écrire"),
    ("step: write \u202eowt\u202c lines", "write owt lines"),
    ("*step:* write two lines", "write two lines"),
    ("*step: write two lines*", "write two lines"),
    ("step: " + "x" * STEP_LIMIT, "x" * STEP_LIMIT),
]

UNCLEAR = [
    *("please", "please, done", "please please", "thanks, done", "please don't stop"),  # done is no wish
    *("", " ", ".", "?", "!!!", "\n", "\x00", "hello", "yes", "ok", "no", "thanks", "x"),
    *("I'm done", "un-done", "isn't it done"),
    *(
        "done-ish",
        "done's",
        "done’s",
        "doneness",
        "done_it",
        "dones",
        "done2",
        "did itself",
        "d one",
        "do ne",
    ),
    *("skip?", "skip this one", "skipping", "skipper", "skip-day", "don't skip", "skip tomorrow"),
    *(
        "stop smoking",
        "stop it",
        "stop?",
        "stopped",
        "stop-start",
        "leave me alone",
        "on leave",
        "don't stop",
    ),
    *("unsubscribe?", "unsubscribed", "unsubscribe them", "undo that", "resumed", "continued"),
    *(
        "smaller than that",
        "much smaller",
        "bigger?",
        "bigger and better",
        "status quo",
        "helpful",
        "help me decide",
        "helping?",
    ),
    *("steps: two", "stepped", "step-by-step", "stepwise", "my step: write", "👎", "❌", "дoне"),
    *("paused", "pause-ish", "no pause"),
]


@pytest.mark.parametrize(("verb", "line"), [(verb, line) for verb, lines in PLAIN.items() for line in lines])
def test_a_plain_word_is_its_command_and_nothing_more(verb: Verb, line: str) -> None:
    assert parse(line, TODAY) == Command(verb)


@pytest.mark.parametrize(("line", "note"), NOTES)
def test_a_note_may_follow_done(line: str, note: str) -> None:
    assert parse(line, TODAY) == Command(Verb.DONE, note=note)


@pytest.mark.parametrize(("line", "step"), STEPS)
def test_the_own_words_for_a_step_are_kept(line: str, step: str) -> None:
    assert parse(line, TODAY) == Command(Verb.STEP, step=step)


@pytest.mark.parametrize("line", UNCLEAR)
def test_what_is_not_exactly_a_command_is_asked_about(line: str) -> None:
    reading = parse(line, TODAY)
    assert isinstance(reading, Unclear)
    assert reading.why == ""


@pytest.mark.parametrize("line", ["step", "Step.", "step:", "step: ...", "step -"])
def test_a_step_without_words_is_told_how_to_write_it(line: str) -> None:
    reading = parse(line, TODAY)
    assert isinstance(reading, Unclear)
    assert reading == Unclear("step", "Write the new step behind it, such as step: write two lines.")


def test_a_step_over_the_limit_is_refused_with_the_limit() -> None:
    reading = parse("step: " + "x" * (STEP_LIMIT + 1), TODAY)
    assert isinstance(reading, Unclear)
    assert str(STEP_LIMIT) in reading.why
    assert reading.line == "x" * 59 + "…"


def test_an_overlong_note_is_cut_and_the_day_still_counts() -> None:
    reading = parse("done " + "long " * 5000, TODAY)
    assert isinstance(reading, Command)
    assert reading.verb is Verb.DONE
    assert NOTE_LIMIT - 5 <= len(reading.note) <= NOTE_LIMIT


def test_an_unclear_line_is_quoted_back_short_and_clean() -> None:
    assert parse("I am not\x00 done\nyet", TODAY) == Unclear("I am not done yet", NOT_YET)
    assert parse("done? " * 100, TODAY) == Unclear(("done? " * 14)[:79] + "…")
    assert parse("word " * 100, TODAY) == Unclear(("word " * 16).rstrip() + "…")

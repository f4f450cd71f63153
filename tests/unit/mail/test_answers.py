"""The answers: each thing that a reply can bring about has its own sentence."""

import ast
import inspect

import pytest

from service.actions import (
    answering,
    reply,
    reply_day,
    reply_settings,
    reply_step,
    reply_to_many,
    sorting,
    strangers,
)
from service.mail.compose import Letter
from service.mail.template import template
from tests.unit.mail.samples import ANSWERS, answer, days

MODULES = (reply, reply_day, reply_settings, reply_step, reply_to_many, sorting, strangers)
CHANGES_NOTHING = (
    *("nothing_to_undo", "too_late", "not_paused", "no_amount", "not_active", "unclear"),
    *("nothing_to_keep", "which", "full", "hint"),
)


def text(letter: Letter) -> str:
    return template("answer").render(letter.values).text


def test_every_answer_that_the_code_can_give_is_tried_here() -> None:
    sources = [ast.parse(inspect.getsource(module)) for module in MODULES]
    calls = [node for source in sources for node in ast.walk(source) if isinstance(node, ast.Call)]
    named = {
        constant.value
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id == "Answer"
        for constant in ast.walk(call.args[0])
        if isinstance(constant, ast.Constant)
    }
    assert len(named) > 12
    assert "answer.name == SILENCE.name" in inspect.getsource(answering)
    assert named - {"silence"} == {letter.values["answer"] for letter, _ in ANSWERS.values()}


@pytest.mark.parametrize("name", ANSWERS)
def test_each_answer_begins_with_its_own_sentence(name: str) -> None:
    letter, begins = ANSWERS[name]
    assert text(letter).startswith(begins)


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_says_that_nothing_has_changed_exactly_where_nothing_has(name: str) -> None:
    letter, _ = ANSWERS[name]
    said = "nothing has changed" in text(letter)
    assert said == (letter.values["answer"] in CHANGES_NOTHING)


@pytest.mark.parametrize("name", ANSWERS)
def test_the_chain_is_drawn_while_the_goal_is_active(name: str) -> None:
    letter, _ = ANSWERS[name]
    drawn = str(letter.values["drawings"][0]) in text(letter)
    undrawn = ("help", "left", "not_active", "which", "added", "full")
    assert drawn == (letter.values["answer"] not in undrawn and len(letter.values["args"]["steps"]) < 2)


def test_an_answer_for_another_day_says_which_day() -> None:
    letter = answer("done", {"note": ""})
    letter.values["day"] = "Monday 9 March"
    assert text(letter).startswith("Done for Monday 9 March.")


def test_an_unclear_line_is_told_what_each_word_would_have_done() -> None:
    said = text(answer("unclear", {"line": "donut", "why": ""}))
    assert "done would have ticked today" in said
    assert "Reply help for all the words." in said


def test_status_tells_where_it_leads_and_when_the_next_step_comes() -> None:
    said = text(answer("status"))
    assert "It leads to: Write a book" in said
    assert "The next one comes tomorrow at 08:00." in said
    assert "Chain: 3 days." in said
    assert "3 of your last 3 days done, 3 in all." in said


def test_status_in_an_open_pause_tells_how_to_end_it() -> None:
    said = text(answer("status", next_due_at=None))
    assert "It is paused until you reply resume." in said
    assert "next one comes" not in said


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("d", "Chain: 1 day."),
        ("ddd", "Chain: 3 days."),
        ("dd.", "Chain: 2 days. It is bent by one missed day, not broken."),
        ("ddd..d", "Chain: 1 day. Your longest: 3."),
        ("dd..", "2 days done so far. A new chain begins with one small step."),
        ("d..", "1 day done so far. A new chain begins with one small step."),
        ("", "A chain begins with one small step."),
    ],
)
def test_an_answer_tells_the_chain(pattern: str, said: str) -> None:
    assert said in text(answer("skipped", ledger=days(pattern))).splitlines()


def test_a_step_and_the_sentence_after_it_do_not_run_into_each_other() -> None:
    said = text(answer("step_changed", step="Write 1 sentence"))
    assert "Your step is now: Write 1 sentence" in said
    assert "Write 1 sentence To change it" not in said

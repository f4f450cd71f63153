"""Words in a mail, and the politeness, punctuation, quotes and emphasis around them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.wording import after, folded, polite, unwrapped

AFTER = [
    ("done", "done", ""),
    ("DONE", "done", ""),
    ("done ...", "done", ""),
    ("done ***", "done", ""),
    ("done_", "done", ""),
    ("done: ok", "done", "ok"),
    ("done:ok", "done", "ok"),
    ("done - ok", "done", "ok"),
    ("done—ok", "done", "ok"),
    ("done ~ ok", "done", "ok"),
    ("done… ok!", "done", "ok!"),
    ("done (ok)", "done", "(ok)"),
    ('done "ok"', "done", "ok"),
    ("done' ok", "done", "ok"),
    ("step:* write two", "step", "write two"),
    ('step": write two', "step", "write two"),
    ("step»: write", "step", "write"),
    ("did it again", "did it", "again"),
    ("👍🏽 ok", "👍", "ok"),
    ("👍🏽\ufe0fok", "👍", "ok"),
    ("✅ok", "✅", "ok"),  # a sign ends by itself
    ("done 2", "done", "2"),
    ("done -3", "done", "-3"),  # a minus stays
    ("pause: -3 days", "pause", "-3 days"),
    ("pause −3", "pause", "−3"),
    ("pause – 3 days", "pause", "3 days"),  # a dash between is none
    ("pause x -3", "pause", "x -3"),
    ("doner", "done", None),
    ("done2", "done", None),
    ("done's", "done", None),
    ("done’s", "done", None),
    ("done-ish", "done", None),
    ("done_it", "done", None),
    ("undone", "done", None),
    ("do ne", "done", None),
    ("", "done", None),
    ("İ", "i", None),
]
UNWRAPPED = [
    ("", ""),
    ("x", "x"),
    ('"', '"'),
    ('""', ""),
    ('"x"', "x"),
    ('""x""', "x"),
    ("'x'", "x"),
    ("' x '", "x"),
    ("“x”", "x"),
    ("‘x’", "x"),
    ("„x“", "x"),
    ("«x»", "x"),
    ("*x*", "x"),
    ("**x**", "x"),
    ("_x_", "x"),
    ("`x`", "x"),
    ('"*x*"', "x"),
    ('"x".', "x"),
    ('"x"!', "x"),
    ("*x*. ", "x"),
    ('"x', '"x'),
    ('x"', 'x"'),
    ("“x“", "“x“"),
    ("(x)", "(x)"),
    ('"x" and "y"', '"x" and "y"'),
    ("*x* y", "*x* y"),
    ("*x* y*", "*x* y*"),
    ('"x"y"', '"x"y"'),
    ('"x"X', '"x"X'),
]
FOLDED = [
    ("", ""),
    ("X", "x"),
    ("  A   B\t", "a b"),
    ("A,B.c", "a b c"),
    ("mon, wed, fri.", "mon wed fri"),
    ("Straße", "strasse"),
    ("ﬁ ＡＢ ３", "fi ab 3"),
    ("3 days please", "3 days"),
    ("3 days, please!", "3 days"),
    ("3 days please, thanks", "3 days"),
    ("3 days. Thank you.", "3 days"),
    ("3 days thx", "3 days"),
    ("3 days ta", "3 days"),
    ("PLEASE", ""),
    ("please 3 days", "please 3 days"),
    ("unplease", "unplease"),
    ("data", "data"),
    ("(x)", "x"),
    ("[x]", "x"),
    ("{x}", "x"),
    ("~x~", "x"),
    ("«x", "x"),
    ("- x -", "- x"),
]


@pytest.mark.parametrize(("text", "word", "rest"), AFTER)
def test_what_follows_a_word_is_found_where_the_word_ends_there(
    text: str, word: str, rest: str | None
) -> None:
    assert after(text, word) == rest


@pytest.mark.parametrize(("text", "bare"), UNWRAPPED)
def test_only_marks_around_the_whole_text_are_taken_off(text: str, bare: str) -> None:
    assert unwrapped(text) == bare


@pytest.mark.parametrize(("text", "plain"), FOLDED)
def test_politeness_and_punctuation_are_folded_away(text: str, plain: str) -> None:
    assert folded(text) == plain


def test_politeness_goes_but_the_text_keeps_its_case_and_its_points() -> None:
    assert polite("Half.Past, 7 thanks!") == "Half.Past, 7"
    assert polite("(5 minutes) please") == "5 minutes"


@given(st.text(max_size=60) | st.text(" \"'*_`“”„«».,!-x", max_size=20))
def test_any_text_is_folded_and_unwrapped_once_and_for_all(text: str) -> None:
    assert unwrapped(unwrapped(text.strip())) == unwrapped(text.strip())
    assert folded(text) == " ".join(folded(text).split())
    assert len(unwrapped(text)) <= len(text)
    assert after(text, "done") is None or text.casefold().startswith("done")

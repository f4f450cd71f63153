"""Words of others on a terminal: they can be read, and do nothing."""

import pytest

from service.terminal import decoded, line, safe, short


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, with ümlaut and 一文 😀\tand\n", "plain, with ümlaut and 一文 😀\tand\n"),
        ("\x1b]0;title\x07\x1b[2J", "\\x1b]0;title\\x07\\x1b[2J"),
        ("a\rb\x08\x7f\x00\x9b31m", "a\\x0db\\x08\\x7f\\x00\\x9b31m"),
        ("\u202eabc\u200b\u2028\ufeff", "\\u202eabc\\u200b\\u2028\\ufeff"),
        ("\U000e0041", "\\U000e0041"),
        ("\xa0", "\\xa0"),
    ],
)
def test_what_a_terminal_could_act_on_is_escaped(text: str, shown: str) -> None:
    assert safe(text) == shown


def test_a_line_stays_one_line() -> None:
    assert line("a\nb\tc\x1b") == "a\\nb c\\x1b"


def test_tokens_are_too_short_to_be_of_use() -> None:
    token = "17-739686-anziummwjd4r5ztszsburxucke"
    assert short(f"<reply-{token}@x> https://x/done/{token}") == (
        "<reply-17-739686-anzi…@x> https://x/done/17-739686-anzi…"
    )
    assert short("reply-4-y2ux") == "reply-4-y2ux"


def test_bytes_that_are_no_text_are_told() -> None:
    assert decoded(b"a\r\n\xff\xe9b") == "a\n\\xff\\xe9b"

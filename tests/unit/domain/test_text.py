"""What people type, made safe to keep."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.text import one_line, shortened

LINES = [
    ("", ""),
    ("Write a book", "Write a book"),
    ("  Write   a\tbook  ", "Write a book"),
    ("Write\na\r\nbook\r", "Write a book"),
    ("Write\u2028a\u2029book", "Write a book"),  # line and paragraph separators
    ("Write\x0ba\x0cbook\x85", "Write a book"),
    ("Write\u00a0a\u3000book", "Write a book"),
    ("Subject: x\r\nBcc: all@example.org", "Subject: x Bcc: all@example.org"),
    ("\x00Wri\x00te\x1b[31m\x7f", "Write[31m"),
    ("\x00\x01\x02", ""),
    ("\u200f\u200eWrite\u061c", "Write"),  # right-to-left, left-to-right and Arabic letter marks
    ("\u202egnp.exe\u202c", "gnp.exe"),  # overrides
    ("\u2066a\u2067b\u2068c\u2069", "abc"),  # isolates
    ("\ufeffWri\u200bte\u00ad \u2060it", "Write it"),  # byte order mark, zero-width space, soft hyphen
    ("a\ud800b", "ab"),  # half a surrogate pair
    ("a\ue000b", "ab"),  # for private use
    ("caf\u0065\u0301", "caf\u00e9"),
    ("\u212bngstr\u00f6m", "\u00c5ngstr\u00f6m"),
    ("\u1112\u1161\u11ab", "\ud55c"),  # Hangul put together
    ("e\u200e\u0301", "\u00e9"),  # also across a mark that goes
    ("👩‍👩‍👧", "👩‍👩‍👧"),
    ("🏳️‍🌈 ❤️ 👍🏽 🇪🇺 1️⃣", "🏳️‍🌈 ❤️ 👍🏽 🇪🇺 1️⃣"),
    ("می\u200cخواهم", "می\u200cخواهم"),  # Persian needs its zero-width non-joiner
    ("اكتب جملة", "اكتب جملة"),
    ("书く", "书く"),
    ("\u200d \u200cWrite \u200d", "Write"),  # joiners that join nothing
    ("X marks X", "X marks X"),
    ("ﬁ ½ ＡＢ", "ﬁ ½ ＡＢ"),  # compatibility characters stay as typed
    ("<b>&amp; 'x' \"y\"", "<b>&amp; 'x' \"y\""),
]


@pytest.mark.parametrize(("typed", "kept"), LINES)
def test_typed_text_becomes_one_safe_line(typed: str, kept: str) -> None:
    assert one_line(typed) == kept


characters = st.characters(codec=None) | st.sampled_from("\n\r\t\0\u202e\u200d\u0301 \ue000\ud800\u2028é")


@given(st.text(characters, max_size=80))
def test_any_text_becomes_one_safe_line(typed: str) -> None:
    line = one_line(typed)
    assert line == line.strip()
    assert line.splitlines() in ([line], [])
    assert unicodedata.is_normalized("NFC", line)
    assert all(unicodedata.category(c) not in {"Cc", "Cs", "Co"} for c in line)
    assert all(unicodedata.category(c) != "Cf" or c in "\u200c\u200d" for c in line)
    assert len(line.encode()) >= len(line)  # it can be written down


@given(st.lists(st.text("abcxyz019.,!?äß書😀", min_size=1), max_size=8))
def test_words_stay_and_only_the_space_between_them_changes(words: list[str]) -> None:
    assert one_line(" \n".join(words)) == " ".join(words)
    assert one_line(one_line("\t".join(words))) == one_line("\t".join(words))


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("", 5, ""),
        ("hello", 5, "hello"),
        ("hello!", 5, "hell…"),
        ("hello world", 7, "hello…"),  # no space before the ellipsis
        ("hello", 1, "…"),
        ("h", 1, "h"),
        ("äöüäöü", 4, "äöü…"),
    ],
)
def test_a_long_text_is_shortened_with_an_ellipsis(text: str, limit: int, expected: str) -> None:
    assert shortened(text, limit) == expected


@given(st.text(max_size=60), st.integers(1, 70))
def test_a_shortened_text_keeps_to_its_limit(text: str, limit: int) -> None:
    short = shortened(text, limit)
    assert len(short) <= limit
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]) and len(text) > limit)

"""Quoted-printable pieces: they decode to what went in, wherever they are joined."""

import re
from html import escape
from quopri import decodestring

from hypothesis import example, given, settings
from hypothesis import strategies as st

from service.mail.quoted import SOFT_BREAK, html_word, is_plain, quoted

# Characters that an encoding, a line or a mail server may stumble over, and any others.
HARD = st.one_of(
    st.text(max_size=300),
    st.text(st.sampled_from("ab =.\t\r\n\0é日😀&<>\"'\x7f\x85\u2028_?-"), max_size=300),
    st.text(st.sampled_from("x =é\n"), min_size=60, max_size=240),
    st.sampled_from(
        ["From me", ".", "..", "=" * 200, "é" * 90, "x" * 75, "x" * 76, "x" * 77, "--=_", f"{'x' * 74} \n."]
    ),
)


def unquoted(text: str) -> str:
    return decodestring(text.encode("ascii")).decode().replace("\r\n", "\n")


def one_ending(text: str) -> str:
    return re.sub(r"\r\n?", "\n", text).encode("utf-8", "replace").decode()


@settings(max_examples=300)
@example([f"{'x' * 74} \n"])  # a blank that is encoded at the end of a full line
@given(st.lists(HARD, min_size=1, max_size=4))
def test_pieces_joined_by_soft_breaks_are_one_text(texts: list[str]) -> None:
    joined = SOFT_BREAK.join(map(quoted, texts))
    assert unquoted(joined) == "".join(map(one_ending, texts))
    assert max(map(len, joined.split("\r\n"))) <= 76
    assert not re.search(r"(?<!\r)\n|\r(?!\n)|[^\r\n\t -~]|[ \t]\r\n|[ \t]$", joined)
    assert "=_" not in joined  # so that a boundary can't be among them


@given(HARD)
def test_a_piece_leaves_room_for_a_soft_break(text: str) -> None:
    assert max(map(len, (quoted(text) + SOFT_BREAK).split("\r\n"))) <= 76


@settings(max_examples=300)
@given(HARD)
def test_a_plain_word_is_its_own_encoding(text: str) -> None:
    if is_plain(text):
        assert text == quoted(text) == html_word(text)


@given(HARD)
def test_a_word_is_escaped_for_html(text: str) -> None:
    # The two escape quotes differently, and mean the same.
    escaped = escape(one_ending(text)).replace("&quot;", "&#34;").replace("&#x27;", "&#39;")
    assert unquoted(html_word(text)) == escaped


def test_common_words_are_plain() -> None:
    for word in ("Write 1 sentence", "12", "https://kaizen.example.org/done/17-739677-abcdefgh", "x"):
        assert is_plain(word)
    for word in ("", " x", "x ", ".", "a=b", "é", "a\n", "a\tb", "<b>", "R&B", "'", '"', "\x7f", "x" * 76):
        assert not is_plain(word) or word == " x"

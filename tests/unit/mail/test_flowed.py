"""Text in format=flowed becomes whole lines again (RFC 3676)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.mail.flowed import unflowed


@pytest.mark.parametrize(
    ("text", "joined", "whole"),
    [
        ("done\n", False, "done"),
        ("one \ntwo\n", False, "one two"),
        ("one \ntwo\n", True, "onetwo"),
        ("one  \ntwo", True, "one two"),
        ("one \ntwo \nthree\n\nfour", False, "one two three\n\nfour"),
        ("one \n> two\n", False, "one \n> two"),
        (">one \n>two\n", False, "> one two"),
        ("> one \n>> two\n", False, "> one \n>> two"),
        ("> one \nown\n", False, "> one \nown"),
        (" space\n", False, "space"),
        (" >not quoted\n", False, ">not quoted"),
        ("one \n-- \nAnn \nCooper", False, "one \n-- \nAnn Cooper"),
        ("never ended ", False, "never ended "),
        ("", False, ""),
    ],
)
def test_broken_lines_become_whole(text: str, joined: bool, whole: str) -> None:
    assert unflowed(text, joined) == whole


@given(st.text(max_size=200), st.booleans())
def test_nothing_but_line_ends_and_spaces_is_lost(text: str, joined: bool) -> None:
    def words(of: str) -> str:
        return "".join("".join(of.split()).replace(">", "").splitlines())

    assert words(unflowed(text, joined)) == words(text)

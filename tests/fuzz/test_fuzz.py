"""A short run of spoiled mails in every `make test`; `python -m tests.fuzz SECONDS` goes on for longer."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.mail.inbound import read_message
from tests.fuzz.mutations import TOKENS, spoiled
from tests.fuzz.seeds import NAMES, SEEDS
from tests.fuzz.way import walk

# Words of our own mail, which every reply of the corpus quotes: nobody who replies wrote them.
QUOTED = ("Today's step", "I did it", "kaizen.example.org", "You can also just reply", "Write 1 sentence")


@settings(deadline=None, max_examples=400)
@given(st.integers(min_value=0, max_value=2**40))
def test_a_spoiled_mail_is_read_or_unreadable_in_time(number: int) -> None:
    walk(spoiled(number))


@settings(deadline=None, max_examples=150)
@given(st.lists(st.one_of(st.sampled_from(TOKENS), st.binary(max_size=20)), max_size=40))
def test_pieces_in_any_order_are_read_or_unreadable_in_time(pieces: list[bytes]) -> None:
    walk(b"".join(pieces))


@pytest.mark.parametrize("name", NAMES)
def test_no_line_from_below_a_quote_is_own(name: str) -> None:
    incoming = walk(SEEDS[NAMES.index(name)])
    assert incoming is not None
    if not incoming.automatic and not name.startswith("arf-"):
        assert not [line for line in incoming.lines if any(words in line for words in QUOTED)]


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(SEEDS), st.sampled_from([b"\n", b"\r\n"]), st.integers(min_value=0, max_value=60))
def test_what_relays_do_to_a_mail_does_not_change_what_is_said(
    raw: bytes, line_end: bytes, hops: int
) -> None:
    trace = b"Received: from a.example.net by b.example.net; Wed, 11 Mar 2026 08:00:00 +0100\r\n" * hops
    carried = read_message((trace + raw).replace(b"\r\n", line_end))
    before = read_message(raw)
    assert (carried.lines, carried.sender, carried.automatic) == (
        before.lines,
        before.sender,
        before.automatic,
    )

"""Headers as they stand on the wire: folded, encoded, and one for each call, whatever the value."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_string
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.policy import default
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.mail.headers import date_line, from_line, header_text, tokens, words

ANY = st.one_of(st.text(max_size=300), st.text(st.sampled_from("ab \r\n\0:=?é😀\u2028\x85\t"), max_size=200))


def value(header: str) -> str:
    """Return what stands behind the name, unfolded; the header has to be one."""
    assert header.isascii()
    assert header.endswith("\r\n")
    assert not re.search(r"\r\n[^ ]|(?<!\r)\n|\r(?!\n)|\0", header)
    return header.partition(":")[2].replace("\r\n", "").strip()


@given(ANY)
def test_words_are_read_back_as_they_were(text: str) -> None:
    safe = header_text(text)
    header = words("Subject", safe)
    assert str(make_header(decode_header(value(header)))) == safe
    assert message_from_string(f"{header}\r\n", policy=default)["Subject"].lstrip() == safe
    if not safe.isascii():
        assert max(map(len, header.split("\r\n"))) <= 76


@given(st.text(st.sampled_from("aé日😀"), min_size=1, max_size=150))
def test_no_encoded_word_is_too_long_or_splits_a_character(text: str) -> None:
    encoded = value(words("Subject", text + "é")).split()
    assert max(map(len, encoded)) <= 75
    decoded = [decode_header(word)[0] for word in encoded]
    assert "".join(data.decode(charset or "") for data, charset in decoded) == text + "é"


@given(ANY.filter(lambda text: header_text(text).isascii()))
def test_no_value_makes_another_header(text: str) -> None:
    for header in (tokens("To", text[:150]), tokens("Message-ID", f"<{text[:150]}>")):
        if header.isascii():
            assert message_from_string(f"{header}\r\n").keys() == [header.partition(":")[0]]
            value(header)


def test_tokens_are_folded_only_between_them() -> None:
    ids = [f"<{number}.{'a' * 40}@example.org>" for number in range(9)]
    header = tokens("References", " ".join(ids))
    assert value(header).split() == ids
    assert max(map(len, header.split("\r\n"))) <= 78
    assert tokens("To", "x" * 200) == f"To: {'x' * 200}\r\n"


def test_a_token_that_no_server_need_take_is_refused() -> None:
    with pytest.raises(ValueError, match="To is too long"):
        tokens("To", "x" * 1000)


@pytest.mark.parametrize(
    ("now", "written"),
    [
        (datetime(2026, 3, 11, 7, 0, tzinfo=UTC), "Wed, 11 Mar 2026 07:00:00 +0000"),
        (datetime(2026, 3, 11, 7, 0, 0, 999_999, tzinfo=UTC), "Wed, 11 Mar 2026 07:00:00 +0000"),
        (
            datetime(2026, 3, 11, 1, 0, tzinfo=timezone(timedelta(hours=2))),
            "Tue, 10 Mar 2026 23:00:00 +0000",
        ),
    ],
)
def test_the_date_is_told_in_utc(now: datetime, written: str) -> None:
    assert date_line(now) == f"Date: {written}\r\n"
    assert parsedate_to_datetime(written) == now.replace(microsecond=0)


@pytest.mark.parametrize("name", ["Kaizen", "Kaizen, Inc.", "改善", "", 'a "b"'])
def test_the_sender_may_have_any_name(name: str) -> None:
    header = from_line(Address(name, "kaizen", "example.org"))
    value(header)
    (address,) = message_from_string(f"{header}\r\n", policy=default)["From"].addresses
    assert (address.display_name, address.addr_spec) == (name, "kaizen@example.org")

"""Hostile mail: read or Unreadable within bounded time, and never another exception."""

import contextlib
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.mail.inbound import LARGEST, MOST_PARTS, Unreadable, digest, read_message
from service.mail.own_lines import own_lines

HEAD = b"From: ann@example.org\r\nSubject: x\r\nMessage-ID: <1@x>\r\n"
SECONDS = 1.0  # of this thread's own time; what is bounded takes a small part of it


def nested(depth: int, boundary: bytes = b'boundary="b%d"') -> bytes:
    """Return multiparts inside each other."""
    return b"".join(
        b"Content-Type: multipart/mixed; " + boundary % level + b"\r\n\r\n--b%d\r\n" % level
        for level in range(depth)
    )


def flat(parts: int) -> bytes:
    """Return one multipart of many parts."""
    return b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * parts + b"--b--\r\n"


@pytest.mark.parametrize(
    ("hostile", "reason"),
    [
        (nested(1000), "too many parts"),
        (nested(MOST_PARTS + 1), "too many parts"),
        (b"\r\n" + b"x" * LARGEST, "too large"),
    ],
)
def test_what_is_out_of_bounds_is_refused_before_it_is_parsed(hostile: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read_message(HEAD + hostile)


def test_many_parts_under_one_boundary_are_too_many() -> None:
    with pytest.raises(Unreadable):
        read_message(HEAD + flat(20_000))


def test_a_mail_with_a_few_dozen_parts_is_read() -> None:
    assert read_message(HEAD + flat(30)).lines == ("x",)


SLOW = {
    "nested multiparts": nested(1000),
    "nested as deep as allowed": nested(MOST_PARTS - 1) + b"\r\ndone",
    "nested as deep as allowed, with a long body": nested(MOST_PARTS - 1) + b"\r\n" + b"x\n" * 150_000,
    "nested with a space before the equals sign": nested(1000, b'boundary ="b%d"'),
    "nested with a comment": nested(1000, b'boundary (x) ="b%d"'),
    "nested with an encoded boundary": nested(1000, b"boundary*=utf-8''b%d"),
    "nested messages": b"Content-Type: message/rfc822\r\n\r\n" * 5000 + b"done",
    "parts": flat(30_000),
    "senders": b"From: " + b"a@b.example, " * 8_000 + b"x@y.example\r\n\r\ndone",
    "words in a name": b"From: " + b"a " * 20_000 + b"<x@y.example>\r\n\r\ndone",
    "dots in a name": b"From: " + b"a." * 18_000 + b"@y.example\r\n\r\ndone",
    "comments": b"From: " + b"(x)" * 3_500 + b"x@y.example\r\n\r\ndone",
    "open brackets": b"From: " + b"(" * 100_000 + b"\r\n\r\ndone",
    "encoded words": b"From: " + b"=?utf-8?q?a?= " * 7_000 + b"<x@y.example>\r\n\r\ndone",
    "parameters": b"Content-Type: text/plain" + b"; a=b" * 7_500 + b"\r\n\r\ndone",
    "folded parameters": b"Content-Type: text/plain" + b";\r\n a=b" * 7_500 + b"\r\n\r\ndone",
    "numbered parameters": b"Content-Type: text/plain" + b"; a*0*=b" * 3_800 + b"\r\n\r\ndone",
    "dispositions": b"Content-Disposition: inline" + b"; a=b" * 20_000 + b"\r\n\r\ndone",
    "transfer encodings": b"Content-Transfer-Encoding: " + b"x " * 50_000 + b"\r\n\r\ndone",
    "headers": b"X: y\r\n" * 100_000 + b"\r\ndone",
    "a header": b"X: " + b"a" * 4_000_000 + b"\r\n\r\ndone",
    "references": b"References: " + b"<a@b> " * 500_000 + b"\r\n\r\ndone",
    "half a reference": b"References: " + b"<" * 2_000_000 + b"\r\n\r\ndone",
    "punycode": b"Content-Type: text/plain; charset=punycode\r\n\r\n" + b"a" * 90_000 + b"-" + b"bc" * 90_000,
    "lines": b"\r\n" + b"\n" * 1_000_000,
    "a line": b"\r\n" + b"a" * 4_000_000,
    "On On On": b"\r\n" + b"On " * 1_000_000 + b"\r\n> x",
    "colons": b"\r\n" + b":" * 1_000_000 + b"\n> x",
    "dashes": b"\r\n" + b"-" * 1_000_000 + b"\n" + b"- " * 500_000,
    "spaces": b"\r\n" + b" " * 4_000_000 + b"\n> x",
}


@pytest.mark.parametrize("name", SLOW)
def test_a_mail_made_to_be_slow_takes_bounded_time(name: str) -> None:
    head = b"" if SLOW[name].startswith(b"From") else HEAD
    started = time.thread_time()
    with contextlib.suppress(Unreadable):
        read_message(head + SLOW[name])
    assert time.thread_time() - started < SECONDS


def test_telling_a_message_from_another_takes_bounded_time() -> None:
    for raw in (b"Message-ID: " + b" " * 4_000_000, b"\r\n" * 2_000_000, b"Message-ID:\r\n" * 300_000):
        started = time.thread_time()
        assert len(digest(raw, "a@example.org")) == 64
        assert time.thread_time() - started < SECONDS


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=600))
def test_random_bytes_are_read_or_unreadable(raw: bytes) -> None:
    with contextlib.suppress(Unreadable):
        read_message(raw)
    assert len(digest(raw, "a@example.org")) == 64


PIECES = (
    *(b"From: ", b"Subject: ", b"Message-ID: ", b"References: ", b"Return-Path: ", b"Auto-Submitted: "),
    *(
        b"Content-Type: text/plain; charset=",
        b"Content-Transfer-Encoding: base64\r\n",
        b"Content-Disposition: ",
    ),
    *(b"Content-Type: multipart/mixed; boundary=b\r\n", b"Content-Type: message/rfc822\r\n", b"; a*0*=''"),
    *(
        b"--b\r\n",
        b"--b--\r\n",
        b"\r\n",
        b"\r\n\r\n",
        b"\r\n ",
        b"\n",
        b"\t",
        b"<",
        b">",
        b"@",
        b"[",
        b"]",
        b"@[",
    ),
    *(
        b"(",
        b")",
        b'"',
        b"\\",
        b":",
        b";",
        b",",
        b".",
        b"=",
        b"=?utf-8?q?=0A?=",
        b"=?utf-8?b?AAA?=",
        b"=?",
        b"?=",
    ),
    *(
        b"ann@example.org",
        b"done",
        b"> done",
        b"\0",
        b"\xff",
        b"\xc3\xa9",
        b"utf-8",
        b"inline",
        b"=3D",
        b"--",
    ),
)


@settings(deadline=None, max_examples=400)
@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_pieces_of_mail_in_any_order_are_read_or_unreadable(pieces: list[bytes]) -> None:
    with contextlib.suppress(Unreadable):
        read_message(b"".join(pieces))


GOOD = (
    HEAD + b"References: <a@b> <c@d>\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    b"done=20\r\n\r\nOn Monday, Kaizen wrote:\r\n> stop\r\n--b\r\n"
    b"Content-Type: text/html\r\n\r\n<p>x</p>\r\n--b--\r\n"
)


@settings(deadline=None, max_examples=300)
@given(st.integers(min_value=0), st.integers(min_value=1, max_value=12))
def test_a_mail_with_pieces_cut_out_doubled_or_put_in_is_read_or_unreadable(seed: int, changes: int) -> None:
    raw, chance = GOOD, random.Random(seed)
    for _ in range(changes):
        start = chance.randrange(len(raw) + 1)
        end = min(len(raw), start + chance.randrange(12))
        raw = raw[:start] + chance.choice((b"", raw[start:end] * 2, chance.choice(PIECES))) + raw[end:]
    with contextlib.suppress(Unreadable):
        read_message(raw)


@settings(deadline=None)
@given(st.text(max_size=2000))
def test_own_lines_of_any_text_are_lines(text: str) -> None:
    for line in own_lines(text):
        assert "\n" not in line
        assert "\r" not in line
        assert len(line) <= 4000

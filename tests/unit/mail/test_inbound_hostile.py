"""Hostile mail: read or Unreadable within bounded time, and never another exception."""

import contextlib
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.mail.bounds import DEEPEST, LARGEST, Unreadable
from service.mail.inbound import digest, read_message
from service.mail.own_lines import own_lines
from service.mail.parsing import MOST_PARTS

HEAD = b"From: ann@example.org\r\nSubject: x\r\nMessage-ID: <1@x>\r\n"
SECONDS = 5.0  # of this thread's own time; what is bounded takes a small part of it


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
        (nested(1000), "nested too deeply"),
        (nested(DEEPEST + 1), "nested too deeply"),
        (nested(DEEPEST + 1).replace(b"\r\n", b"\r"), "nested too deeply"),
        (nested(DEEPEST // 2) + b"Content-Type: message/rfc822\r\n\r\n" * DEEPEST, "nested too deeply"),
        (b"\r\n" + b"x" * LARGEST, "too large"),
        (b"\r\n" + b"x" * 50_000_000, "too large"),
        (flat(200_000), "too many lines"),
        (flat(20_000), "too many parts"),
        (flat(MOST_PARTS + 1), "too many parts"),
        (b"\r\n" + b"\r" * 150_000, "too many lines"),
        (
            b"To: " + b"someone@example.net,\r\n " * 10_000 + b"x@example.net\r\n\r\ndone",
            "a header is too long",
        ),
        (
            b"Cc: " + b"someone@example.net, " * 50_000 + b"x@example.net\r\n\r\ndone",
            "its headers are too long",
        ),
        (b"X: y\r\n" * 501 + b"\r\ndone", "too many headers"),
        (b"X: " + b"y" * 101_000 + b"\r\n\r\ndone", "a header is too long"),
        ((b"X: " + b"y" * 90_000 + b"\r\n") * 5 + b"\r\ndone", "its headers are too long"),
        (b"Content-Type: text/plain" + b"; a=b" * 7_500 + b"\r\n\r\ndone", "a header of a part is too long"),
        (b"Content-Type: message/delivery-status\r\n\r\n" + b"a: b\r\n\r\n" * 40_000, "too many parts"),
    ],
)
def test_what_is_out_of_bounds_is_refused_with_its_reason(hostile: bytes, reason: str) -> None:
    started = time.thread_time()
    with pytest.raises(Unreadable, match=reason):
        read_message(HEAD + hostile)
    assert time.thread_time() - started < SECONDS


@pytest.mark.parametrize(
    "fine",
    [
        b"To: " + b"someone@example.net,\r\n " * 3000 + b"x@example.net\r\n",
        b"X: y\r\n" * 400,
        b"X: " + b"y" * 90_000 + b"\r\n",
        b"Content-Type: text/plain" + b"; a=b" * 100 + b"\r\n",
        b"Content-Type: text/plain; charset*0*=us-ascii''ut; charset*1*=f%2D8\r\n",
        b"Message-ID: <[x@y>\r\n",
        b"Content-Type: multipart/mixed\r\n",
        b"Content-Type: text/plain; charset=x-nobody-knows\r\n",
        b"Content-Type: text/plain; charset=utf-7\r\n",
        b"Content-Type: text/plain; x=\xff\r\n",
        b"Content-Transfer-Encoding: \xff\r\n",
    ],
)
def test_what_is_only_odd_is_read(fine: bytes) -> None:
    incoming = read_message(HEAD + fine + b"\r\ndone\r\n> stop\r\n")
    assert incoming.lines == ("done",)
    assert incoming.sender == "ann@example.org"


@pytest.mark.parametrize(
    "raw",
    [b"", b"\r\n", b"From: ann@example.org", b"From: ann@example.org\r\n", b"\0" * 1000, b"x"],
    ids=repr,
)
def test_a_mail_without_a_body_or_without_anything_says_nothing(raw: bytes) -> None:
    assert not any(line.strip("\0x") for line in read_message(raw).lines)


def test_the_limit_is_looked_at_while_parsing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.mail.parsing.time.thread_time", iter(range(0, 10_000, 1)).__next__)
    with pytest.raises(Unreadable, match="too long"):
        read_message(HEAD + flat(5))
    with pytest.raises(Unreadable, match="too long"):
        read_message(HEAD + b"\r\n" + b"x" * 300_000)


def test_many_parts_under_one_boundary_are_too_many() -> None:
    with pytest.raises(Unreadable):
        read_message(HEAD + flat(20_000))


def test_a_mail_with_a_few_dozen_parts_is_read() -> None:
    assert read_message(HEAD + flat(30)).lines == ("x",)


HTML = {
    "blocks": b"<div>" * 90_000,
    "bold paragraphs": b"".join(b"<b a=%d><p>x" % number for number in range(60_000)),
    "bold paragraphs in capitals": b"".join(b"<B/a=%d><p>x" % number for number in range(60_000)),
    "links": b"<a><div>" * 90_000,
    "lists": b"<ul><li>" * 90_000,
    "tables": b"<table><tr><td>" * 60_000,
    "attributes": b"<p " + b"".join(b"a%d " % number for number in range(90_000)) + b">",
    "open comments": b"<!--" * 250_000,
    "comments": b"<!---->" * 140_000,
    "styles": b"<style>" * 140_000,
    "brackets": b"<" * 1_000_000,
    "end tags": b"<div>" * 3000 + b"</p>" * 90_000,
    "ends of nothing": b"</p>" * 90_000,
    "entities": b"&CounterClockwise" * 50_000,
    "pictures": b"<svg><desc><p>" * 60_000,
    "lines": b"<br>" * 200_000,
    "kept lines": b"<pre>" + b"\n" * 90_000,
    "spaces": b" " * 1_000_000,
    "a class": b'<p class="' + b"gmail " * 100_000 + b'">',
    "a style": b'<p style="' + b"display:" * 100_000 + b'">',
}

SLOW = {
    "nested multiparts": nested(1000),
    "nested as deep as allowed": nested(DEEPEST - 1) + b"\r\ndone",
    "nested as deep as allowed, with a long body": nested(DEEPEST - 1) + b"\r\n" + b"x\n" * 150_000,
    "nested with a space before the equals sign": nested(1000, b'boundary ="b%d"'),
    "nested with a comment": nested(1000, b'boundary (x) ="b%d"'),
    "nested with an encoded boundary": nested(1000, b"boundary*=utf-8''b%d"),
    "nested messages": b"Content-Type: message/rfc822\r\n\r\n" * 5000 + b"done",
    "parts": flat(30_000),
    "as many parts as allowed": flat(MOST_PARTS - 1),
    "digests": b"Content-Type: multipart/digest; boundary=b\r\n\r\n"
    + b"--b\r\n\r\nX: y\r\n\r\ndone\r\n" * 900,
    "parameters in every part": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    + (b"--b\r\nContent-Type: text/plain" + b';";' * 1300 + b"\r\n\r\n\r\n") * 190,
    "encoded parameters": b"Content-Type: text/plain" + b"; a*0*=%41" * 390 + b"\r\n\r\ndone",
    "numbers of parameters": b"Content-Type: text/plain; charset*" + b"9" * 3900 + b"=x\r\n\r\ndone",
    "recipients": b"To: " + b"someone@example.net,\r\n " * 50_000 + b"x@example.net\r\n\r\ndone",
    "a reference": b"References: " + b"<" * 90_000 + b"\r\n\r\ndone",
    "ids": b"References: " + b"<a@b" * 20_000 + b"\r\n\r\ndone",
    "a subject": b"Subject: " + b"=?utf-8?b?AAAA?= " * 5000 + b"\r\n\r\ndone",
    "half a word of a subject": b"Subject: " + b"=?utf-8?q?" * 9000 + b"\r\n\r\ndone",
    "a subject of spaces": b"Subject: x" + b"?= " * 30_000 + b"\r\n\r\ndone",
    "verdicts": b"Authentication-Results: " + b"(" * 90_000 + b"\r\n\r\ndone",
    "base64": b"Content-Transfer-Encoding: base64\r\n\r\n" + b"QUJD\r\n" * 90_000,
    "broken base64": b"Content-Transfer-Encoding: base64\r\n\r\n" + b"=" * 4_000_000,
    "quoted-printable": b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + b"=" * 4_000_000,
    "soft breaks": b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + b"=\n" * 90_000,
    "uuencode": b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 x\r\n" + b"M" * 4_000_000,
    "flowed": b"Content-Type: text/plain; format=flowed\r\n\r\n" + b"x \r\n" * 90_000,
    "flowed quotes": b"Content-Type: text/plain; format=flowed\r\n\r\n" + b">" * 2_000_000,
    "utf-7": b"Content-Type: text/plain; charset=utf-7\r\n\r\n" + b"+AGQ-" * 90_000,
    "iso-2022-jp": b"Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n" + b"\x1b$B" * 90_000,
    "wrote": b"\r\n" + b"On 11/03/2026 08:00, Kaizen wrote " * 20_000 + b"\n> x",
    "wrote on many lines": b"\r\n" + b"On 1 wrote <a@b>\r\n" * 40_000,
    "addresses": b"\r\n" + (b"<" * 300 + b"@" * 300 + b"\n") * 5000,
    "sent": b"\r\n" + (b"sent " * 30 + b"\n") * 20_000,
    "iphones": b"\r\n" + (b"iphone " * 20 + b"\n") * 20_000,
    "headers in the text": b"\r\n" + b"From: a\r\n" * 90_000,
    "asterisks": b"\r\n" + (b"* " * 140 + b"\n") * 9000,
    **{f"HTML of {name}": b"Content-Type: text/html\r\n\r\n" + markup for name, markup in HTML.items()},
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

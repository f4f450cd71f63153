"""Bounds on the bytes of a message, before any parser sees it."""

import contextlib
import time

import pytest

from service.mail.bounds import (
    ALL_HEADERS,
    DEEPEST,
    LARGEST,
    LONGEST_CONTENT_HEADER,
    LONGEST_HEADER,
    MOST_HEADERS,
    MOST_LINES,
    MOST_SEPARATORS,
    Unreadable,
    check,
)

HEAD = b"From: ann@example.org\r\n"
NESTED = b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n'
INNER = b"Content-Type: message/rfc822\r\n\r\n"


def folded(length: int) -> bytes:
    """Return a header that is that long with its continuation lines."""
    return b"X: y\r\n" + b" z" * 40 + b"\r\n" + (b" " + b"z" * 99 + b"\r\n") * (length // 100)


OUT = [
    (b"\r\n" + b"x" * LARGEST, "too large"),
    (b"\r\n" + b"\n" * (MOST_LINES + 1), "too many lines"),
    (b"\r\n" + b"\r" * (MOST_LINES + 1), "too many lines"),
    (b"\r\n" + b"--b\n" * (MOST_SEPARATORS + 2), "too many parts"),
    (b"\r\n" + b"--b\r" * (MOST_SEPARATORS + 2), "too many parts"),
    (b"X: y\r\n" * MOST_HEADERS + b"\r\n", "too many headers"),
    (b"X: y\n" * MOST_HEADERS + b"\n", "too many headers"),
    (b"X: y\r" * MOST_HEADERS + b"\r", "too many headers"),
    (b"X: " + b"y" * LONGEST_HEADER + b"\r\n\r\n", "a header is too long"),
    (folded(LONGEST_HEADER) + b"\r\n", "a header is too long"),
    ((b"X: " + b"y" * 90_000 + b"\r\n") * (ALL_HEADERS // 90_000 + 1) + b"\r\n", "its headers are too long"),
    (b"x" * ALL_HEADERS, "its headers are too long"),
    (NESTED * (DEEPEST + 1), "nested too deeply"),
    (NESTED.replace(b"\r\n", b"\r") * (DEEPEST + 1), "nested too deeply"),
    (NESTED.replace(b"; ", b";\r\n\t") * (DEEPEST + 1), "nested too deeply"),
    (NESTED.replace(b"boundary=", b"boundary*0*=") * (DEEPEST + 1), "nested too deeply"),
    (NESTED.replace(b"boundary=", b"BOUNDARY (x) =") * (DEEPEST + 1), "nested too deeply"),
    (INNER * (DEEPEST + 1), "nested too deeply"),
    (INNER.replace(b": ", b":\r\n ") * (DEEPEST + 1), "nested too deeply"),
    (NESTED * DEEPEST + INNER, "nested too deeply"),
    (b"\r\n--b\r\nContent-Type: " + b"x" * LONGEST_CONTENT_HEADER, "a header of a part is too long"),
    (b"\r\n--b\r\nContent-Type: x;\r\n " + b"x" * LONGEST_CONTENT_HEADER, "a header of a part is too long"),
]
IN = [
    b"",
    b"\r\n",
    b"x",
    b"\r\n" + b"x: y\n" * 2000,
    b"\r\n" + b"x" * (LARGEST - 100),
    b"\r\n" + b"\n" * (MOST_LINES - 2),
    b"\r\n" + b"--b\n" * MOST_SEPARATORS,
    b"X: y\r\n" * (MOST_HEADERS - 1) + b"\r\n",
    b"X: " + b"y" * (LONGEST_HEADER - 10) + b"\r\n\r\n",
    NESTED * DEEPEST,
    INNER * DEEPEST,
    b"\r\n" + b"boundary=x and more of it\r\n" * 500,
    b"\r\n" + b"Content-Type is what I wrote\r\n" * 500,
]


@pytest.mark.parametrize(("raw", "reason"), OUT, ids=range(len(OUT)))
def test_what_is_out_of_bounds_is_told_by_its_bytes(raw: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=f"^{reason}$"):
        check(HEAD + raw)


@pytest.mark.parametrize("raw", IN, ids=range(len(IN)))
def test_what_is_within_bounds_passes(raw: bytes) -> None:
    check(HEAD + raw)
    check(raw)


@pytest.mark.parametrize(
    "piece",
    [
        *(
            b"\r",
            b"\n",
            b"\r\n",
            b"-",
            b"\n--",
            b"Content-Type:",
            b"\nContent-Type:",
            b"\ncontent-a: b\n ",
            b"boundary",
        ),
        *(
            b"\nContent-Type: boundary (",
            b"\nContent-Type: boundary*",
            b"\n ",
            b": ",
            b"\0",
            b"\nx:",
            b"boundary (",
        ),
        *(b"\nContent-Type: " + b"boundary " * 200, b"\nContent-Type:\n \n \n "),
    ],
)
def test_the_time_is_in_proportion_to_the_length(piece: bytes) -> None:
    for raw in (piece * (LARGEST // len(piece)), b"\n" + piece * 90_000, b"Content-Type: " + piece * 90_000):
        started = time.thread_time()
        with contextlib.suppress(Unreadable):
            check(raw)
        assert time.thread_time() - started < 5

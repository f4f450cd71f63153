"""Who speaks: the one address of the one From header, in every form that mail programs write it."""

import contextlib

import pytest

from service.mail.inbound import Incoming, Unreadable, read_message

OURS = "ann@example.org"


def read(*from_lines: str | bytes) -> Incoming:
    """Read a message with these From headers."""
    heads = b"".join(
        b"From: " + (line if isinstance(line, bytes) else line.encode()) + b"\r\n" for line in from_lines
    )
    return read_message(heads + b"Subject: Re: x\r\n\r\ndone\r\n")


@pytest.mark.parametrize(
    "written",
    [
        OURS,
        f"<{OURS}>",
        f"Ann <{OURS}>",
        f"Ann Cooper<{OURS}>",
        f"Ann\t<{OURS}>",
        f"Ann\r\n <{OURS}>",
        f"{OURS} (Ann)",
        f"Ann (at home) Cooper <{OURS}>",
        f'"Cooper, Ann" <{OURS}>',
        f'"{OURS}" <{OURS}>',
        f"'{OURS}' <{OURS}>",  # Outlook
        f"Ann B. Cooper <{OURS}>",  # obsolete by RFC 5322, and written everywhere
        f"Dr. Ann Cooper <{OURS}>",
        f"Ann O'Hara & Bob <{OURS}>",
        f"=?utf-8?q?J=C3=B6rg?= <{OURS}>",
        f"=?UTF-8?B?SsO2cmc=?= <{OURS}>",
        f"=?iso-8859-1?q?J=F6rg?= =?iso-8859-1?q?K?= <{OURS}>",
        f"=?utf-8?q?J=C3=B6rg_B=2E?= Cooper <{OURS}>",
        f'"=?utf-8?q?J=C3=B6rg?=" <{OURS}>',  # quoted, against RFC 2047
        f"=?x-unknown?q?J=F6rg?= <{OURS}>",
        f"Jörg <{OURS}>",  # raw UTF-8
        b"J\xf6rg <" + OURS.encode() + b">",  # raw Latin-1
        "Ann <ANN@Example.ORG>",
        "ANN@EXAMPLE.ORG",
    ],
)
def test_the_senders_address_is_found_however_the_name_is_written(written: str | bytes) -> None:
    assert read(written).sender == OURS


@pytest.mark.parametrize(
    "written",
    [
        "ann@example.org]<bob@evil.example>",
        "ann@example.org <bob@evil.example>",
        '"ann@example.org" <bob@evil.example>',
        "<ann@example.org> <bob@evil.example>",
        "bob@evil.example, ann@example.org",
        "ann@example.org, bob@evil.example",
        "ann@example.org; bob@evil.example",
        "Ann <ann@example.org>, Bob <bob@evil.example>",
        "friends: ann@example.org, bob@evil.example;",
        "undisclosed-recipients:;",
        "=?utf-8?q?ann=40example=2Eorg?=",
        "=?utf-8?q?ann=40example=2Eorg=3E?= <bob@evil.example>",
        "=?utf-8?q?Ann=3Cann=40example=2Eorg=3E?= <bob@evil.example>",
        "ann@example.org(comment)bob@evil.example",
        "(ann@example.org) bob@evil.example",
        "ann@example.org\x00@evil.example",
        "ann@example.org@evil.example",
        "ann@example.org.evil.example",
        "@evil.example:ann@example.org",
        '"ann@example.org"@evil.example',
        '"ann"@example.org@evil.example',
        "ann@example\u2024org",  # a dot that is none
        "аnn@example.org",  # a Cyrillic а
        "ann@[127.0.0.1]",
        "ann",
        "@example.org",
        "ann@",
        "a nn@example.org",
        "",
        " ",
        "<>",
        "x" * 5000 + "@example.org",
    ],
)
def test_nobody_else_is_taken_for_the_person(written: str) -> None:
    with contextlib.suppress(Unreadable):
        assert read(written).sender != OURS


@pytest.mark.parametrize(
    "headers", [(), (OURS, OURS), (OURS, "bob@evil.example"), ("bob@evil.example", OURS), (OURS, "")]
)
def test_anything_but_one_from_header_is_nobody(headers: tuple[str, ...]) -> None:
    assert read(*headers).sender == ""


@pytest.mark.parametrize("name", ["Sender", "Reply-To", "X-From", "Resent-From", "Return-Path", "FROM "])
def test_no_other_header_speaks_for_the_person(name: str) -> None:
    raw = f"{name}: {OURS}\r\nFrom: bob@evil.example\r\n\r\nFrom: {OURS}\r\n\r\ndone\r\n"
    assert read_message(raw.encode()).sender != OURS


@pytest.mark.parametrize(
    "written",
    [
        *("a@[", "a@[ ", "<a@[ ", ".a@[\t", "a@[x", "[", "]", "<", ">", "<[", '"', "(", ")", "\\", ":", ";"),
        *(
            "=?",
            "=??=",
            "=?utf-8?q?",
            "=?utf-8?b?AAA?=",
            "=?utf-8?q?=0A?=",
            "=?utf-8?q?x=0D=0AFrom:_y?= <a@b>",
        ),
        *("(" * 5000, "<" * 5000, "[" * 5000, '"' * 5000, "a." * 5000, "\\" * 5000, "=?" * 5000, ":;" * 2000),
    ],
    ids=lambda text: repr(text[:12]),
)
def test_a_broken_from_is_nobody_or_unreadable(written: str) -> None:
    with contextlib.suppress(Unreadable):
        assert read(written).sender != OURS

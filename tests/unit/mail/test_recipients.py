"""For whom a message came, as its headers tell: ours only, the surest first, and bounded."""

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.mail.addresses import Addresses
from service.mail.recipients import HEADERS, MOST, recipients, return_path

ADDRESSES = Addresses("a secret for tests only", "kaizen.example.org", "kaizen@kaizen.example.org")
REPLY = ADDRESSES.reply(1, date(2026, 3, 2))
OTHER = ADDRESSES.reply(2, date(2026, 3, 2))
LEAVE, BOUNCE = ADDRESSES.leave(3), ADDRESSES.bounce(4)


def found(*lines: str, body: str = "") -> list[str]:
    return recipients("\r\n".join([*lines, "", body]).encode(), ADDRESSES)


@pytest.mark.parametrize("header", HEADERS)
def test_each_header_that_tells_a_recipient_is_read_whatever_its_case(header: str) -> None:
    assert found(f"{header}: {REPLY}") == [REPLY]
    assert found(f"{header.upper()}:<{REPLY}>") == [REPLY]


@pytest.mark.parametrize(
    "value",
    [
        REPLY.upper(),
        f"Kaizen <{REPLY}>",
        f'"Kaizen, one step" <{REPLY}>',
        f"=?utf-8?q?K=C3=A4izen?= <{REPLY}>",
        f"bob@example.org, {REPLY} (Kaizen)",
        f"team: bob@example.org, {REPLY};",
        f"bob@example.org,\r\n\t<{REPLY}>",
        f"Kaizen\r\n <{REPLY}>",
        f"{REPLY}.",
        f"<@relay.example.net:{REPLY}>",
        f"x@example.org;{REPLY}",
    ],
)
def test_an_address_is_found_however_it_is_written(value: str) -> None:
    assert found(f"To: {value}") == [REPLY]


def test_the_surest_header_comes_first_and_each_address_once() -> None:
    lines = [f"Cc: {BOUNCE}", f"To: {OTHER}, {REPLY}", f"X-Original-To: {LEAVE}", f"Delivered-To: {REPLY}"]
    assert found(*lines, f"To: {OTHER.upper()}") == [REPLY, LEAVE, OTHER, BOUNCE]


def test_the_plain_addresses_are_ours_too() -> None:
    assert found("To: Kaizen@Kaizen.example.org, hello@kaizen.example.org") == list(ADDRESSES.plain)


@pytest.mark.parametrize(
    "line",
    [
        "To: bob@kaizen.example.org",
        f"To: {REPLY}.example.net",
        f"To: {REPLY.replace('-1-', '-2-')}",
        f"To: {REPLY.replace('kaizen.', '')}",
        f"To: x{REPLY}",
        f"Bcc: {REPLY}",
        f"Reply-To: {REPLY}",
        f"X-To: {REPLY}",
        f"Subject: To: {REPLY}",
        f"Received: by x for <{REPLY}>",
        f"To : {REPLY}",
        f"References: <1@x>\r\n\tTo: {REPLY}",
    ],
)
def test_what_is_not_ours_or_no_such_header_counts_for_nothing(line: str) -> None:
    assert found(line, f"From: {REPLY}") == []


def test_the_body_is_not_read() -> None:
    assert found("Subject: x", body=f"To: {REPLY}\r\n") == []
    assert recipients(f"\r\nTo: {REPLY}\r\n".encode(), ADDRESSES) == []
    assert recipients(f"Subject: x\n\nTo: {REPLY}\n".encode(), ADDRESSES) == []


def test_there_are_at_most_twenty() -> None:
    many = [ADDRESSES.leave(number) for number in range(MOST + 5)]
    assert found(f"To: {', '.join(many)}") == many[:MOST]


def test_crowds_of_strangers_cost_little_and_do_not_hide_the_surest() -> None:
    crowd = ", ".join(f"reply-1-{number}-{'a' * 26}@kaizen.example.org" for number in range(100_000))
    began = time.perf_counter()
    assert found(f"To: {crowd}", f"Delivered-To: {REPLY}") == []  # below all that is looked at
    assert found(f"Delivered-To: {REPLY}", f"To: {crowd}") == [REPLY]
    for junk in ("x" * 10_000_000, "@" * 1_000_000, "a@" * 1_000_000, "To:\r\n" * 1_000_000):
        found(f"To: {junk}")
    assert time.perf_counter() - began < 3


@given(st.binary(max_size=500))
def test_no_bytes_break_it(raw: bytes) -> None:
    recipients(raw, ADDRESSES)
    recipients(b"To: " + raw, ADDRESSES)
    return_path(raw)
    return_path(b"Return-Path: " + raw)


@pytest.mark.parametrize(
    ("head", "sender"),
    [
        (f"Return-Path: <{REPLY}>", REPLY),
        ("Return-Path: <ann@example.org>\r\nReturn-Path: <forged@example.org>", "ann@example.org"),
        ("Received: x\r\nreturn-path:\r\n ann@example.org", "ann@example.org"),
        ("Return-Path: <>", ""),
        ("Return-Path: < >", ""),
        ("Return-Path:", ""),
        ("Subject: Return-Path: <x@y>", None),
        ("", None),
    ],
)
def test_the_topmost_return_path_is_the_envelope_sender(head: str, sender: str | None) -> None:
    assert return_path(f"{head}\r\n\r\nReturn-Path: <body@example.org>\r\n".encode()) == sender

"""A message's headers: the subject's words, who speaks in any script, and what relays say of it."""

import pytest

from service.mail.inbound import Incoming, read_message


def read(*headers: str) -> Incoming:
    """Read a message with these headers."""
    return read_message("\r\n".join([*headers, "", "done", ""]).encode())


@pytest.mark.parametrize(
    ("written", "subject"),
    [
        ("Re: Write", "Re: Write"),
        ("Re:\r\n Write", "Re: Write"),
        ("=?utf-8?q?Caf=C3=A9?=", "Café"),
        ("Re: =?utf-8?B?Q2Fmw6k=?= now", "Re: Café now"),
        ("=?utf-8?q?Caf=C3?=\r\n =?utf-8?q?=A9?=", "Café"),
        ("=?utf-8?q?one_?= =?iso-8859-1?q?caf=E9?=", "one café"),
        ("=?gb2312?B?vfHM7A==?=", "今天"),
        ("=?iso-2022-jp?B?GyRCOiNGfBsoQg==?=", "今日"),
        ("=?x-unknown?q?Caf=C3=A9?=", "Café"),
        ("=?utf-8*de?q?Caf=C3=A9?=", "Café"),
        ("Café", "Café"),
        ("=?utf-8?q?a=0D=0ABcc:_x@y?=", "a Bcc: x@y"),
        ("=?utf-8?b?A?=", "=?utf-8?b?A?="),
        ("=?utf-8?q?", "=?utf-8?q?"),
        ("", ""),
    ],
)
def test_a_subject_is_read_as_people_see_it(written: str, subject: str) -> None:
    assert read("From: ann@example.org", f"Subject: {written}").subject == subject


@pytest.mark.parametrize(
    ("written", "sender"),
    [
        ("jörg@bücher.example", "jörg@bücher.example"),
        ("Jörg <jörg@example.org>", "jörg@example.org"),
        ("=?utf-8?q?J=C3=B6rg?= <ann@example.org>", "ann@example.org"),
        ("(a (b (c) d) e) ann@example.org", "ann@example.org"),
        ("((((((((((a)))))))))) ann@example.org", ""),
        ("ann@example.org (closed) (open", ""),
        ("Friends: ann@example.org;", ""),
        (":;", ""),
        ("undisclosed: ann@example.org, bob@example.net;", ""),
        ("ann@example.org <ann@example.org>", "ann@example.org"),
        ("ann@example.org <bob@example.net> <ann@example.org>", ""),
        ("<ann@example.org> bob", ""),
        ("bob@example.net, Ann <ann@example.org>", ""),
        ("Friends: Ann <ann@example.org>", ""),
        ("<@a,@b:ann@example.org>", ""),
    ],
)
def test_the_sender_is_one_address_in_any_script(written: str, sender: str) -> None:
    assert read(f"From: {written}", "Subject: x").sender == sender


def test_what_relays_say_is_unfolded_and_the_topmost_comes_first() -> None:
    incoming = read(
        "Authentication-Results: one;\r\n\tdmarc=pass\r\n header.from=x",
        "ARC-Authentication-Results: i=1; two; dmarc=pass",
        "From: ann@example.org",
        "authentication-results: three; none",
    )
    assert incoming.auth == ("one; dmarc=pass header.from=x", "three; none")
    assert read(*["Authentication-Results: x; none"] * 200).auth == ("x; none",) * 50

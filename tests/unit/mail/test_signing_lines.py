"""Signatures of what our mails hold: long lines, other scripts, many threads; and how they are written."""

import functools
import logging
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from service.mail.signing import Signer
from tests.unit.mail.receiver import check, signatures
from tests.unit.mail.test_signing import EDWARDS, MAIL, SIGNER, holds

rsa_key = functools.cache(functools.partial(generate_private_key, 65537))


@pytest.mark.parametrize("size", [1024, 1280, 2048, 3072, 4096])
@pytest.mark.parametrize("name", ["s1", "s" * 63])
def test_the_lines_of_a_signature_are_short_and_whole(size: int, name: str) -> None:
    signed = Signer("example.org", [(name, rsa_key(size)), ("s2", EDWARDS)]).sign(MAIL)
    head = signed[: -len(MAIL)]
    lines = head.split(b"\r\n")
    assert len(signatures(signed)) == 2
    assert max(map(len, lines)) <= 78
    assert lines.pop() == b""
    assert not any(not line.strip() or {10, 13} & set(line) for line in lines)
    assert check(signed, {name.encode(): rsa_key(size), b"s2": EDWARDS}) == [True, True]


@pytest.mark.parametrize(
    "mail",
    [
        MAIL.replace(b"sentence\t today", b"=?utf-8?q?Schreibe_=C3=84?=\r\n =?utf-8?b?w4TDlsOc?="),
        MAIL.replace(b"X-Other: 1", b"References: <" + b"a" * 900 + b"@example.org>"),
        MAIL.replace(b"Write 1 sentence\r\n\r\n", b"x" * 990 + b"\r\n.\r\n" + b"x=3D" * 200 + b"=\r\n"),
        MAIL.replace(b"Good morning", "Grüß Gott".encode()),
        MAIL.replace(b"example.net", b"EXAMPLE.net; b=c; t=1"),
    ],
    ids=["words", "header", "body", "bytes", "tags"],
)
def test_what_our_mails_may_hold_is_signed_as_it_stands(mail: bytes) -> None:
    signed = SIGNER.sign(mail)
    assert mail != MAIL
    assert signed.endswith(mail)
    assert holds(signed) == [True, True]


def test_threads_share_a_signer() -> None:
    mails = [MAIL.replace(b"Write 1", b"Write %d" % number) for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        signed = list(pool.map(SIGNER.sign, mails))
    assert signed == [SIGNER.sign(mail) for mail in mails]
    assert all(holds(one) == [True, True] for one in signed)


def test_signing_logs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        SIGNER.sign(MAIL)
    assert not caplog.records


def test_a_domain_of_68_characters_stays_in_one_piece() -> None:
    domain = "a" * 40 + "." + "b" * 23 + ".org"
    signed = Signer(domain, [("s" * 63, EDWARDS)]).sign(MAIL.replace(b"example.org", domain.encode()))
    assert b"d=%b;\r\n" % domain.encode() in signed
    assert check(signed, {b"s" * 63: EDWARDS}) == [True]

"""DKIM signatures, checked twice as a receiver checks them: by dkimpy, and by a reading of our own."""

import base64
import dataclasses
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import example, given, settings
from hypothesis import strategies as st

from service.mail.keys import PrivateKey, dns_record
from service.mail.signing import Signer, signer_of, signing
from service.settings import Settings
from tests.unit.mail.receiver import check, relaxed_body, signatures, tags_of

RSA = generate_private_key(65537, 2048)
EDWARDS = Ed25519PrivateKey.generate()
SIGNER = Signer("example.org", [("s1", RSA), ("s2", EDWARDS)])
MAIL = (
    b"From: Kaizen <kaizen@example.org>\r\n"
    b"To: ann@example.net\r\n"
    b"Subject: Write 1\r\n  sentence\t today\r\n"
    b"Date: Mon, 02 Mar 2026 09:00:00 +0000\r\n"
    b"Message-ID: <m1@example.org>\r\n"
    b"Reply-To: reply-1@example.org\r\n"
    b"List-ID: Kaizen <daily.example.org>\r\n"
    b"List-Unsubscribe: <https://example.org/unsubscribe/1>,\r\n <mailto:leave-1@example.org>\r\n"
    b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    b"Auto-Submitted: auto-generated\r\n"
    b"MIME-Version: 1.0\r\n"
    b'Content-Type: text/plain; charset="utf-8"\r\n'
    b"X-Other: 1\r\n"
    b"\r\n"
    b"Good morning.  \r\n\r\nYour step:\tWrite 1 sentence\r\n\r\n\r\n"
)


def holds(content: bytes, *keys: PrivateKey) -> list[bool]:
    """Return for each signature of a mail whether it holds, with these keys published as s1, s2."""
    there = {f"s{number}": key for number, key in enumerate(keys or (RSA, EDWARDS), 1)}

    def txt(name: bytes, timeout: float = 5) -> bytes:
        selector, _, place = name.decode().rstrip(".").partition("._domainkey.")
        assert place == "example.org"
        return dns_record(there[selector]).encode()

    checked = dkim.DKIM(content)
    found = []
    for index in range(len(signatures(content))):
        try:
            found.append(bool(checked.verify(idx=index, dnsfunc=txt)))
        except dkim.ValidationError:
            found.append(False)
    assert found == check(content, {name.encode(): key for name, key in there.items()})
    return found


def test_both_signatures_hold() -> None:
    signed = SIGNER.sign(MAIL)
    assert signed.endswith(MAIL)
    assert holds(signed) == [True, True]
    assert holds(signed, generate_private_key(65537, 1024), Ed25519PrivateKey.generate()) == [False, False]


@pytest.mark.parametrize("key", [RSA, EDWARDS], ids=["rsa", "ed25519"])
def test_one_key_makes_one_signature(key: PrivateKey) -> None:
    assert holds(Signer("example.org", [("s1", key)]).sign(MAIL), key) == [True]


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        (b"Good morning", b"Good evening"),
        (b"Write 1 sentence\r\n", b"Write 1 sentence\r\nbuy\r\n"),
        (b"Subject: Write 1", b"Subject: Write 2"),
        (b"/unsubscribe/1", b"/unsubscribe/2"),
        (b"leave-1@", b"leave-2@"),
        (b"List-Unsubscribe=One-Click", b"List-Unsubscribe=Two-Clicks"),
        (b"To: ann@", b"To: bob@"),
        (b"Reply-To: reply-1@", b"Reply-To: reply-2@"),
        (b"Date: Mon, 02", b"Date: Mon, 09"),
        (b"Message-ID: <m1@", b"Message-ID: <m2@"),
        (b"<daily.example.org>", b"<weekly.example.org>"),
        (b"auto-generated", b"auto-replied"),
        (b"MIME-Version: 1.0", b"MIME-Version: 1.1"),
        (b"text/plain", b"text/html"),
        (b"From: Kaizen", b"From: Kaizan"),
        (b"From: Kaizen", b"From: eve@example.com\r\nFrom: Kaizen"),
        (b"X-Other: 1", b"From: eve@example.com"),
        (b"\r\nSubject: Write 1\r\n  sentence\t today", b""),
    ],
)
def test_a_mail_that_was_changed_is_not_ours_any_more(said: bytes, instead: bytes) -> None:
    signed = SIGNER.sign(MAIL)
    assert signed.count(said) == 1 or said == b"From: Kaizen" or b"Write 1 sentence" in said
    assert holds(signed.replace(said, instead, 1)) == [False, False]


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        (b"Good morning.  \r\n", b"Good morning.\r\n"),
        (b"Your step:\tWrite", b"Your step:  Write"),
        (b"\r\n\r\n\r\n", b"\r\n"),
        (b"Write 1\r\n  sentence\t today", b"Write 1 sentence today"),
        (b"X-Other: 1", b"X-Other: 2"),
        (b"To: ann", b"to:   ann"),
    ],
)
def test_what_servers_do_to_spaces_and_other_headers_is_no_change(said: bytes, instead: bytes) -> None:
    signed = SIGNER.sign(MAIL)
    assert said in signed
    assert holds(signed.replace(said, instead)) == [True, True]


def test_a_header_that_is_not_there_is_not_signed_but_a_second_sender_never_fits() -> None:
    bare = b"From: kaizen@example.org\r\nSubject: x\r\n\r\n"
    signed = SIGNER.sign(bare)
    assert [tags_of(header)[b"h"] for header in signatures(signed)] == [b"from:subject:from"] * 2
    assert holds(signed) == [True, True]
    assert holds(signed.replace(b"Subject: x", b"Subject: x\r\nTo: ann@example.net")) == [True, True]
    assert holds(b"From: eve@example.com\r\n" + signed) == [False, False]


def test_a_header_that_comes_twice_is_signed_twice() -> None:
    twice = MAIL.replace(b"X-Other: 1", b"List-ID: <second.example.org>")
    signed = SIGNER.sign(twice)
    assert holds(signed) == [True, True]
    assert holds(signed.replace(b"<second.", b"<third.")) == [False, False]
    assert holds(signed.replace(b"<daily.", b"<third.")) == [False, False]


def test_a_signature_says_who_signed_and_when_it_was_is_not_its_matter() -> None:
    rsa, edwards = map(tags_of, signatures(SIGNER.sign(MAIL)))
    assert (rsa[b"a"], rsa[b"s"], rsa[b"d"]) == (b"rsa-sha256", b"s1", b"example.org")
    assert (edwards[b"a"], edwards[b"s"], edwards[b"d"]) == (b"ed25519-sha256", b"s2", b"example.org")
    assert not {b"t", b"x", b"l"} & (rsa.keys() | edwards.keys())


@settings(deadline=None)
@given(st.text(st.sampled_from(" \t\r\nab"), max_size=40))
@example("")
@example("\r\n")
@example(" \r\n\t\r\n")
@example("a \t \r\n b \r\n\r\n \r\n")
def test_any_body_is_read_the_same_way_by_all(text: str) -> None:
    body = "".join(f"{line}\r\n" for line in text.splitlines()).encode()
    assert relaxed_body(body) == dkim.canonicalization.Relaxed.canonicalize_body(body)
    assert holds(SIGNER.sign(b"From: kaizen@example.org\r\n\r\n" + body)) == [True, True]


def test_the_settings_say_with_which_keys(tmp_path: Path) -> None:
    pem, seed = tmp_path / "rsa", tmp_path / "seed"
    pem.write_bytes(RSA.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    seed.write_bytes(base64.b64encode(EDWARDS.private_bytes_raw()))
    env = {"DATA_DIR": str(tmp_path), "SECRET_KEY": "x" * 16, "MAIL_FROM": "Kaizen <kaizen@Example.org>"}
    assert signer_of(Settings.from_env(env)) is None
    both = Settings.from_env({**env, "DKIM_SELECTOR": "s1,s2", "DKIM_KEY": f"{pem},{seed}"})
    signer = signer_of(both)
    assert signer is not None
    assert holds(signing(both)(MAIL)) == [True, True]
    assert signing(Settings.from_env(env))(MAIL) == MAIL
    assert seed.read_text() not in repr(signer)
    turned = dataclasses.replace(both, dkim_selector=("s2", "s1"))
    assert signer_of(turned) != signer

"""Settings of mail that comes in: their defaults, what is taken, and what is wrong in one line."""

import base64
import traceback
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from service.inbound_values import ImapServer
from service.settings import SettingError, Settings
from tests.certificates import server_context


def read(tmp_path: Path, **env: str) -> Settings:
    return Settings.from_env({"DATA_DIR": str(tmp_path), "SECRET_KEY": "sixteen characters or more", **env})


def public(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> str:
    raw = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(raw).decode()


def test_by_default_only_smtp_on_this_machine_takes_replies(tmp_path: Path) -> None:
    settings = read(tmp_path)
    assert settings.inbound == ("127.0.0.1", 2525)
    assert (settings.inbound_lmtp, settings.inbound_tls_cert, settings.inbound_tls_key) == (None, None, None)
    assert (settings.imap_url, settings.imap_done, settings.trusted_authserv) == (None, "", ())
    assert settings.postmark_inbound == settings.mailgun_signing_key == settings.sendgrid_inbound_key == ""
    assert settings.ses_topic == settings.raw_inbound_key == ""


def test_what_is_given_is_taken(tmp_path: Path) -> None:
    key = public(ec.generate_private_key(ec.SECP256R1()))
    settings = read(
        tmp_path,
        IMAP_DONE="Archive/Kaizen",
        TRUSTED_AUTHSERV="MX.example.org, mail.example.org",
        POSTMARK_INBOUND="postmark:a long: password",
        MAILGUN_SIGNING_KEY="0123456789abcdef",
        SENDGRID_INBOUND_KEY=key,
        SES_TOPIC="arn:aws:sns:eu-west-1:123456789012:replies",
        RAW_INBOUND_KEY="fedcba9876543210",
    )
    assert settings.imap_done == "Archive/Kaizen"
    assert settings.trusted_authserv == ("mx.example.org", "mail.example.org")
    assert settings.postmark_inbound == "postmark:a long: password"
    assert (settings.mailgun_signing_key, settings.raw_inbound_key) == (
        "0123456789abcdef",
        "fedcba9876543210",
    )
    assert settings.sendgrid_inbound_key == key
    assert settings.ses_topic.endswith(":replies")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("127.0.0.1:2424", ("127.0.0.1", 2424)),
        ("[::1]:24", ("::1", 24)),
        ("unix:/run/kaizen/lmtp", Path("/run/kaizen/lmtp")),
    ],
)
def test_lmtp_is_a_port_or_a_socket(tmp_path: Path, text: str, place: object) -> None:
    assert read(tmp_path, INBOUND_LMTP=text).inbound_lmtp == place


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("imaps://ann:secret@mail", ImapServer("mail", 993, True, "ann", "secret")),
        ("imap://ann:secret@mail", ImapServer("mail", 143, False, "ann", "secret")),
        (
            "imaps://ann%40example.org:p%40ss%2Fw%3Ard@mail:1993/Replies%2FNew",
            ImapServer("mail", 1993, True, "ann@example.org", "p@ss/w:rd", "Replies/New"),
        ),
    ],
)
def test_a_mailbox_is_read_from_its_address(tmp_path: Path, url: str, server: ImapServer) -> None:
    assert read(tmp_path, IMAP_URL=url).imap_url == server


def test_a_certificate_goes_with_its_key(tmp_path: Path) -> None:
    server_context(tmp_path)
    pem = str(tmp_path / "server.pem")
    settings = read(tmp_path, INBOUND_TLS_CERT=pem, INBOUND_TLS_KEY=pem)
    assert (settings.inbound_tls_cert, settings.inbound_tls_key) == (Path(pem), Path(pem))
    with pytest.raises(SettingError, match=r"^INBOUND_TLS_KEY is missing: "):
        read(tmp_path, INBOUND_TLS_CERT=pem)
    with pytest.raises(SettingError, match=r"^INBOUND_TLS_CERT is missing: "):
        read(tmp_path, INBOUND_TLS_KEY=pem)
    other = tmp_path / "other"
    other.mkdir()
    server_context(other)
    for bad in (str(other / "server.pem"), __file__):
        with pytest.raises(SettingError, match=r"^INBOUND_TLS_KEY is wrong: ") as caught:
            read(tmp_path, INBOUND_TLS_CERT=pem, INBOUND_TLS_KEY=bad)
        assert len(str(caught.value).splitlines()) == 1


BAD = [
    *[
        ("INBOUND_LMTP", bad)
        for bad in ("2424", "localhost:0", "unix:", "unix:lmtp", "unix:/run/", "/run/lmtp")
    ],
    ("INBOUND_LMTP", f"unix:/{'x' * 100}"),
    ("INBOUND_LMTP", "unix:/run/\0"),
    *[
        (name, bad)
        for name in ("INBOUND_TLS_CERT", "INBOUND_TLS_KEY")
        for bad in ("/no/such/file", "/", "a\0b")
    ],
    *[("IMAP_URL", f"imaps://{bad}") for bad in ("mail", "ann@mail", ":x@mail", "ann:x@", "ann:x@mail:0")],
    *[("IMAP_URL", f"imaps://ann:x@mail:{bad}") for bad in ("x", "65536")],
    ("IMAP_URL", "pop3://ann:x@mail"),
    ("IMAP_URL", "imaps://ann:x@mail/IN%0D%0ABOX"),
    ("IMAP_URL", "imaps://ann:x@mail/INBOX?x"),
    ("IMAP_DONE", "a\rb"),
    ("IMAP_DONE", "x" * 201),
    *[("TRUSTED_AUTHSERV", bad) for bad in ("a b", "a,,b", "mx;x", "ä.example.org", ".")],
    *[("POSTMARK_INBOUND", bad) for bad in ("password", ":password", "ann:short", "ann:pass\nword")],
    *[
        (name, bad)
        for name in ("MAILGUN_SIGNING_KEY", "RAW_INBOUND_KEY")
        for bad in ("short", "x" * 16 + "\0")
    ],
    *[("SENDGRID_INBOUND_KEY", bad) for bad in ("M", "not base64", "TUZrd0V3", "ä")],
    *[
        ("SES_TOPIC", f"arn:aws:{bad}")
        for bad in ("sqs:eu-west-1:123456789012:x", "sns:eu-west-1:1:x", "sns")
    ],
]


@pytest.mark.parametrize(("name", "bad"), BAD, ids=[f"{name}={bad[:30]!r}" for name, bad in BAD])
def test_a_bad_value_is_one_line_that_names_the_setting(tmp_path: Path, name: str, bad: str) -> None:
    with pytest.raises(SettingError) as caught:
        read(tmp_path, **{name: bad})
    sentence = str(caught.value)
    assert sentence.startswith(f"{name} is wrong: ")
    assert len(sentence.splitlines()) == 1


def test_a_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="SENDGRID_INBOUND_KEY is wrong"):
        read(tmp_path, SENDGRID_INBOUND_KEY=public(rsa.generate_private_key(65537, 2048)))


def test_no_password_is_shown(tmp_path: Path) -> None:
    settings = read(tmp_path, IMAP_URL="imaps://ann:hunter2@mail", POSTMARK_INBOUND="ann:hunter2hunter2")
    assert "hunter2" not in f"{settings!r} {settings.imap_url!r}"
    for name, bad in (
        ("IMAP_URL", "pop3://ann:hunter2@mail"),
        ("POSTMARK_INBOUND", "hunter2"),
        ("MAILGUN_SIGNING_KEY", "hunter2"),
        ("RAW_INBOUND_KEY", "hunter2"),
        ("INBOUND_TLS_KEY", "hunter2"),
        ("SENDGRID_INBOUND_KEY", "hunter2"),
    ):
        with pytest.raises(SettingError) as caught:
            read(tmp_path, **{name: bad})
        assert "hunter2" not in "".join(traceback.format_exception_only(caught.value))

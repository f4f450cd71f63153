"""Settings of sending, signing and watching: their defaults, and what is wrong in one line."""

import base64
import traceback
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from service.settings import SettingError, Settings

SEED = base64.b64encode(bytes(range(32)))
PEM = serialization.Encoding.PEM
PLAIN = serialization.NoEncryption()


def read(tmp_path: Path, **env: str) -> Settings:
    return Settings.from_env({"DATA_DIR": str(tmp_path), "SECRET_KEY": "sixteen characters or more", **env})


def pem(key: object, form: str = "PKCS8", lock: serialization.KeySerializationEncryption = PLAIN) -> bytes:
    raw: bytes = key.private_bytes(PEM, getattr(serialization.PrivateFormat, form), lock)  # type: ignore[attr-defined]
    return raw


@pytest.fixture(scope="module")
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def test_the_defaults_send_without_limits_unsigned_and_unwatched(tmp_path: Path) -> None:
    settings = read(tmp_path)
    assert (settings.smtp_connections, settings.smtp_rate, settings.smtp_domain_rate) == (8, 0, 0)
    assert (settings.metrics_token, settings.dkim_selector, settings.dkim_key) == ("", (), ())
    assert settings.log_format == "text"


def test_what_is_given_is_taken(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        SMTP_CONNECTIONS="100",
        SMTP_RATE="0.5",
        SMTP_DOMAIN_RATE="100000",
        METRICS_TOKEN="sixteen_letters=",
        LOG_FORMAT="json",
    )
    assert (settings.smtp_connections, settings.smtp_rate, settings.smtp_domain_rate) == (100, 0.5, 100_000)
    assert (settings.metrics_token, settings.log_format) == ("sixteen_letters=", "json")


BAD = [
    *[("SMTP_CONNECTIONS", bad) for bad in ("0", "101", "-1", "1.5", "eight", "８", "9" * 5000)],
    *[
        (name, bad)
        for name in ("SMTP_RATE", "SMTP_DOMAIN_RATE")
        for bad in ("-1", "100000.5", "1e3", "nan", "inf", "1,5", ".", "٣", "9" * 5000)
    ],
    *[("METRICS_TOKEN", bad) for bad in ("fifteen_letters", "sixteen letters and", "ünfünfünfünfünfün")],
    *[("LOG_FORMAT", bad) for bad in ("xml", "JSON lines")],
    *[("DKIM_SELECTOR", bad) for bad in ("a,", "a b", "_a", "a._domainkey.x.", "a,a", "ä")],
    ("DKIM_SELECTOR", "a"),  # and no key
    ("DKIM_KEY", "/no/such/file"),
    ("DKIM_KEY", "/"),
    ("DKIM_KEY", "a\0b"),
]


@pytest.mark.parametrize(("name", "bad"), BAD, ids=[f"{name}={bad[:30]!r}" for name, bad in BAD])
def test_a_bad_value_is_one_line_that_names_the_setting(tmp_path: Path, name: str, bad: str) -> None:
    with pytest.raises(SettingError) as caught:
        read(tmp_path, **{name: bad})
    sentence = str(caught.value)
    assert name in sentence or sentence.startswith("DKIM_KEY is wrong")
    assert len(sentence.splitlines()) == 1


@pytest.mark.parametrize("form", ["PKCS8", "TraditionalOpenSSL"])
def test_an_rsa_key_is_taken_in_both_of_its_pem_forms(
    tmp_path: Path, rsa_key: rsa.RSAPrivateKey, form: str
) -> None:
    path = tmp_path / "key"
    path.write_bytes(pem(rsa_key, form))
    settings = read(tmp_path, DKIM_SELECTOR="Kaizen", DKIM_KEY=str(path))
    assert (settings.dkim_selector, settings.dkim_key) == (("kaizen",), (path,))


@pytest.mark.parametrize(
    "raw", [SEED, SEED + b"\n", pem(ed25519.Ed25519PrivateKey.generate())], ids=["seed", "line", "pem"]
)
def test_an_ed25519_key_is_taken_as_a_seed_and_as_pem(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "key"
    path.write_bytes(raw)
    assert read(tmp_path, DKIM_SELECTOR="s1.2026", DKIM_KEY=str(path)).dkim_key == (path,)


def test_two_keys_go_with_two_names(tmp_path: Path) -> None:
    paths = [tmp_path / "a", tmp_path / "b"]
    for path in paths:
        path.write_bytes(SEED)
    both = f"{paths[0]}, {paths[1]}"
    settings = read(tmp_path, DKIM_SELECTOR="a, b", DKIM_KEY=both)
    assert list(zip(settings.dkim_selector, settings.dkim_key, strict=True)) == [
        ("a", paths[0]),
        ("b", paths[1]),
    ]
    with pytest.raises(SettingError, match=r"^DKIM_KEY is wrong: .*one key file for each"):
        read(tmp_path, DKIM_SELECTOR="a,b,c", DKIM_KEY=both)
    with pytest.raises(SettingError, match=r"^DKIM_SELECTOR is missing"):
        read(tmp_path, DKIM_KEY=both)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"hunter2",
        SEED[:-4],
        base64.b64encode(bytes(33)),
        b"\xff\xfe",
        b"-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----\n",
        pem(ec.generate_private_key(ec.SECP256R1())),
        pem(ed25519.Ed25519PrivateKey.generate(), lock=serialization.BestAvailableEncryption(b"hunter2")),
        rsa.generate_private_key(65537, 2048)
        .public_key()
        .public_bytes(PEM, serialization.PublicFormat.SubjectPublicKeyInfo),
    ],
    ids=["empty", "words", "short", "long", "bytes", "broken", "curve", "locked", "public"],
)
def test_a_file_without_a_usable_key_stops_the_start_and_is_not_repeated(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "key"
    path.write_bytes(raw)
    with pytest.raises(SettingError, match=r"^DKIM_KEY is wrong: file 1 .*[.]$") as caught:
        read(tmp_path, DKIM_SELECTOR="a", DKIM_KEY=str(path))
    assert "hunter2" not in "".join(traceback.format_exception_only(caught.value))


def small_rsa() -> rsa.RSAPrivateKey:
    """Return a key of 648 bits, made of two Mersenne primes."""
    p, q, e = 2**521 - 1, 2**127 - 1, 65537
    d = pow(e, -1, (p - 1) * (q - 1))
    parts = (d % (p - 1), d % (q - 1), rsa.rsa_crt_iqmp(p, q))
    return rsa.RSAPrivateNumbers(p, q, d, *parts, rsa.RSAPublicNumbers(e, p * q)).private_key()


def test_a_key_that_is_too_small_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_bytes(pem(small_rsa()))
    with pytest.raises(SettingError, match="1024 bits"):
        read(tmp_path, DKIM_SELECTOR="a", DKIM_KEY=str(path))


def test_a_key_in_place_of_its_path_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(SettingError) as caught:
        read(tmp_path, DKIM_SELECTOR="a", DKIM_KEY=SEED.decode())
    assert SEED.decode() not in "".join(traceback.format_exception_only(caught.value))


def test_a_domain_that_is_too_long_to_sign_for_is_told_at_the_start(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_bytes(SEED)
    signs = {"DKIM_SELECTOR": "kaizen", "DKIM_KEY": str(path)}
    for length, fine in ((68, True), (69, False)):
        domain = f"{'a' * 60}.{'b' * (length - 65)}.org"
        assert len(domain) == length
        if fine:
            assert read(tmp_path, MAIL_FROM=f"kaizen@{domain}", **signs).dkim_key == (path,)
        else:
            with pytest.raises(SettingError, match="domain too long to sign for"):
                read(tmp_path, MAIL_FROM=f"kaizen@{domain}", **signs)
            assert read(tmp_path, MAIL_FROM=f"kaizen@{domain}").dkim_key == ()

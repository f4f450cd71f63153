"""The keys that sign: which are taken, what is said of the others, and the record that publishes each."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from service.mail.keys import PrivateKey, dns_record, private_key
from service.mail.signing import Signer
from tests.unit.mail.test_signing import EDWARDS, MAIL, RSA, holds


def pem(key: PrivateKey, form: PrivateFormat = PrivateFormat.PKCS8) -> bytes:
    return key.private_bytes(Encoding.PEM, form, NoEncryption())


@pytest.mark.parametrize(
    ("key", "raw"),
    [
        (RSA, pem(RSA)),
        (RSA, pem(RSA, PrivateFormat.TraditionalOpenSSL)),
        (RSA, b"\n" + pem(RSA).replace(b"\n", b"\r\n")),
        (EDWARDS, pem(EDWARDS)),
        (EDWARDS, base64.b64encode(EDWARDS.private_bytes_raw()) + b"\n"),
    ],
    ids=["pkcs8", "pkcs1", "crlf", "ed25519", "seed"],
)
def test_a_key_signs_in_whatever_form_it_was_given(key: PrivateKey, raw: bytes) -> None:
    signed = Signer("example.org", [("s1", private_key(raw))]).sign(MAIL)
    assert holds(signed, key) == [True]


@pytest.mark.parametrize("bits", [2112, 2544])
def test_an_rsa_key_of_an_odd_size_is_refused(bits: int) -> None:
    with pytest.raises(ValueError, match=rf"^holds an RSA key of {bits} bits: make one of 2048;"):
        private_key(pem(generate_private_key(65537, bits)))


def test_the_record_to_publish_is_what_a_seed_stands_for() -> None:
    # The key of RFC 8463, appendix A.2.
    seed = b"nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A="
    assert (
        dns_record(private_key(seed)) == "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
    )


def test_the_record_of_a_key_holds_nothing_secret() -> None:
    key = Ed25519PrivateKey.generate()
    assert base64.b64encode(key.private_bytes_raw()).decode() not in dns_record(key)

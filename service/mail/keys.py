"""DKIM keys: read from a file, given to dkimpy, and written as the DNS record that publishes them."""

from base64 import b64decode, b64encode

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

PrivateKey = RSAPrivateKey | Ed25519PrivateKey
# Bits; verifiers need take no others (RFC 8301, 3.2). dkimpy folds signatures of some sizes between wrongly.
_RSA_SIZES = range(1024, 4096 + 1, 256)


def private_key(raw: bytes) -> PrivateKey:
    """Read a key: RSA or Ed25519 in PEM, or the base64 of an Ed25519 seed; raises ValueError for others.

    The error's words go on from the name of the file.
    """
    try:
        key = _from_pem(raw) if raw.lstrip().startswith(b"-----BEGIN") else _from_seed(raw)
    except TypeError:
        raise ValueError("is locked with a password: write the key without one") from None
    except (ValueError, UnsupportedAlgorithm):
        raise ValueError("holds no RSA or Ed25519 private key, or a damaged one") from None
    if isinstance(key, RSAPrivateKey) and key.key_size not in _RSA_SIZES:
        wrong = "less than 1024 bits, more than 4096 and odd sizes fail"
        raise ValueError(f"holds an RSA key of {key.key_size} bits: make one of 2048; {wrong}")
    return key


def _from_pem(raw: bytes) -> PrivateKey:
    key = load_pem_private_key(raw, password=None)
    if not isinstance(key, RSAPrivateKey | Ed25519PrivateKey):
        raise ValueError
    return key


def _from_seed(raw: bytes) -> PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(b64decode(raw.strip(), validate=True))


def for_dkimpy(key: PrivateKey) -> tuple[bytes, bytes]:
    """Return the algorithm of a key and the key itself as `dkim.sign` takes them."""
    if isinstance(key, RSAPrivateKey):
        form = PrivateFormat.TraditionalOpenSSL
        return b"rsa-sha256", key.private_bytes(Encoding.PEM, form, NoEncryption())
    return b"ed25519-sha256", b64encode(key.private_bytes_raw())


def dns_record(key: PrivateKey) -> str:
    """Return the TXT record that publishes a key (RFC 6376, 3.6.1; RFC 8463, 4)."""
    public = key.public_key()
    if isinstance(key, RSAPrivateKey):
        kind, raw = "rsa", public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    else:
        kind, raw = "ed25519", public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return f"v=DKIM1; k={kind}; p={b64encode(raw).decode()}"

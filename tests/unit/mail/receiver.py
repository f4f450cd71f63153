"""A DKIM check as a receiver does it, written from RFC 6376 and RFC 8463, to set beside dkimpy's own."""

import re
from base64 import b64decode
from collections.abc import Mapping
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

from service.mail.keys import PrivateKey

NAME = b"dkim-signature:"


def relaxed_header(header: bytes) -> bytes:
    name, _, value = header.partition(b":")
    unfolded = re.sub(rb"\r\n(?=[ \t])", b"", value)
    return name.strip().lower() + b":" + re.sub(rb"[ \t]+", b" ", unfolded).strip(b" \t")


def relaxed_body(body: bytes) -> bytes:
    lines = [re.sub(rb"[ \t]+", b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
    while lines and not lines[-1]:
        lines.pop()
    return b"".join(line + b"\r\n" for line in lines)


def tags_of(header: bytes) -> dict[bytes, bytes]:
    """Return the tags of a signature without any space in them."""
    pairs = (part.partition(b"=") for part in header.partition(b":")[2].split(b";"))
    return {name.strip(): b"".join(value.split()) for name, _, value in pairs}


def signatures(content: bytes) -> list[bytes]:
    """Return the signature headers of a mail, the first first."""
    return [header for header in _headers(content) if header.lower().startswith(NAME)]


def check(content: bytes, keys: Mapping[bytes, PrivateKey]) -> list[bool]:
    """Return for each signature of a mail whether it holds, with these keys at their selectors."""
    return [_holds(content, header, keys) for header in signatures(content)]


def _headers(content: bytes) -> list[bytes]:
    return re.split(rb"\r\n(?![ \t])", content.partition(b"\r\n\r\n")[0])


def _holds(content: bytes, header: bytes, keys: Mapping[bytes, PrivateKey]) -> bool:
    tags = tags_of(header)
    assert tags[b"c"] == b"relaxed/relaxed"
    body_hash = sha256(relaxed_body(content.partition(b"\r\n\r\n")[2])).digest()
    emptied = re.sub(rb"([;\s]b=)[^;]*", rb"\1", header)
    signed = b"".join(_named(content, tags[b"h"])) + relaxed_header(emptied)
    try:
        _verify(keys[tags[b"s"]], tags, signed)
    except InvalidSignature:
        return False
    return body_hash == b64decode(tags[b"bh"])


def _named(content: bytes, names: bytes) -> list[bytes]:
    """Return the headers of these names in the relaxed form, the last of a name first."""
    left = [relaxed_header(header) for header in _headers(content)]
    found = []
    for name in names.lower().split(b":"):
        places = [place for place, header in enumerate(left) if header.startswith(name + b":")]
        found += [left.pop(places[-1]) + b"\r\n"] if places else []
    return found


def _verify(key: PrivateKey, tags: Mapping[bytes, bytes], signed: bytes) -> None:
    signature = b64decode(tags[b"b"])
    if isinstance(key, RSAPrivateKey):
        assert tags[b"a"] == b"rsa-sha256"
        key.public_key().verify(signature, signed, PKCS1v15(), SHA256())
    else:
        assert tags[b"a"] == b"ed25519-sha256"
        key.public_key().verify(signature, sha256(signed).digest())

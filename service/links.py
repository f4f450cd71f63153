"""Signed tokens, one purpose each: lower-case, without `+`, short enough for the local part of an address.

A token is its whole numbers in decimal, then 128 bits of HMAC-SHA-256 in base32: `17-739942-mfrgg…`.
"""

import hashlib
import re
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from hmac import compare_digest

from itsdangerous import Signer


class Purpose(StrEnum):
    """What a token is for; one for another purpose is worth nothing."""

    CONFIRM = "confirm"  # goal, expiry (Unix seconds)
    DONE = "done"  # goal, day, and 1 where the mail asked for the lighter version
    TINY = "tiny"  # goal, day: done in its smallest version
    GROW = "grow"  # goal, rung: a choice is about one rung, so that a second press changes nothing more
    STAY = "stay"  # goal, day
    KEEP = "keep"  # goal, rung
    BACK = "back"  # goal, day
    SMALLER = "smaller"  # goal, rung
    PAUSE = "pause"  # goal, day
    REST = "rest"  # goal, day
    RESUME = "resume"  # goal, day
    UNDO = "undo"  # goal, day
    UNSUBSCRIBE = "unsubscribe"  # person
    DEVICE = "device"  # person
    REPLY = "reply"  # goal, day
    BOUNCE = "bounce"  # delivery


class BadToken(Exception):  # noqa: N818 - it reads as what it is
    """The token was tampered with, cut short, or made for something else."""


_SHAPE = re.compile(r"((?:0|[1-9][0-9]{0,17})(?:-(?:0|[1-9][0-9]{0,17})){0,2})-([a-z2-7]{26})", re.ASCII)


def sign(secret: str, purpose: Purpose, *numbers: int) -> str:
    """Return a token that carries whole numbers, none of them negative."""
    body = "-".join(map(str, numbers))
    return f"{body}-{_signature(secret, purpose, body)}"


def read(secret: str, purpose: Purpose, token: str) -> tuple[int, ...]:
    """Return the numbers of a token; raises BadToken unless it is authentic and for this purpose."""
    found = _SHAPE.fullmatch(token)
    if found is None or not compare_digest(found[2], _signature(secret, purpose, found[1])):
        raise BadToken
    return tuple(map(int, found[1].split("-")))


_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"  # base32 (RFC 4648), in lower case
_TEN_BITS = tuple(left + right for left in _LETTERS for right in _LETTERS)
_BLOCK = 64  # bytes of a block of SHA-256


@lru_cache(maxsize=64)  # a mail has its token for leaving in three places
def _signature(secret: str, purpose: Purpose, body: str) -> str:
    """Return 128 bits of HMAC-SHA-256 (RFC 2104) in base32.

    The two hashes that its key begins are kept: from `hmac.digest` it would take four times as long.
    """
    begun = _begun(secret, purpose)
    inner, outer = begun[0].copy(), begun[1].copy()
    inner.update(body.encode())
    outer.update(inner.digest())
    return _base32(outer.digest())


@lru_cache(maxsize=64)
def _begun(secret: str, purpose: Purpose) -> tuple["hashlib._Hash", "hashlib._Hash"]:
    """Return the inner and the outer hash of the key for one purpose, as itsdangerous derives it."""
    signer = Signer(secret, salt=f"kaizen.{purpose}", key_derivation="hmac", digest_method=sha256)
    key = signer.derive_key().ljust(_BLOCK, b"\0")
    return sha256(bytes(byte ^ 0x36 for byte in key)), sha256(bytes(byte ^ 0x5C for byte in key))


def _base32(digest: bytes) -> str:
    """Return the first 128 bits in base32, ten bits at a time."""
    bits = int.from_bytes(digest[:16], "big") << 2
    high, low, t = bits >> 60, bits & 0xFFF_FFFF_FFFF_FFFF, _TEN_BITS
    return (
        f"{t[high >> 60]}{t[high >> 50 & 1023]}{t[high >> 40 & 1023]}{t[high >> 30 & 1023]}"
        f"{t[high >> 20 & 1023]}{t[high >> 10 & 1023]}{t[high & 1023]}{t[low >> 50]}"
        f"{t[low >> 40 & 1023]}{t[low >> 30 & 1023]}{t[low >> 20 & 1023]}{t[low >> 10 & 1023]}{t[low & 1023]}"
    )

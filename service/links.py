"""Signed tokens, one purpose each: lower-case, without `+`, short enough for the local part of an address.

A token is its whole numbers in decimal, then 128 bits of HMAC-SHA-256 in base32: `17-739942-mfrgg…`.
"""

import re
from base64 import b32encode
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from hmac import compare_digest

from itsdangerous import Signer
from itsdangerous.encoding import base64_decode


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


def _signature(secret: str, purpose: Purpose, body: str) -> str:
    digest = base64_decode(_signer(secret, purpose).get_signature(body))
    return b32encode(digest[:16]).decode().rstrip("=").lower()


@lru_cache(maxsize=64)
def _signer(secret: str, purpose: Purpose) -> Signer:
    return Signer(secret, salt=f"kaizen.{purpose}", key_derivation="hmac", digest_method=sha256)

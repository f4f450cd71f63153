"""Find out for whom a message came, where the route tells no envelope: a mailbox, and some webhooks."""

import re
from collections.abc import Iterator
from itertools import islice

from service.mail.addresses import Addresses

# Whoever delivers writes the first ones, in trust's order: Postfix and Gmail, Postfix, Fastmail, Google's
# routing, and others (Exim, Sendmail's tools). To and Cc are the sender's own words.
HEADERS = (
    "Delivered-To",
    "X-Original-To",
    "X-Delivered-To",
    "X-Gm-Original-To",
    "X-Envelope-To",
    "Envelope-To",
    "To",
    "Cc",
)
MOST = 20
MOST_LOOKED_AT = 1000  # addresses; each that looks like ours costs a signature
LONGEST_HEAD = 100_000  # bytes

_FIELD = re.compile(rb"^([!-9;-~]{1,64}):([^\n]*(?:\n[ \t][^\n]*)*)", re.MULTILINE)
_ADDRESS = re.compile(rb"[^\s<>()\[\],;:\"\\@]{1,64}@[A-Za-z0-9.-]{1,255}")


def recipients(raw: bytes, addresses: Addresses) -> list[str]:
    """Return which of our own addresses a message is for, at most 20, in lower case, the surest first.

    `raw` may be the header alone. An address in a display name counts too: whoever can write one of ours
    there knows it, and could as well have written to it.
    """
    found: dict[str, None] = {}
    for address in islice(_candidates(raw), MOST_LOOKED_AT):
        if address not in found and addresses.is_ours(address):
            found[address] = None
        if len(found) == MOST:
            break
    return list(found)


def return_path(raw: bytes) -> str | None:
    """Return the envelope sender that the last server wrote on top (RFC 5321, 4.4), without angle brackets.

    Empty is the null sender of a bounce; None where none is told.
    """
    for name, value in _fields(raw):
        if name == b"return-path":
            bare = value.strip().removeprefix(b"<").removesuffix(b">").strip()
            return bare.decode("ascii", "replace")
    return None


def _candidates(raw: bytes) -> Iterator[str]:
    fields = list(_fields(raw))
    for header in HEADERS:
        for name, value in fields:
            if name == header.lower().encode():
                for found in _ADDRESS.finditer(value):
                    yield found[0].decode("latin-1").lower().rstrip(".")


def _fields(raw: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the fields of a header, their names in lower case, as they stand, still folded."""
    head = re.split(rb"(?:\A|\r?\n)\r?\n", raw[:LONGEST_HEAD], maxsplit=1)[0]
    for found in _FIELD.finditer(head):
        yield found[1].lower(), found[2]

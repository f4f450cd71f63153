"""What the providers' ways in have in common: what is asked of us, what is handed over, how it is refused."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from typing import Any

from werkzeug.datastructures import Headers

from service.domain.arrival import UNKNOWN, Route
from service.settings import Settings

AHEAD = timedelta(minutes=5)  # how far another clock may be before ours
MOST_RECIPIENTS = 20


class Refused(Exception):  # noqa: N818
    """The request is not taken: an HTTP status, and one sentence that tells the operator why."""

    def __init__(self, status: int, sentence: str, **headers: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence, self.headers = status, sentence, headers


@dataclass(frozen=True, slots=True)
class Call:
    """One request of a provider; `body` is empty until the head has been found good."""

    settings: Settings = field(repr=False)
    headers: Headers = field(repr=False)
    now: datetime
    body: bytes = field(default=b"", repr=False)

    def header(self, name: str) -> str:
        """Return a header's value, empty where there is none."""
        return self.headers.get(name, "")


@dataclass(frozen=True, slots=True)
class Handed:
    """One message as a provider handed it over, not yet read.

    `rcpt_to` is empty where the provider does not tell the envelope's recipients.
    """

    raw: bytes = field(repr=False)
    mail_from: str = UNKNOWN
    rcpt_to: tuple[str, ...] = ()
    dmarc: str = ""


def _nothing(_call: Call) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Provider:
    """A way in: its setting, the largest body in bytes, and what its requests must have and hold.

    `knock` looks at the headers before the body is read. `read` returns None where there is nothing to keep.
    Both raise Refused. `paths` end its address.
    """

    route: Route
    key: Callable[[Settings], str]
    largest: int
    read: Callable[[Call], Handed | None]
    knock: Callable[[Call], None] = _nothing
    paths: tuple[str, ...] = ("",)


def same(given: str, wanted: str) -> bool:
    """Compare two texts in a time that tells nothing of where they differ."""
    return compare_digest(given.encode(errors="replace"), wanted.encode(errors="replace"))


def check_fresh(now: datetime, seconds: str, lives: timedelta) -> None:
    """Refuse a request whose time (Unix, in seconds) is longer ago than it lives, or ahead of our clock."""
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) <= 11):
        raise Refused(403, "The timestamp is missing or is no number of seconds.")
    check_moment(now, datetime.fromtimestamp(int(seconds), UTC), lives)


def check_moment(now: datetime, moment: datetime, lives: timedelta) -> None:
    """Refuse a request of a moment that is longer ago than it lives, or ahead of our clock."""
    if not now - lives <= moment <= now + AHEAD:
        raise Refused(403, "The timestamp is too far from this server's clock.")


def object_of(data: bytes | str, what: str = "The body") -> dict[str, Any]:
    """Return what a JSON object holds; refuses anything else, however deep or broken."""
    try:
        found = json.loads(data.decode() if isinstance(data, bytes) else data)
    except (ValueError, RecursionError):
        raise Refused(400, f"{what} is not JSON that can be read.") from None
    if not isinstance(found, dict):
        raise Refused(400, f"{what} is not a JSON object.")
    return found


def text_in(found: Mapping[str, Any], name: str, default: str | None = None) -> str:
    """Return a text of a JSON object; refuses another type, and a missing one without a default."""
    value = found.get(name, default)
    if not isinstance(value, str):
        raise Refused(400, f"The field {name} is missing or is no text.")
    return value


def texts_in(found: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Return a list of texts of a JSON object, empty where it is missing."""
    value = found.get(name) or []
    if not (isinstance(value, list) and all(isinstance(item, str) for item in value)):
        raise Refused(400, f"The field {name} is no list of texts.")
    return tuple(value)


def object_in(found: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return an object of a JSON object, empty where it is missing."""
    value = found.get(name) or {}
    if not isinstance(value, dict):
        raise Refused(400, f"The field {name} is no JSON object.")
    return value


def encoded(text: str, name: str) -> bytes:
    """Return a text of JSON as UTF-8; refuses half a character, which JSON can spell and UTF-8 can't."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise Refused(400, f"The field {name} holds half a character.") from None


def bare(address: str) -> str:
    """Return an address in lower case, without what stands around it."""
    return address.strip().strip("<>").strip().lower()


def envelope_sender(address: str) -> str:
    """Return an envelope sender as it can be stored; what no address looks like is not told."""
    found = address.strip().strip("<>").strip()
    return found if found.isprintable() and len(found) <= 320 else UNKNOWN

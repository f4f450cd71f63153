"""What every page has at hand: the settings, the storage, and the way to wake the workers."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from flask import abort, current_app, request
from werkzeug.wrappers import Response

from service import clock
from service.actions.outbox import Outbox
from service.links import BadToken, Purpose, read, sign
from service.mail.compose import Sender
from service.settings import Settings
from service.storage.session import Storage

COOKIE = "kaizen_device"
COOKIE_DAYS = 400  # the longest that browsers keep one


@dataclass(frozen=True, slots=True)
class House:
    """The parts that the entry point wired together."""

    settings: Settings
    storage: Storage
    sender: Sender
    wake: Callable[[Sequence[int]], None]
    redis_alive: Callable[[], bool]


def house() -> House:
    """Return the running app's parts."""
    found: House = current_app.extensions["kaizen"]
    return found


@contextmanager
def flow() -> Iterator[Outbox]:
    """Open a transaction for one use case; after its commit the workers are woken for what it put out."""
    parts = house()
    with parts.storage.write() as session:
        outbox = Outbox(session, clock.now(), parts.settings.reply_domain)
        yield outbox
    parts.wake(outbox.woken)


@contextmanager
def look() -> Iterator[Outbox]:
    """Open a session that only looks: what a GET may do."""
    parts = house()
    with parts.storage.read() as session:
        yield Outbox(session, clock.now(), parts.settings.reply_domain)


def numbers_of(purpose: Purpose, token: str) -> tuple[int, ...]:
    """Return a token's numbers; a token that is not good for this purpose is a page that does not exist."""
    try:
        return read(house().settings.secret_key, purpose, token)
    except BadToken:
        abort(404)


def remember_device(response: Response, person_id: int) -> None:
    """Let this browser submit a person's done page by itself from now on."""
    settings = house().settings
    response.set_cookie(
        COOKIE,
        sign(settings.secret_key, Purpose.DEVICE, person_id),
        max_age=COOKIE_DAYS * 86400,
        httponly=True,
        secure=settings.base_url.startswith("https://"),
        samesite="Lax",
    )


def known_device(person_id: int) -> bool:
    """Tell whether this browser has pressed a button of this person before, and is not just prefetching."""
    hints = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
    if any("pre" in request.headers.get(name, "").lower() for name in hints):
        return False
    try:
        return read(house().settings.secret_key, Purpose.DEVICE, request.cookies.get(COOKIE, "")) == (
            person_id,
        )
    except BadToken:
        return False

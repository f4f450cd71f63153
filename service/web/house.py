"""What every page has at hand: the settings, the storage, and the way to wake the workers."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from flask import Flask, abort, current_app, request
from werkzeug.http import dump_cookie
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


def house(app: Flask | None = None) -> House:
    """Return an app's parts, by default those of the running one."""
    found: House = (app or current_app).extensions["kaizen"]
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
    response.headers.add("Set-Cookie", device_cookie(house().settings, person_id))


def device_cookie(settings: Settings, person_id: int) -> str:
    """Return the cookie by which a browser is known as one of a person's."""
    token = sign(settings.secret_key, Purpose.DEVICE, person_id)
    return f"{COOKIE}={token}{_cookie_attributes(settings.base_url.startswith('https://'))}"


@cache
def _cookie_attributes(secure: bool) -> str:
    """Return what follows a device cookie's value, which needs no quotes; `Max-Age` goes before `Expires`."""
    cookie = dump_cookie(
        COOKIE,
        max_age=COOKIE_DAYS * 86400,
        httponly=True,
        secure=secure,
        samesite="Lax",
        sync_expires=False,
    )
    return cookie.removeprefix(f"{COOKIE}=")


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

"""Done and undo: GET changes nothing, ever; a press of the button does."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache, partial
from typing import Any, NamedTuple

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service import clock
from service.actions.check_in import Day, check_in, day_of, undo
from service.actions.outbox import Outbox
from service.actions.press import glance, press
from service.actions.sections import ASKED_LIGHT, climb_values
from service.domain.chain import Outcome
from service.domain.facts import Facts
from service.domain.growth import Version
from service.domain.spoken import long_day
from service.links import BadToken, Purpose, read, sign
from service.storage import queries
from service.storage.models import Goal
from service.storage.records import record
from service.web.days import drawing
from service.web.house import device_cookie, flow, house, known_device, look, numbers_of, remember_device
from service.web.lean import Lean, Ready, ShortWay, framed, lean, render

blueprint = Blueprint("done", __name__)
UNLIMITED = frozenset({"done.show", "done.tick"})  # endpoints that anybody may ask as often as they like


# The two links of a mail: the step as the mail asks for it, and its version for a bad day.
_ROUTE = f"/<any({Purpose.DONE}, {Purpose.TINY}):name>/<token>"
_UNDO = "/undo"


_long_day = lru_cache(maxsize=64)(long_day)


class Seen(NamedTuple):
    """A goal or its row, a day of it, the person's today, and the goal's facts."""

    goal: Any
    day: date
    today: date
    facts: Facts


@blueprint.get(_ROUTE)
def show(name: str, token: str) -> ResponseReturnValue:
    """Show the button, or the chain where the day is done already."""
    purpose, numbers = Purpose(name), numbers_of(Purpose(name), token)
    glanced = glance(house().storage, clock.now(), numbers)
    seen = Seen(*glanced) if glanced is not None else _look(numbers)
    outcome = seen.facts.outcome(seen.day)
    if outcome is Outcome.DONE:
        return _done(lean(), request.root_path, seen)
    version = _version(purpose, numbers, seen.goal, seen.day)
    undone = "undone" in request.args
    values = _values(seen, version)
    action = url_for("done.tick", name=name, token=token)
    body = render(lean(), "_day.html", {**values, "action": action, "outcome": outcome, "undone": undone})
    # After an undo the button waits for a person, or the page would tick itself again.
    submit = outcome is None and not undone and known_device(seen.goal.person_id)
    return render_template("done.html", step=values["step"], body=body, submit=submit)


def tick_at_once(app: Lean, root: str, name: str, token: str) -> Ready | None:
    """Do what `tick` does on an everyday day: by the goal's standing, and without a request of Flask's."""
    purpose, parts = Purpose(name), house(app)
    try:
        numbers = read(parts.settings.secret_key, purpose, token)
    except BadToken:
        return None
    pressed = press(parts.storage, clock.now(), numbers, partial(_version, purpose, numbers))
    if pressed is None:
        return None
    # The page is drawn while the database is at work; where it turns out otherwise, it is thrown away.
    body = _done(app, root, Seen(*pressed.seen)).encode()
    cookie = ("Set-Cookie", device_cookie(parts.settings, pressed.seen.goal.person_id))
    return Ready(body, (cookie,)) if pressed.ticked() else None


@blueprint.post(_ROUTE)
def tick(name: str, token: str) -> ResponseReturnValue:
    """Credit the mail's own day, show the chain, and remember the browser in which the button was pressed.

    The page comes at once and not by a redirect: sending the form again changes nothing.
    """
    purpose, numbers = Purpose(name), numbers_of(Purpose(name), token)
    seen = _press(numbers, partial(_version, purpose, numbers))
    response = Response(_done(lean(), request.root_path, seen), mimetype="text/html")
    remember_device(response, seen.goal.person_id)
    return response


def _done(app: Lean, root: str, seen: Seen) -> str:
    """Return the page of a day that is done, with the chain."""
    root = root.rstrip("/")
    values = _values(seen, seen.facts.done_version(seen.day))
    climb = climb_values(seen.facts, seen.today, seen.goal)
    secret = house(app).settings.secret_key
    # As `url_for` would make it, which takes as long as everything else here.
    undo = f"{root}{_UNDO}/{sign(secret, Purpose.UNDO, seen.goal.id, seen.day.toordinal())}"
    body = render(app, "_day.html", {**values, "done": True, "climb": climb, "undo": undo})
    return framed(app, root, "done.html", body)


def _values(seen: Seen, version: Version | None) -> dict[str, Any]:
    return {
        "goal": seen.goal,
        "step": _words(seen, version),
        "first_moment": version is Version.TINY and not _has_tiny(seen),
        "today": seen.day == seen.today,
        "day": _long_day(seen.day),
        "chain": seen.facts.chain(seen.today),
        "days": drawing(seen.facts.drawn(seen.today)),
    }


SHORT_WAYS: dict[str, ShortWay] = {Purpose.DONE: tick_at_once, Purpose.TINY: tick_at_once}


@blueprint.get(f"{_UNDO}/<token>")
def ask_undo(token: str) -> ResponseReturnValue:
    """Show the button that takes a day back."""
    seen = _look(numbers_of(Purpose.UNDO, token))
    step = _words(seen, seen.facts.done_version(seen.day))
    return render_template("undo.html", token=token, day=long_day(seen.day), step=step)


@blueprint.post(f"{_UNDO}/<token>")
def take_back(token: str) -> ResponseReturnValue:
    """Take the day's check-in back; twice is harmless."""
    with flow() as outbox:
        day = _day(outbox, numbers_of(Purpose.UNDO, token))
        undo(outbox, day)
    again = _sign(Purpose.DONE, day.goal.id, day.day)
    return redirect(url_for("done.show", name=Purpose.DONE, token=again, undone=1), 303)


def _version(purpose: Purpose, numbers: Sequence[int], goal: Any, day: date) -> Version | None:
    """Return which version a link is for, None where it is whatever the day asks for.

    A choice that the person made on that very day goes before what the mail asked for.
    """
    if purpose is Purpose.TINY:
        return Version.TINY
    light = numbers[2:] == (ASKED_LIGHT,)
    return Version.LIGHT if light and goal.full_from != day else None


def _words(seen: Seen, version: Version | None) -> str:
    """Return the day's step in a version of it, or as its mail asked for it."""
    facts, day = seen.facts, seen.day
    return facts.words(day, version or facts.version(day), seen.goal.step)


def _has_tiny(seen: Seen) -> bool:
    rung = seen.facts.rung(seen.day)
    return rung is not None and rung.versions.tiny is not None


def _sign(purpose: Purpose, goal_id: int, day: date) -> str:
    return sign(house().settings.secret_key, purpose, goal_id, day.toordinal())


def _press(numbers: Sequence[int], asked: Callable[[Goal, date], Version | None]) -> Seen:
    """Tick the day in the general way."""
    with flow() as outbox:
        day = _day(outbox, numbers)
        check_in(outbox, day, Outcome.DONE, "link", version=asked(day.goal, day.day))
        return Seen(day.goal, day.day, day.today, record(outbox.session, day.goal))


def _look(numbers: Sequence[int]) -> Seen:
    """Return the token's day from the goal's full record."""
    with look() as outbox:
        day = _day(outbox, numbers)
        return Seen(day.goal, day.day, day.today, record(outbox.session, day.goal))


def _day(outbox: Outbox, numbers: Sequence[int]) -> Day:
    """Return the token's day; a day that can't be credited any more is a page that does not exist."""
    goal_id, ordinal, *_ = numbers
    goal = queries.goal(outbox.session, goal_id, for_update=request.method == "POST")
    day = day_of(outbox, goal, ordinal) if goal else None
    if day is None or not day.open:
        abort(404)
    return day

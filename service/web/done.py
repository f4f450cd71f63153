"""Done and undo: GET changes nothing, ever; a press of the button does."""

from datetime import date

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.actions.check_in import Day, check_in, day_of, undo
from service.actions.outbox import Outbox
from service.actions.sections import ASKED_LIGHT, climb_values
from service.domain.chain import Outcome, chain, drawn
from service.domain.growth import Version
from service.domain.record import Record
from service.domain.spoken import long_day
from service.links import Purpose, sign
from service.storage import queries
from service.storage.records import record
from service.web.house import flow, house, known_device, look, numbers_of, remember_device

blueprint = Blueprint("done", __name__)


# The two links of a mail: the step as the mail asks for it, and its version for a bad day.
_ROUTE = f"/<any({Purpose.DONE}, {Purpose.TINY}):name>/<token>"


@blueprint.get(_ROUTE)
def show(name: str, token: str) -> ResponseReturnValue:
    """Show the button, or the chain where the day is done already."""
    purpose = Purpose(name)
    with look() as outbox:
        day = _day(outbox, purpose, token)
        found = record(outbox.session, day.goal)
    outcome = found.ledger.outcomes.get(day.day)
    done = outcome is Outcome.DONE
    version = _done_version(found, day) if done else _version(purpose, token, day)
    return render_template(
        "done.html",
        goal=day.goal,
        step=_words(found, day, version),
        first_moment=version is Version.TINY and not _has_tiny(found, day.day),
        action=url_for("done.tick", name=name, token=token),
        outcome=outcome,
        done=done,
        today=day.day == day.today,
        day=long_day(day.day),
        chain=chain(found.ledger, day.today),
        marks=drawn(found.ledger, day.today),
        climb=climb_values(found, day.today, day.goal),
        undo_token=_sign(Purpose.UNDO, day),
        # After an undo the button waits for a person, or the page would tick itself again.
        submit=outcome is None and "undone" not in request.args and known_device(day.goal.person_id),
        undone="undone" in request.args,
    )


@blueprint.post(_ROUTE)
def tick(name: str, token: str) -> ResponseReturnValue:
    """Credit the mail's own day, and remember the browser in which the button was pressed."""
    purpose = Purpose(name)
    with flow() as outbox:
        day = _day(outbox, purpose, token)
        check_in(outbox, day, Outcome.DONE, "link", version=_version(purpose, token, day))
    response = redirect(url_for("done.show", name=Purpose.DONE, token=_sign(Purpose.DONE, day)), 303)
    remember_device(response, day.goal.person_id)
    return response


@blueprint.get("/undo/<token>")
def ask_undo(token: str) -> ResponseReturnValue:
    """Show the button that takes a day back."""
    with look() as outbox:
        day = _day(outbox, Purpose.UNDO, token)
        found = record(outbox.session, day.goal)
    return render_template(
        "undo.html", token=token, day=long_day(day.day), step=_words(found, day, _done_version(found, day))
    )


@blueprint.post("/undo/<token>")
def take_back(token: str) -> ResponseReturnValue:
    """Take the day's check-in back; twice is harmless."""
    with flow() as outbox:
        day = _day(outbox, Purpose.UNDO, token)
        undo(outbox, day)
    return redirect(url_for("done.show", name=Purpose.DONE, token=_sign(Purpose.DONE, day), undone=1), 303)


def _version(purpose: Purpose, token: str, day: Day) -> Version | None:
    """Return which version a link is for, None where it is whatever the day asks for.

    A choice that the person made on that very day goes before what the mail asked for.
    """
    if purpose is Purpose.TINY:
        return Version.TINY
    light = numbers_of(purpose, token)[2:] == (ASKED_LIGHT,)
    return Version.LIGHT if light and day.goal.full_from != day.day else None


def _done_version(found: Record, day: Day) -> Version | None:
    """Return which version was done, None where none was."""
    deed = found.deeds.get(day.day)
    return deed.version if deed is not None else None


def _words(found: Record, day: Day, version: Version | None) -> str:
    """Return the day's step in a version of it, or as its mail asked for it."""
    return found.words(day.day, version or found.version(day.day), day.goal.step)


def _has_tiny(found: Record, day: date) -> bool:
    rung = found.rung(day)
    return rung is not None and rung.versions.tiny is not None


def _sign(purpose: Purpose, day: Day) -> str:
    return sign(house().settings.secret_key, purpose, day.goal.id, day.day.toordinal())


def _day(outbox: Outbox, purpose: Purpose, token: str) -> Day:
    """Return the token's day; a day that can't be credited any more is a page that does not exist."""
    goal_id, ordinal, *_ = numbers_of(purpose, token)
    goal = queries.goal(outbox.session, goal_id, for_update=request.method == "POST")
    day = day_of(outbox, goal, ordinal) if goal else None
    if day is None or not day.open:
        abort(404)
    return day

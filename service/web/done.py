"""Done and undo: GET changes nothing, ever; a press of the button does."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.actions.check_in import Day, check_in, day_of, outcome_of, undo
from service.actions.letters import long_day
from service.actions.outbox import Outbox
from service.domain.chain import Outcome, chain, drawn
from service.links import Purpose, sign
from service.storage import queries
from service.web.house import flow, house, known_device, look, numbers_of, remember_device

blueprint = Blueprint("done", __name__)


@blueprint.get("/done/<token>")
def show(token: str) -> ResponseReturnValue:
    """Show the button, or the chain where the day is done already."""
    with look() as outbox:
        day = _day(outbox, Purpose.DONE, token)
        outcome = outcome_of(outbox, day)
        ledger = queries.ledger(outbox.session, day.goal)
    return render_template(
        "done.html",
        goal=day.goal,
        token=token,
        outcome=outcome,
        done=outcome is Outcome.DONE,
        today=day.day == day.today,
        day=long_day(day.day),
        chain=chain(ledger, day.today),
        marks=drawn(ledger, day.today),
        undo_token=sign(house().settings.secret_key, Purpose.UNDO, day.goal.id, day.day.toordinal()),
        # After an undo the button waits for a person, or the page would tick itself again.
        submit=outcome is None and "undone" not in request.args and known_device(day.goal.person_id),
        undone="undone" in request.args,
    )


@blueprint.post("/done/<token>")
def tick(token: str) -> ResponseReturnValue:
    """Credit the mail's own day, and remember the browser in which the button was pressed."""
    with flow() as outbox:
        day = _day(outbox, Purpose.DONE, token)
        check_in(outbox, day, Outcome.DONE, "link")
    response = redirect(url_for("done.show", token=token), 303)
    remember_device(response, day.goal.person_id)
    return response


@blueprint.get("/undo/<token>")
def ask_undo(token: str) -> ResponseReturnValue:
    """Show the button that takes a day back."""
    with look() as outbox:
        day = _day(outbox, Purpose.UNDO, token)
    return render_template("undo.html", token=token, day=long_day(day.day), goal=day.goal)


@blueprint.post("/undo/<token>")
def take_back(token: str) -> ResponseReturnValue:
    """Take the day's check-in back; twice is harmless."""
    with flow() as outbox:
        day = _day(outbox, Purpose.UNDO, token)
        undo(outbox, day)
    done = sign(house().settings.secret_key, Purpose.DONE, day.goal.id, day.day.toordinal())
    return redirect(url_for("done.show", token=done, undone=1), 303)


def _day(outbox: Outbox, purpose: Purpose, token: str) -> Day:
    """Return the token's day; a day that can't be credited any more is a page that does not exist."""
    goal_id, ordinal = numbers_of(purpose, token)
    goal = queries.goal(outbox.session, goal_id)
    day = day_of(outbox, goal, ordinal) if goal else None
    if day is None or not day.open:
        abort(404)
    return day

"""Confirm: GET shows what would start and a button; POST starts it."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.actions.confirm import activate, fingerprint
from service.actions.outbox import Outbox
from service.actions.room import Full
from service.actions.signup import ask
from service.domain.schedule import mask_to_weekdays
from service.domain.spoken import on_days
from service.links import Purpose
from service.storage import queries
from service.storage.models import Goal, GoalState
from service.web.house import flow, look, numbers_of, remember_device

blueprint = Blueprint("confirm", __name__, url_prefix="/confirm")


@blueprint.get("/<token>")
def show(token: str) -> ResponseReturnValue:
    """Show the goal with its button, that it has started, or that the link is too old."""
    with look() as outbox:
        goal, expired = _goal(outbox, token)
    if goal.state == GoalState.ACTIVE:
        return render_template("started.html", goal=goal)
    if expired:
        return render_template("expired.html", token=token), 410
    return render_template(
        "confirm.html",
        goal=goal,
        token=token,
        shown=fingerprint(goal),
        days=on_days(mask_to_weekdays(goal.weekdays)),
    )


@blueprint.post("/<token>")
def start(token: str) -> ResponseReturnValue:
    """Start the goal that was shown; its first mail leaves at once."""
    try:
        with flow() as outbox:
            goal, expired = _goal(outbox, token)
            started = not expired and activate(outbox, goal, request.form.get("shown", ""))
    except Full:
        return render_template("full.html"), 409
    response = redirect(url_for("confirm.show", token=token), 303)
    if started:
        remember_device(response, goal.person_id)
    return response


@blueprint.post("/<token>/again")
def again(token: str) -> ResponseReturnValue:
    """Send a new link for one that is too old, at most once an hour."""
    with flow() as outbox:
        goal, _ = _goal(outbox, token)
        if goal.state == GoalState.PENDING:
            ask(outbox, goal)
    return redirect(url_for("signup.sent"), 303)


def _goal(outbox: Outbox, token: str) -> tuple[Goal, bool]:
    """Return the token's goal, and whether the token is too old to start it."""
    goal_id, expires = numbers_of(Purpose.CONFIRM, token)
    goal = queries.goal(outbox.session, goal_id, for_update=request.method == "POST")
    if goal is None or goal.state == GoalState.ENDED:
        abort(404)
    return goal, expires < outbox.now.timestamp()

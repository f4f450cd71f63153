"""The choices that mails offer, one button each. GET changes nothing; a press of the button does."""

from datetime import date

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.actions.change_step import current_rung
from service.actions.choose import ABOUT_A_RUNG, CHOICES, choose, stands, too_old
from service.actions.outbox import Outbox
from service.actions.room import Full
from service.actions.sections import next_size
from service.domain.schedule import local_day
from service.domain.sizes import Direction
from service.domain.spoken import nearby_day
from service.links import Purpose, sign
from service.storage import queries
from service.storage.models import Goal, GoalState
from service.web.house import flow, house, known_device, look, numbers_of, remember_device

blueprint = Blueprint("choice", __name__)

_ROUTE = f"/<any({', '.join(CHOICES)}):name>/<token>"


@blueprint.get(_ROUTE)
def show(name: str, token: str) -> ResponseReturnValue:
    """Show what a press would do, or what holds now."""
    purpose = Purpose(name)
    with look() as outbox:
        goal, about = _goal(outbox, purpose, token)
        rung = current_rung(outbox, goal)
        today = local_day(outbox.now, goal.person.zone)
        moved = not stands(outbox, goal, today, purpose, about)
    chosen = "chosen" in request.args
    light = rung.versions.light if rung is not None else None
    if too_old(purpose, about, today):
        abort(404)
    ended = goal.state != GoalState.ACTIVE
    return render_template(
        "choice.html",
        choice=name,
        token=token,
        goal=goal,
        less=goal.direction == Direction.LESS,
        next=next_size(rung),
        light=light.words if light is not None else "",
        grew=rung is not None and rung.why == "grew",
        chosen=chosen or moved,
        resume_token=sign(house().settings.secret_key, Purpose.RESUME, goal.id, today.toordinal()),
        ended=ended,
        returns=nearby_day(local_day(goal.next_due_at, goal.person.zone), today) if goal.next_due_at else "",
        submit=not (chosen or moved or ended) and known_device(goal.person_id),
    )


@blueprint.post(_ROUTE)
def press(name: str, token: str) -> ResponseReturnValue:
    """Carry the choice out; twice is harmless."""
    try:
        with flow() as outbox:
            goal, about = _goal(outbox, Purpose(name), token)
            choose(outbox, goal, local_day(outbox.now, goal.person.zone), Purpose(name), about)
    except Full:
        return render_template("full.html"), 409
    response = redirect(url_for("choice.show", name=name, token=token, chosen=1), 303)
    remember_device(response, goal.person_id)
    return response


def _goal(outbox: Outbox, purpose: Purpose, token: str) -> tuple[Goal, int]:
    goal_id, about = numbers_of(purpose, token)
    goal = queries.goal(outbox.session, goal_id, for_update=request.method == "POST")
    if goal is None or not (purpose in ABOUT_A_RUNG or 1 <= about <= date.max.toordinal()):
        abort(404)
    return goal, about

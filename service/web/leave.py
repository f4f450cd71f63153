"""Leave: a page with a button, and the one-click POST of mail programs (RFC 8058)."""

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from service.actions.leave import leave
from service.links import Purpose
from service.storage import queries
from service.web.house import flow, look, numbers_of

blueprint = Blueprint("leave", __name__, url_prefix="/unsubscribe")


@blueprint.get("/<token>")
def show(token: str) -> ResponseReturnValue:
    """Show the button; a GET never unsubscribes anybody."""
    (person_id,) = numbers_of(Purpose.UNSUBSCRIBE, token)
    with look() as outbox:
        person = queries.person(outbox.session, person_id)
    if person is None:
        abort(404)
    return render_template("leave.html", token=token, left=person.left_at is not None)


@blueprint.post("/<token>")
def submit(token: str) -> ResponseReturnValue:
    """End all mail. Needs no cookie and reads no body; says 200 however often it comes."""
    (person_id,) = numbers_of(Purpose.UNSUBSCRIBE, token)
    with flow() as outbox:
        person = queries.person(outbox.session, person_id)
        if person is None:
            abort(404)
        leave(outbox, person)
    return render_template("leave.html", token=token, left=True)

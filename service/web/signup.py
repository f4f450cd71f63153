"""Sign up: one calm page, and one answer whoever asks."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.actions.signup import sign_up
from service.web.forms import SignupForm
from service.web.house import flow
from service.web.limits import limiter

blueprint = Blueprint("signup", __name__)


@blueprint.get("/")
def form() -> ResponseReturnValue:
    """Show the empty form."""
    return render_template("signup.html", form=SignupForm(formdata=None))


@blueprint.post("/signup")
@limiter.limit("60 per hour")
def submit() -> ResponseReturnValue:
    """Keep the wish; the answer is the same whether the address is new, known or waiting."""
    filled = SignupForm(formdata=request.form)  # never a JSON body
    if not filled.validate():
        return render_template("signup.html", form=filled), 422
    with flow() as outbox:
        sign_up(outbox, filled.wish())
    return redirect(url_for("signup.sent"), 303)


@blueprint.get("/sent")
def sent() -> ResponseReturnValue:
    """Say that a mail is on its way."""
    return render_template("sent.html")

"""Sign up: one calm page, and one answer whoever asks."""

from dataclasses import replace

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.actions.signup import sign_up
from service.domain.text import one_line
from service.domain.tiny import leap
from service.web.forms import LONGEST, SignupForm, fields_of
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
    """Keep the wish; the answer is the same whether the address is new, known or waiting.

    A step that is a leap is met with a smaller one first: one press takes it, another keeps one's own.
    """
    filled = SignupForm(formdata=request.form)  # never a JSON body
    if not filled.validate():
        return render_template("signup.html", form=filled), 422
    wish = filled.wish()
    smaller = wish.smaller()
    choice = request.form.get("choice", "")
    if smaller is not None and choice == "take":
        wish = replace(wish, step=smaller)
    elif smaller is not None and choice != "keep":
        return render_template("leap.html", form=filled, wish=wish, smaller=smaller, fields=fields_of(wish))
    with flow() as outbox:
        sign_up(outbox, wish)
    return redirect(url_for("signup.sent"), 303)


@blueprint.get("/smaller")
def smaller() -> ResponseReturnValue:
    """Return a tiny step in place of one that is a leap, for the form while it is filled in."""
    step = one_line(request.args.get("step", "")[:1000])[:LONGEST]
    return jsonify(smaller=leap(step))


@blueprint.get("/sent")
def sent() -> ResponseReturnValue:
    """Say that a mail is on its way."""
    return render_template("sent.html")

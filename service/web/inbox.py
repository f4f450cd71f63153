"""The local mailbox's pages. They exist only where no SMTP_URL is set, on a service of this machine alone."""

import re
import smtplib

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from markupsafe import Markup, escape
from werkzeug.wrappers import Response
from wtforms import TextAreaField

from service import clock
from service.mail import local
from service.web.house import house

blueprint = Blueprint("inbox", __name__, url_prefix="/inbox")

_SANDBOX = (
    "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation; "
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
)


class ReplyForm(FlaskForm):  # type: ignore[misc]
    """The reply box."""

    text = TextAreaField("Your reply", render_kw={"rows": 3, "placeholder": "done", "maxlength": 5000})


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the newest mails."""
    return render_template("inbox.html", mails=local.newest(house().settings.mailbox_dir))


@blueprint.route("/<key>", methods=["GET", "POST"])
def mail(key: str) -> ResponseReturnValue:
    """Show a mail as text and HTML, with a reply box that sends a real reply."""
    kept = _find(key)
    form = ReplyForm(formdata=request.form if request.method == "POST" else None)
    trouble = ""
    if request.method == "POST" and form.validate():
        reply = local.write_reply(kept, (form.text.data or "")[:5000], clock.now())
        try:
            local.send_reply(reply, house().settings.inbound)
            return redirect(url_for("inbox.mail", key=key, replied=1), 303)
        except (OSError, smtplib.SMTPException) as error:
            trouble = f"The inbound listener did not take it ({type(error).__name__}). Is it running?"
    return render_template(
        "mail.html", mail=kept, text=_with_links(kept.part("plain")), form=form, trouble=trouble
    )


@blueprint.get("/<key>/html")
def html(key: str) -> ResponseReturnValue:
    """Return a mail's HTML part, for a frame in which nothing can run."""
    page = _find(key).part("html").replace("<head>", '<head><base target="_top">', 1)
    response = Response(page, mimetype="text/html")
    response.headers["Content-Security-Policy"] = _SANDBOX
    return response


@blueprint.get("/<key>/raw")
def raw(key: str) -> ResponseReturnValue:
    """Return a mail's bytes as they were sent."""
    return Response(_find(key).raw, mimetype="text/plain")


def _find(key: str) -> local.Kept:
    found = local.find(house().settings.mailbox_dir, key)
    if found is None:
        abort(404)
    return found


def _with_links(text: str) -> Markup:
    """Escape a mail's text, and make the lines that are links of ours into links."""
    base = re.escape(house().settings.base_url)
    return Markup(  # noqa: S704 - escaped first; a link line holds no character that could close the attribute
        re.sub(rf"^({base}/[\w/-]+)$", r'<a href="\1">\1</a>', str(escape(text)), flags=re.MULTILINE)
    )

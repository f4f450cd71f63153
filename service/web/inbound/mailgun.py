"""Mailgun: a form with the whole message in it, and a signature over a token."""

import hmac
from datetime import timedelta
from hashlib import sha256

from service.domain.arrival import Route
from service.mail.inbound import LARGEST
from service.web.inbound.forms import Form, form_of
from service.web.inbound.shared import (
    AHEAD,
    Call,
    Handed,
    Provider,
    Refused,
    check_fresh,
    envelope_sender,
    same,
)
from service.web.inbound.tokens import spend

# Mailgun tries for 8 hours what it could not hand over, with the signature it made first, and asks not to be
# strict with the time. What a captured signature could do, the token's memory stops: it lives longer.
LIVES = timedelta(hours=8, minutes=30)


def read(call: Call) -> Handed:
    """Return the message of a route's forward() to an address that ends in `mime`.

    Mailgun: the signature is the hex HMAC-SHA256 of timestamp and token, joined, by the webhook signing key;
    a token is to be honoured once. It does not cover the message, so a token is bound to what came with it.
    """
    form = form_of(call.header("Content-Type"), call.body)
    token = _check_signature(call, form)
    raw = form.value("body-mime")
    if not raw:
        raise Refused(400, "body-mime is missing: let the route's address end in /inbound/mailgun/mime.")
    handed = Handed(raw, envelope_sender(form.text("sender")), tuple(form.text("recipient").split(",")))
    content = "\n".join((*handed.rcpt_to, "")).encode(errors="replace") + raw
    if not spend(token, content, int((LIVES + 2 * AHEAD).total_seconds())):
        raise Refused(403, "The token was used before, for another message.")
    return handed


def _check_signature(call: Call, form: Form) -> str:
    timestamp, token = form.text("timestamp"), form.text("token")
    key = call.settings.mailgun_signing_key.encode()
    wanted = hmac.new(key, (timestamp + token).encode(), sha256).hexdigest()
    if not (token and same(form.text("signature"), wanted)):
        raise Refused(403, "The signature is missing or was not made with MAILGUN_SIGNING_KEY.")
    check_fresh(call.now, timestamp, LIVES)
    return token


PROVIDER = Provider(
    Route.MAILGUN,
    key=lambda settings: settings.mailgun_signing_key,
    largest=3 * LARGEST + 256 * 1024,  # in a form each byte may take three
    read=read,
    paths=("", "/mime"),  # Mailgun sends the source only to an address that ends in mime
)

"""SendGrid Inbound Parse: a form with the whole message in it, signed as a whole."""

import binascii
from base64 import b64decode
from datetime import timedelta
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from service.domain.arrival import UNKNOWN, Route
from service.mail.inbound import LARGEST
from service.web.inbound.forms import form_of
from service.web.inbound.shared import (
    Call,
    Handed,
    Provider,
    Refused,
    check_fresh,
    envelope_sender,
    object_of,
    text_in,
    texts_in,
)

SIGNATURE = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP = "X-Twilio-Email-Event-Webhook-Timestamp"
# SendGrid tries for 72 hours what it could not hand over, and drops at once what is refused. The signature
# covers the whole message, so that a copy is the same message, and that counts once.
LIVES = timedelta(hours=73)


def knock(call: Call) -> None:
    """Check that there is a signature, and its time."""
    if not call.header(SIGNATURE):
        raise Refused(403, "The signature is missing: give the parse setting a security policy.")
    check_fresh(call.now, call.header(TIMESTAMP), LIVES)


def read(call: Call) -> Handed:
    """Return the message of an Inbound Parse webhook that posts the raw, full MIME message.

    SendGrid: `email` is the source, and `envelope` a JSON object with `from` and a list `to`.
    """
    _check_signature(call)
    form = form_of(call.header("Content-Type"), call.body)
    raw = form.value("email")
    if not raw:
        raise Refused(400, 'email is missing: turn on "POST the raw, full MIME message".')
    envelope = object_of(form.text("envelope") or "{}", "The field envelope")
    sender = envelope_sender(text_in(envelope, "from", UNKNOWN))
    return Handed(raw, sender, texts_in(envelope, "to"))


def _check_signature(call: Call) -> None:
    """Check the ECDSA signature with SHA-256 over timestamp and raw body (Twilio: signed webhooks)."""
    signed = call.header(TIMESTAMP).encode() + call.body
    try:
        signature = b64decode(call.header(SIGNATURE), validate=True)
        _key(call.settings.sendgrid_inbound_key).verify(signature, signed, ec.ECDSA(SHA256()))
    except (binascii.Error, ValueError, InvalidSignature):
        raise Refused(403, "The signature was not made with the key of SENDGRID_INBOUND_KEY.") from None


@lru_cache(maxsize=4)
def _key(text: str) -> ec.EllipticCurvePublicKey:
    key = load_der_public_key(b64decode(text))
    assert isinstance(key, ec.EllipticCurvePublicKey)  # noqa: S101 - the settings made sure
    return key


PROVIDER = Provider(
    Route.SENDGRID,
    key=lambda settings: settings.sendgrid_inbound_key,
    largest=3 * LARGEST + 256 * 1024,
    knock=knock,
    read=read,
)

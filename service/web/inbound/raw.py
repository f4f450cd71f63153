"""The message's own bytes with a signature: for Cloudflare Email Workers, a Postfix pipe, or a script."""

import hmac
from datetime import timedelta
from hashlib import sha256

from service.domain.arrival import Route
from service.mail.inbound import LARGEST
from service.web.inbound.shared import Call, Handed, Provider, Refused, check_fresh, envelope_sender, same

LIVES = timedelta(minutes=5)
TIMESTAMP, SIGNATURE = "X-Kaizen-Timestamp", "X-Kaizen-Signature"
SENDER, RECIPIENTS = "X-Kaizen-From", "X-Kaizen-To"


def signature(key: str, timestamp: str, sender: str, recipients: str, body: bytes) -> str:
    """Return the hex HMAC-SHA256 over `timestamp.sender LF recipients LF body`, the headers as they stand."""
    # WSGI hands headers over as Latin-1, whatever their bytes were (PEP 3333).
    head = f"{timestamp}.{sender}\n{recipients}\n".encode("latin-1", "replace")
    return hmac.new(key.encode(), head + body, sha256).hexdigest()


def knock(call: Call) -> None:
    """Check the time and that there is a signature and a recipient."""
    if not call.header(SIGNATURE):
        raise Refused(403, f"The header {SIGNATURE} is missing.")
    check_fresh(call.now, call.header(TIMESTAMP), LIVES)
    if not call.header(RECIPIENTS).strip():
        raise Refused(400, f"The header {RECIPIENTS} is missing.")


def read(call: Call) -> Handed:
    """Return the body as the message. Its recipients have commas between them; no sender is a bounce's."""
    sender, recipients = call.header(SENDER), call.header(RECIPIENTS)
    wanted = signature(call.settings.raw_inbound_key, call.header(TIMESTAMP), sender, recipients, call.body)
    if not same(call.header(SIGNATURE).lower(), wanted):
        raise Refused(403, "The signature was not made with RAW_INBOUND_KEY over what was sent.")
    if not call.body:
        raise Refused(400, "The body is empty: it has to be the message.")
    return Handed(call.body, envelope_sender(sender), tuple(recipients.split(",")))


PROVIDER = Provider(
    Route.RAW,
    key=lambda settings: settings.raw_inbound_key,
    largest=LARGEST,
    knock=knock,
    read=read,
)

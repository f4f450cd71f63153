"""Postmark: JSON with the whole message in it, and a password in the address that it posts to."""

from werkzeug.datastructures import Authorization

from service.domain.arrival import Route
from service.mail.inbound import LARGEST
from service.web.inbound.shared import Call, Handed, Provider, Refused, encoded, object_of, same, text_in

# What Postmark writes where mail was forwarded to the address that it gave the operator.
_FORWARDED = "@inbound.postmarkapp.com"


def knock(call: Call) -> None:
    """Check the user and password (Postmark: protect a webhook with Basic auth in its URL).

    A request without any is asked for them (RFC 7617): some programs send them only then.
    """
    if not call.header("Authorization"):
        sentence = "POSTMARK_INBOUND is needed as user:password in the webhook's address."
        raise Refused(401, sentence, WWW_Authenticate='Basic realm="inbound"')
    if not same(_given(call.header("Authorization")), call.settings.postmark_inbound):
        raise Refused(403, "The user or password is not the one of POSTMARK_INBOUND.")


def _given(header: str) -> str:
    """Return the user:password of a header, empty where it holds none."""
    try:
        given = Authorization.from_header(header)
    except ValueError:  # Werkzeug's, where a letter is none of base64's
        return ""
    return f"{given.username}:{given.password}" if given is not None and given.type == "basic" else ""


def read(call: Call) -> Handed:
    """Return the message of an inbound webhook.

    Postmark puts the source in `RawEmail` where "Include raw email content" is set, and the envelope's
    recipient in `OriginalRecipient`; it does not tell the envelope's sender.
    """
    found = object_of(call.body)
    if not found.get("RawEmail"):
        raise Refused(400, 'RawEmail is missing: turn on "Include raw email content in JSON payload".')
    to = text_in(found, "OriginalRecipient", "")
    told = () if to.strip().lower().endswith(_FORWARDED) else tuple(to.split(","))
    return Handed(encoded(text_in(found, "RawEmail"), "RawEmail"), rcpt_to=told)


PROVIDER = Provider(
    Route.POSTMARK,
    key=lambda settings: settings.postmark_inbound,
    largest=4 * LARGEST,  # the source with its line ends escaped, and its attachments once more
    knock=knock,
    read=read,
)

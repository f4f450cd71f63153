"""How a received message came to us: its route, its envelope, and its bytes."""

from dataclasses import dataclass, field
from enum import StrEnum

UNKNOWN = "?"  # the envelope sender, where the route did not tell it


class Route(StrEnum):
    """The ways in; all of them end in the same table and the same job."""

    SMTP = "smtp"
    LMTP = "lmtp"
    IMAP = "imap"
    POSTMARK = "postmark"
    MAILGUN = "mailgun"
    SENDGRID = "sendgrid"
    SES = "ses"
    RAW = "raw"


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message for one of our addresses.

    `mail_from` is the envelope sender without angle brackets: empty is the null sender of a bounce, and
    `UNKNOWN` where the route did not tell. `dmarc` is `pass` or `fail` where the route itself is a relay that
    we trust and that told a verdict (RFC 7489), else empty.
    """

    route: Route
    mail_from: str
    rcpt_to: str
    raw: bytes = field(repr=False)
    dmarc: str = ""

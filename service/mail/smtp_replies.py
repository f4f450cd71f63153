"""What an SMTP server's reply means for one mail, for us, or for the connection.

Codes after RFC 5321, 4.2, enhanced ones after RFC 3463: the second figure says whose trouble it is, 1 and 2
the recipient's, 7 a policy's.
"""

import re

from service.mail.transport import Deferred, Disliked, Refused, TransportError, Unreachable, Unwelcome

CLOSING = 421
_ENHANCED = re.compile(r"5\.(\d{1,3})\.(\d{1,3})\b")
_LOGIN = (530, 534, 535, 538)
_TOO_BIG = 552
# Exim and others say so without an enhanced code, to each recipient of a sender that they do not serve.
_RELAYING = re.compile(r"\brelay", re.IGNORECASE)


class RefusedContent(Refused):
    """Refused for what it is, such as its size: no word about the address."""

    recipient = False


def refusal(stage: str, code: int, words: str) -> TransportError:
    """Return what a reply other than success means; `stage` is what it answers: mail, rcpt, data, content."""
    said = f"{code} {words}"[:300]
    if code == CLOSING:
        return Unreachable(said)
    if code < 500:
        return Deferred(said)
    found = _ENHANCED.match(words)
    subject = int(found[1]) if found else 7 if _RELAYING.search(words) else None
    if code in _LOGIN or (stage == "mail" and code != _TOO_BIG):
        return Unwelcome(said, f"{code} at {stage}")
    if subject in (1, 2) or (stage == "rcpt" and subject is None):
        return Refused(said)
    # Relaying denied, a blocked sender, a spam verdict: often over by the next hour, never a person's fault.
    if subject == 7 or (stage in ("data", "content") and subject is None and code != _TOO_BIG):
        return Disliked(said)
    return RefusedContent(said)

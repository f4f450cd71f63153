"""Who speaks: the one address of the one From header, and nothing that only looks like it."""

import re

from service.mail.fields import values
from service.mail.parsing import Parsed

_LONGEST = 1000  # characters of a From header
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_COMMENT = re.compile(r"\((?:[^()\\]|\\.)*\)")
_DEEPEST = 5  # comments inside comments
# One address, bare or in the last angle brackets; never a list, a group (RFC 6854) or a route.
_SPEAKER = re.compile(r"(?:[^<>,;:]*<([^<>]+)>|([^<>,;:\s]+))")
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\\\"@\x00-\x20\x7f]{1,200}@[^\s<>()\[\],;:\\\"@\x00-\x20\x7f]{1,255}")


def sender(message: Parsed) -> str:
    """Return the address of the only From header in lower case; empty where there is not exactly one.

    Only what stands in the last angle brackets counts, never what a display name pretends to be.
    """
    found = values(message, "From")
    if len(found) != 1 or len(found[0]) > _LONGEST:
        return ""
    spoken = _SPEAKER.fullmatch(_without_comments(_QUOTED.sub(" ", found[0])).strip())
    address = (spoken[1] or spoken[2]).strip() if spoken else ""
    return address.lower() if _ADDRESS.fullmatch(address) else ""


def _without_comments(text: str) -> str:
    for _ in range(_DEEPEST):
        text, count = _COMMENT.subn(" ", text)
        if not count:
            break
    return text

"""How the settings of sending, signing and watching are read; like `setting_values`, which see."""

import re
from pathlib import Path

from service.mail.keys import private_key
from service.setting_values import folder

_DECIMAL = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,9})?", re.ASCII)
_BEARER = re.compile(r"[A-Za-z0-9._~+/-]+=*", re.ASCII)
_SELECTOR = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?", re.ASCII)


def connections(text: str) -> int:
    """Read how many connections a worker may keep open, from 1 to 100."""
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= 100):
        raise ValueError("give a whole number from 1 to 100.")
    return int(text)


def rate(text: str) -> float:
    """Read how many mails may leave in a time, which may be a fraction; 0 is no limit."""
    if not _DECIMAL.fullmatch(text) or float(text) > 100_000:
        raise ValueError("give a number from 0 (no limit) to 100000, such as 14 or 0.5.")
    return float(text)


def bearer(text: str) -> str:
    """Read a token as HTTP carries it (RFC 6750, 2.1); empty is none."""
    if text and (len(text) < 16 or not _BEARER.fullmatch(text)):
        raise ValueError("give at least 16 random characters: letters, digits and -._~+/ only.")
    return text


def log_format(text: str) -> str:
    """Read how the logs are written."""
    if text not in ("text", "json"):
        raise ValueError("give text or json.")
    return text


def selectors(text: str) -> tuple[str, ...]:
    """Read the names of DKIM records, with commas between them; empty is none."""
    found = tuple(part.strip().lower() for part in text.split(",")) if text else ()
    if not all(_SELECTOR.fullmatch(name) for name in found) or len(set(found)) != len(found):
        raise ValueError("give the name of the DNS record before ._domainkey, such as kaizen.")
    return found


def key_files(text: str) -> tuple[Path, ...]:
    """Read the paths of DKIM keys, with commas between them; each must hold a key that we can use.

    The sentences repeat no path: a key may have been given in its place.
    """
    found = tuple(folder(part.strip()) for part in text.split(",")) if text else ()
    for number, path in enumerate(found, 1):
        try:
            private_key(path.read_bytes())
        except OSError as error:
            raise ValueError(
                f"file {number} can't be read ({error.strerror}): give the path of a key."
            ) from None
        except ValueError as error:
            raise ValueError(f"file {number} {error}.") from None
    return found

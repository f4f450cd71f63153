"""A reply's own lines: what stands above the first quote, whichever mail program wrote it."""

from service.mail.attributions import introduces, stands_alone
from service.mail.quote_marks import begins_headers, is_quote, is_separator
from service.mail.signatures import is_signature

MOST_LINES = 200
LONGEST = 4000  # characters

_FIRST = 5000  # lines of a text that are looked at
_AHEAD = 8  # lines that may be looked at to see what one begins
# Marks that nobody sees: byte order, zero width, direction. Joiners stay: emoji and some scripts need them.
_UNSEEN = dict.fromkeys(
    [0x00AD, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)
_SEEN = _UNSEEN | {0x00A0: " ", 0x202F: " ", 0x2007: " "}
_ARMOUR = "-----BEGIN PGP SIGNED MESSAGE-----"


def own_lines(text: str) -> tuple[str, ...]:
    """Return the person's own lines above the first quote, without the lines that introduce the quote.

    A message that begins with a quote or a forward has none.
    """
    lines = _lines(text)
    end = next((at for at in range(min(len(lines), MOST_LINES)) if _ends_at(lines, at)), MOST_LINES)
    own = _trimmed(lines[: min(end, MOST_LINES)])
    if end < len(lines) and is_quote(lines[end]):
        own = _trimmed(own[: len(own) - introduces(own)])
    return tuple(own)


def _lines(text: str) -> list[str]:
    """Return the lines that can matter, from the first that is not blank, as a reader sees them."""
    found = (line.translate(_SEEN).rstrip()[:LONGEST] for line in text.splitlines()[:_FIRST])
    lines = _led(list(found))[: MOST_LINES + _AHEAD]
    return _unarmoured(lines) if lines and lines[0].strip() == _ARMOUR else lines


def _unarmoured(lines: list[str]) -> list[str]:
    """Return what was signed in the open (RFC 9580, 7): without its headers and the dashes before dashes."""
    begins = next((at for at, line in enumerate(lines) if not line.strip()), len(lines))
    return _led([line.removeprefix("- ") for line in lines[begins:]])


def _led(lines: list[str]) -> list[str]:
    """Return lines without blank ones at their beginning."""
    begins = next((at for at, line in enumerate(lines) if line.strip()), len(lines))
    return lines[begins:]


def _ends_at(lines: list[str], at: int) -> bool:
    """Tell whether the person's own lines end above this one."""
    line = lines[at]
    if not line.strip():
        return False
    ahead = lines[at : at + _AHEAD]
    return (
        is_quote(line)
        or is_separator(line)
        or is_signature(line)
        or begins_headers(ahead)
        or stands_alone(ahead)
    )


def _trimmed(lines: list[str]) -> list[str]:
    """Return lines without blank ones at their end."""
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return lines

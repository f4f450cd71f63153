"""A reply's own lines: what stands above the first quote, whichever mail program wrote it."""

import re

from service.domain.text import one_line

MOST_LINES = 200
LONGEST = 4000  # characters

# Where a mail program puts what is not the person's own: quotes, separators, forwarded headers, signatures.
_CUT = re.compile(
    r"\s*(?:>|\|\s|_{8,}|-{2,}.{3,60}-{2,}\s*$|--\s*$|begin forwarded message|sent from my |get outlook for "
    r"|(?:from|von|de|da|van|od)\s?:\s)",
    re.IGNORECASE,
)
_QUOTE = re.compile(r"\s*(?:>|\|\s)")
_INTRODUCES = re.compile(r"[:：]$")
_TIME = re.compile(r"[0-9]{1,2}[:.h][0-9]{2}")
_DATE = re.compile(r"\b[0-9]{4}\b|[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2}")


def own_lines(text: str) -> tuple[str, ...]:
    """Return the person's own lines above the first quote, without the lines that introduce the quote.

    A message that begins with a quote or a forward has none.
    """
    own: list[str] = []
    quoted = False
    for line in text.splitlines()[:5000]:
        if _CUT.match(line[:200]):
            quoted = bool(_QUOTE.match(line[:200]))
            break
        own.append(line.rstrip()[:LONGEST])
    own = _trimmed(own)
    if quoted and own and _INTRODUCES.search(one_line(own[-1])):
        own = _trimmed(own[: len(own) - _attribution(own)])
    while own and not own[0].strip():
        own.pop(0)
    return tuple(own[:MOST_LINES])


def _trimmed(lines: list[str]) -> list[str]:
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return lines


def _attribution(own: list[str]) -> int:
    """Return over how many lines (up to three) `On Saturday, Kaizen wrote:` goes, in any language.

    The line that ends in a colon is one; those above it belong to it while it lacks its beginning, or where
    they hold the date and time that it lacks.
    """
    count = 1
    while count < 3 and count < len(own) and own[-count - 1].strip():
        words, above = " ".join(own[-count:]), own[-count - 1]
        half = len(words.split()) < 3 or words.count(">") > words.count("<")
        dated = not _TIME.search(words) and _TIME.search(above) and _DATE.search(above)
        if not half and not dated:
            break
        count += 1
    return count

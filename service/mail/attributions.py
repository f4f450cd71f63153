"""The line or lines that introduce a quote: `On Wednesday, Kaizen wrote:`, in any language."""

import re

MOST = 3  # lines that an introduction may be broken over
_LONG = 600  # characters

_TIME = re.compile(r"[0-9]{1,2}[:.hH][0-9]{2}")
_DATE = re.compile(r"\b[0-9]{4}\b|[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2}|[0-9]{4}年|[0-9]{4}년")
_COLON = re.compile(r"[:：]$")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")

# `wrote`, as mail programs say it; by stem where the ending varies.
_WROTE = (
    r"wrote|writes|schrieb|geschrieben|écrit|escribió|escribio|scritto|escreveu|schreef|geschreven"
    r"|napisał(?:a|\(a\))?|pisze|napsala?|napísal|skrev|skrifaði|kirjoitti|yazdı|a scris|írta|έγραψε"
    r"|написал(?:а|\(а\))?|пишет|писал|написав|пише|написа|menulis|viết|כתב|כתבה|كتب|เขียน"
    r"|写道|寫道|写到|撰写|于.{0,40}写|のメール|さんは書きました|が書きました|書きました|작성|님이 씀"
)
_SAYS = re.compile(rf"(?:\b|(?<=[^\x00-\x7f]))(?:{_WROTE})", re.IGNORECASE)
_ENDS = re.compile(rf"(?:{_WROTE})\s*(?:\([^()]*\))?\s*[:：,;]?\W*$", re.IGNORECASE)
_DAY = (
    r"mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|lun|mar|mer|mié|jeu|jue|ven|vie|sam|sáb|sab|dim|dom"
    r"|seg|ter|qua|qui|sex|ma|wo|vr|za|zo|mån|tis|ons|tors?|fre|lör|sön|man|lør|søn|pon|wt|śr|czw|pt|sob"
    r"|niedz|pá|út|st|čt|ne|monday|tuesday|wednesday|thursday|friday|saturday|sunday|montag|dienstag|mittwoch"
    r"|donnerstag|freitag|samstag|sonntag|пн|вт|ср|чт|пт|сб|вс|нд"
    r"|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье"
)
_BEGINS = re.compile(
    rf"""\W{{0,4}}(?:
        (?:on|am|at|le|el|il|em|op|den|på|dne|dnia|w\ dniu|il\ giorno|in\ data|no\ dia|el\ día|в|на|ma)(?!\w)
      | (?:{_DAY})[.,]{{0,2}}\s+(?:den\s+|de\s+)?[0-9]
      | [0-9]{{1,4}}(?:[-./]|\s?[年년]|\s[^\W\d_]{{3,10}}\.?,?\s[0-9]{{4}})
      | [在於于]
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_ADDRESS = re.compile(r"[<\[(](?:mailto:)?[^\s<>@]+@[^\s<>@]+[>\])]|\S@\S")


def introduces(lines: list[str]) -> int:
    """Return over how many of the last lines the introduction of a quote right below them goes, if any.

    The line that ends in a colon, or says `wrote`, is one; those above it belong to it while it lacks its
    beginning, or where they hold the date and time that it lacks.
    """
    if not lines or not _introduces(_plain(lines[-1]), _plain(" ".join(lines[-2:]))):
        return 0
    count = 1
    while count < MOST and count < len(lines) and lines[-count - 1].strip():
        words, above = _plain(" ".join(lines[-count:])), _plain(lines[-count - 1])
        half = len(words.split()) < 3 or words.count(">") > words.count("<")
        dated = not _TIME.search(words) and _TIME.search(above) and _DATE.search(above)
        if not half and not dated:
            break
        count += 1
    return count


def stands_alone(lines: list[str]) -> bool:
    """Tell whether an introduction begins here that no quote mark need follow, over one to three lines.

    It says `wrote` and when or who, or else both to the letter: somebody's own `as Ann wrote:` does neither.
    """
    first = _plain(lines[0])
    if not (any(character.isdigit() for character in first) or "@" in first):
        return False
    if _is_whole(first):
        return True
    dated = _DATE.search(first) and _TIME.search(first)
    if not (dated or _BEGINS.match(first) or _ADDRESS.search(first)):
        return False
    for count in range(2, MOST + 1):
        if count > len(lines) or not lines[count - 1].strip() or _begins_alone(lines[count - 1]):
            return False
        if _is_whole(_plain(" ".join(lines[:count]))):
            return True
    return False


def _begins_alone(line: str) -> bool:
    """Tell whether a line is an introduction of its own, so that the one above it is somebody's words."""
    words = _plain(line)
    return _is_whole(words) and bool(_BEGINS.match(words) or (_DATE.search(words) and _TIME.search(words)))


def _is_whole(words: str) -> bool:
    """Tell whether words are a whole introduction."""
    dated, timed, named = _DATE.search(words), _TIME.search(words), _ADDRESS.search(words)
    if dated and timed and (named or _SAYS.search(words)) and _COLON.search(words):
        return True
    if _ENDS.search(words) and (_BEGINS.match(words) or named):
        return bool(named or (dated and timed) or (_COLON.search(words) and (dated or timed)))
    return bool(named and _COLON.search(words) and _SAYS.search(words) and (dated or timed))


def _plain(text: str) -> str:
    return " ".join(_INVISIBLE.sub("", text[:_LONG]).split())


def _introduces(line: str, with_above: str) -> bool:
    says = bool(_ENDS.search(line))
    if not _COLON.search(line):
        return says and _dated(with_above)
    return says or len(line.split()) > 2 or any(character.isdigit() for character in line) or "@" in line


def _dated(words: str) -> bool:
    """Tell whether words hold a date, a time or an address: somebody's own `as Ann wrote:` does not."""
    return bool(_DATE.search(words) or _TIME.search(words) or _ADDRESS.search(words))

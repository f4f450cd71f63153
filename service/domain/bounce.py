"""Mail that came back: how bad that is, and when an address gets no more.

The figures of an enhanced status code are RFC 3463's; what the big providers mean by theirs is known from
their own words. In doubt a bounce is soft: to write once too often does less harm than to fall silent.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Severity(StrEnum):
    """How a mail came back."""

    HARD = "hard"  # the address does not exist, or takes no mail
    SOFT = "soft"  # given up for now: a full mailbox, a server that does not answer
    POLICY = "policy"  # for what we are or what we wrote, no word about the address: an operator should look


_HARD = {"1.0", "1.1", "1.2", "1.3", "1.4", "1.6", "1.10", "2.1", "4.1", "4.4", "4.6", "4.14"}
_OURS = {"1.7", "1.8", "2.3", "3.4"}  # our own address, or too big a mail
_GENERAL = {"0.0", "3.0", "5.0"}  # what servers say that say no more; their words may

_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3}\.\d{1,3})(?!\.?\d)")  # no piece of an IP address
_REPLY = re.compile(r"(?:^|[^\d.])([45]\d\d)(?=[ :-])")
_BLOCKED = re.compile(
    r"spam|block(?:ed| ?list)|blacklist|reputation|\bpolicy|dmarc|\bspf\b|dkim|unauthenticated|\brelay|virus",
    re.IGNORECASE,
)
_FULL = re.compile(
    r"quota|mailbox (?:is )?full|is full|over ?limit|storage|try again later|temporar", re.IGNORECASE
)
_UNKNOWN = re.compile(
    r"user unknown|unknown (?:user|recipient|address)|no such|not exist|n't exist|no mailbox|unrouteable"
    r"|invalid (?:recipient|mailbox|address)|recipient (?:address )?rejected"
    r"|(?:account|mailbox) (?:has been |is |was )?(?:disabled|closed|deleted|inactive|unavailable|not found)",
    re.IGNORECASE,
)


def severity(action: str, status: str, words: str) -> Severity | None:
    """Return how bad one recipient's report is; None where the mail arrived, or is only late.

    `action` and `status` are the fields of RFC 3464, `words` what the server said. Each may be empty.
    """
    action = action.strip().lower()
    if action and not action.startswith(("fail", "error")):
        return None
    codes = [found.groups() for found in map(_STATUS.search, (status, words)) if found]
    told = next(((kind, rest) for kind, rest in codes if rest not in _GENERAL), codes[0] if codes else None)
    if told is not None and told[0] == "2":
        return None
    if told is None or told[1] in _GENERAL:
        return _by_words(words, lasting=told is None or told[0] == "5")
    return _by_code(*told)


def _by_code(kind: str, rest: str) -> Severity:
    if kind == "5" and (rest in _OURS or rest.startswith(("6.", "7."))):
        return Severity.POLICY
    return Severity.HARD if kind == "5" and rest in _HARD else Severity.SOFT


def _by_words(words: str, *, lasting: bool) -> Severity:
    """Return what a reply without a code of its own means, by its words, then by its reply code."""
    reply = _REPLY.search(words)
    if not lasting or (reply and reply[1].startswith("4")) or _FULL.search(words):
        return Severity.SOFT
    if _UNKNOWN.search(words):
        return Severity.HARD
    if _BLOCKED.search(words) or (reply and reply[1] == "554"):
        return Severity.POLICY
    return Severity.HARD if reply and reply[1] in ("550", "551", "553") else Severity.SOFT


MOST_HARD = 3  # days of mail in a row; the same as for mail that is refused at the door
WINDOW = timedelta(days=30)
MOST_POINTS = 10
_POINTS = {Severity.HARD: 2, Severity.SOFT: 2, Severity.POLICY: 1}


@dataclass(frozen=True, slots=True)
class Sent:
    """One mail that left: the person's local day, and how it came back, if it did."""

    day: date
    bounced: Severity | None


def hopeless(mails: Iterable[Sent], signed_on: date | None, today: date) -> bool:
    """Tell whether an address should get no more mail until its person gives a sign.

    So it is after three days of mail in a row that came back for good, or when within 30 days mail came back
    on five, whatever for. A day counts once, by its worst; one of which only a policy was the reason counts
    half, because that may be our own trouble. A sign of the person wipes out all that was before it.
    """
    worst: dict[date, Severity | None] = {}
    for mail in mails:
        if (signed_on is None or mail.day > signed_on) and today - mail.day < WINDOW:
            worst[mail.day] = _worse(worst.get(mail.day), mail.bounced)
    points = sum(_POINTS[found] for found in worst.values() if found is not None)
    return _longest_run(worst) >= MOST_HARD or points >= MOST_POINTS


def _worse(one: Severity | None, other: Severity | None) -> Severity | None:
    return next((severity for severity in Severity if severity in (one, other)), None)


def _longest_run(worst: Mapping[date, Severity | None]) -> int:
    """Return the most days of mail in a row that came back for good; bounces arrive in any order."""
    longest = run = 0
    for day in sorted(worst):
        run = run + 1 if worst[day] is Severity.HARD else 0
        longest = max(longest, run)
    return longest

"""One line of the doctor's."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one part. `mend` says what to do, `skip` why nothing was looked at."""

    part: str
    state: Literal["ok", "mend", "skip"]
    words: str


def ok(part: str, words: str) -> Finding:
    """Say that a part is well."""
    return Finding(part, "ok", words)


def mend(part: str, words: str) -> Finding:
    """Say what is wrong with a part and what to do."""
    return Finding(part, "mend", words)


def skip(part: str, words: str) -> Finding:
    """Say why a part was not looked at."""
    return Finding(part, "skip", words)

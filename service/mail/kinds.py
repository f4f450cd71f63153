"""The kinds of mail: a new kind is a template, a row here, and a rule in `actions.wanted.verdict`."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of mail. `lives` is how long it is still of use; None means until its local day is over."""

    name: str
    lives: timedelta | None
    auto_submitted: str = "auto-generated"  # RFC 3834
    listed: bool = False  # carries the List-* headers of RFC 2369 and RFC 8058


DAILY = Kind("daily", lives=None, listed=True)
ASKING = Kind("asking", lives=None, listed=True)  # in place of the daily one after a long silence
RESTING = Kind("resting", lives=timedelta(days=2), listed=True)  # says that the goal rests now
CONFIRM = Kind("confirm", lives=timedelta(days=1))
OFFER = Kind("offer", lives=timedelta(days=1))
ANSWER = Kind("answer", lives=timedelta(days=2), auto_submitted="auto-replied")

STEP_KINDS = (DAILY, ASKING)  # what brings a day's step
KINDS = {kind.name: kind for kind in (DAILY, ASKING, RESTING, CONFIRM, OFFER, ANSWER)}

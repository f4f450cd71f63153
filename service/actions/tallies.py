"""What became of mails and how long they took, counted in memory and written once a batch."""

from bisect import bisect_left
from collections import Counter
from itertools import accumulate
from math import inf
from typing import Literal, get_args

from sqlalchemy.orm import Session

from service.storage import tallies

Result = Literal["sent", "deferred", "refused", "dropped", "unwanted", "parked"]
RESULTS: tuple[Result, ...] = get_args(Result)
BUCKETS = (1, 5, 15, 60, 300, 900, 3600, inf)  # seconds from due to accepted; each counts all up to it


def result_name(result: Result) -> str:
    """Return the counter of a result, such as `mails.sent`."""
    return f"mails.{result}"


def bucket_name(seconds: float) -> str:
    """Return the counter of the mails that took at most so long, such as `latency.le.5`."""
    return f"latency.le.{seconds:g}"


LATENCY_SUM = "latency.sum"  # milliseconds


class Counts:
    """The counts of one batch; the next batch needs a new one."""

    def __init__(self) -> None:
        self._results: Counter[Result] = Counter()
        self._buckets = [0] * len(BUCKETS)
        self._seconds = 0.0

    def note(self, result: Result, mails: int = 1) -> None:
        """Count what became of a mail."""
        self._results[result] += mails

    def took(self, seconds: float) -> None:
        """Count how long after it was due a mail was accepted; a clock that was set back counts as 0."""
        self._buckets[bisect_left(BUCKETS, seconds)] += 1
        self._seconds += max(seconds, 0.0)

    def rows(self) -> dict[str, int]:
        """Return the counts by the names of their counters."""
        counted = {result_name(result): count for result, count in self._results.items()}
        for bucket, count in zip(BUCKETS, accumulate(self._buckets), strict=True):
            counted[bucket_name(bucket)] = count
        return {**counted, LATENCY_SUM: round(self._seconds * 1000)}

    def write(self, session: Session) -> None:
        """Add the counts to the kept ones; see `storage.tallies.add`."""
        tallies.add(session, self.rows())

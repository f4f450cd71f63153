"""The rows of one job: those still to be leased, and those that it holds.

They are leased a few at a time, shortly before they are read: all at once would keep every open connection
waiting meanwhile, and would keep from other workers what this one may never come to.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from service.actions import fates
from service.storage import queries
from service.storage.asked import Answer, Ask, rows
from service.storage.leases import lease

LEASE = timedelta(minutes=10)
TOGETHER = 200  # rows leased at once: half of what a hundred take each


class Leases:
    """Takes rows in the order in which they were given; `held` are the ids of those not yet settled."""

    def __init__(self, now: Callable[[], datetime], ids: Iterable[int]) -> None:
        self.now, self.held = now, set[int]()
        self._waiting, self._ready = deque(ids), deque[int]()
        self._asked: tuple[list[int], Answer] | None = None

    def __len__(self) -> int:
        return len(self.held) + len(self._waiting) + (len(self._asked[0]) if self._asked else 0)

    @property
    def more(self) -> bool:
        """Whether there may be rows to take, now or after `fill`."""
        return bool(self._ready or self._waiting or self._asked)

    def fill(self, ask: Ask) -> Iterator[Answer]:
        """Lease more, unless some are ready, and yield while the database is at it; raises DBAPIError."""
        while (self._waiting or self._asked) and not self._ready:
            answer = self._asked[1] if self._asked else self._begin(ask)
            while self._busy(answer):
                yield answer
            self._end()

    def _busy(self, answer: Answer) -> bool:
        try:
            return answer.busy()
        except DBAPIError:
            self._put_back()
            raise

    def _put_back(self) -> None:
        if self._asked is not None:
            self._waiting.extendleft(reversed(self._asked[0]))
            self._asked = None

    def _begin(self, ask: Ask) -> Answer:
        now, ids = self.now(), list(self._waiting)[:TOGETHER]
        answer = lease(ask, ids, now, now + LEASE)
        self._asked = first(TOGETHER, self._waiting), answer
        return answer

    def _end(self) -> None:
        """Take what was leased; where that failed it is asked for again."""
        if self._asked is None:
            return
        try:
            self._ready.extend(sorted(row[0] for row in rows(self._asked[1])))
        except DBAPIError:
            self._put_back()
            raise
        self._asked = None
        self.held.update(self._ready)

    def take(self, most: int) -> list[int]:
        """Return the next rows that are leased, up to so many."""
        return first(most, self._ready)

    def give_back(self, session: Session, until: datetime, error: str = "") -> None:
        """Leave what was not begun to other jobs, from a moment on; `error` says why."""
        with suppress(DBAPIError):
            self._end()
        fates.release(session, self.held, until, error)
        queries.put_off(session, self._waiting, until)


def first(most: int, of: deque[int]) -> list[int]:
    """Take up to so many off the left of a deque."""
    return [of.popleft() for _ in range(min(most, len(of)))]

"""The rows of one job: those still to be leased, and those that it holds.

They are leased a few at a time, shortly before they are read: all at once would keep every open connection
waiting meanwhile, and would keep from other workers what this one may never come to.
"""

from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from service.actions import fates
from service.storage import queries
from service.storage.session import Storage

LEASE = timedelta(minutes=10)
TOGETHER = 200  # rows leased at once: half of what a hundred take each


class Leases:
    """Takes rows in the order in which they were given; `held` are the ids of those not yet settled."""

    def __init__(self, storage: Storage, now: Callable[[], datetime], ids: Iterable[int]) -> None:
        self.storage, self.now, self.held = storage, now, set[int]()
        self._waiting, self._ready = deque(ids), deque[int]()

    def __len__(self) -> int:
        return len(self.held) + len(self._waiting)

    def take(self, most: int) -> list[int]:
        """Return the next rows, up to so many, leased: none only where none is left that is free."""
        while self._waiting and not self._ready:
            self._ready.extend(self._leased(first(TOGETHER, self._waiting)))
            self.held.update(self._ready)
        return first(most, self._ready)

    def _leased(self, ids: list[int]) -> list[int]:
        now = self.now()
        try:
            with self.storage.once() as session:
                return queries.lease(session, ids, now, now + LEASE)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
        with self.storage.hurry() as session:  # on a connection that lives
            return queries.lease(session, ids, now, now + LEASE)

    def give_back(self, session: Session, until: datetime, error: str = "") -> None:
        """Leave what was not begun to other jobs, from a moment on; `error` says why."""
        fates.release(session, self.held, until, error)
        queries.put_off(session, self._waiting, until)


def first(most: int, of: deque[int]) -> list[int]:
    """Take up to so many off the left of a deque."""
    return [of.popleft() for _ in range(min(most, len(of)))]

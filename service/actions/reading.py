"""Read a batch's mails while those before them are being sent: a chunk ahead, and a little at a time.

Read all at once, a hundred mails would keep every open connection waiting for five milliseconds and more.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy.exc import DBAPIError

from service.actions.gather import Fresh, Gathering
from service.actions.leasing import Leases, first
from service.actions.sections import Section
from service.storage import standings
from service.storage.session import Storage

CHUNK = 100  # rows read together
FIRST = 25  # rows of the first chunk, for which everything waits
FRESH = timedelta(seconds=1)  # a person may pause or leave while a slow server takes the rows before theirs


class _Chunk:
    """Some rows that are being read, as they were at one moment."""

    def __init__(self, storage: Storage, read_at: datetime, ids: Sequence[int]) -> None:
        self.storage, self.read_at, self.fresh, self.ids = storage, read_at, Fresh(), ids
        self.gathering = Gathering(storage.glance, ids, self.fresh)

    def on_the_way(self, mails_left: int) -> None:
        """Go on reading so that all is read when so many mails before it have left."""
        with self._lost():
            self.gathering.advance(-(-self.gathering.left // mails_left))

    def mails(self) -> list[list[Section]]:
        """Return the mails, and store the standings that were worked out for them."""
        with self._lost():
            self.gathering.finish()
        found = self.gathering.finish()
        if self.fresh:
            standings.store(self.storage, self.fresh)
        return found

    @contextmanager
    def _lost(self) -> Iterator[None]:
        """Begin again with a connection that lives, where the one at hand does not."""
        try:
            yield
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            self.fresh.clear()
            self.gathering = Gathering(self.storage.read, self.ids, self.fresh)


class Reading:
    """The mails of some deliveries in order; what has been read grows stale, and is then read again."""

    def __init__(self, storage: Storage, now: Callable[[], datetime], leases: Leases) -> None:
        self.storage, self.now, self.leases, self.size = storage, now, leases, FIRST
        self.again: deque[int] = deque()  # leased, and to be read once more

    def __iter__(self) -> Iterator[list[Section]]:
        chunk = self._begin()
        while chunk is not None:
            chunk = yield from self._through(chunk)

    def _begin(self) -> _Chunk | None:
        ids = first(self.size, self.again) or self.leases.take(self.size)
        self.size = min(2 * self.size, CHUNK)
        return _Chunk(self.storage, self.now(), ids) if ids else None

    def _through(self, chunk: _Chunk) -> Generator[list[Section], None, _Chunk | None]:
        """Yield a chunk's mails, and return the chunk that follows."""
        mails = chunk.mails()
        following: _Chunk | None = None
        for index, mail in enumerate(mails):
            if self.now() - chunk.read_at > FRESH:
                self._put_back(mails[index:], following)
                return self._begin()
            left = len(mails) - index
            if following is not None:
                following.on_the_way(left)
            elif left <= CHUNK // 2:
                following = self._begin()
            yield mail
        return following or self._begin()

    def _put_back(self, mails: Sequence[Sequence[Section]], following: _Chunk | None) -> None:
        """Read these again, fewer at once: whatever takes so long takes few at a time."""
        again = [mail[0].delivery.id for mail in mails]
        self.again.extendleft(reversed(again + (list(following.ids) if following else [])))
        self.size = FIRST

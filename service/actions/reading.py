"""Read a batch's mails while those before them are being sent: a chunk ahead, and a little at a time.

Read all at once, a hundred mails would keep every open connection waiting for five milliseconds and more.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy.exc import DBAPIError

from service.actions.gather import AROUND, Fresh, Look, Mails, gathering
from service.actions.leasing import Leases, first
from service.actions.sections import Section
from service.storage import standings
from service.storage.asked import Answer, Reader
from service.storage.marks import patiently
from service.storage.session import Storage

CHUNK = 100  # rows read together
FIRST = 25  # rows of the first chunk, for which everything waits
FRESH = timedelta(seconds=1)  # a person may pause or leave while a slow server takes the rows before theirs


class _Chunk:
    """Some rows that are being leased and read, as they were at one moment."""

    def __init__(self, of: "Reading", ids: list[int], size: int) -> None:
        self.of, self.ids, self.size, self.fresh = of, ids, size, Fresh()
        self.read_at = of.now()
        self._found: Mails = []
        self._left = size + AROUND  # about how many steps there are still
        self._steps, self._failed = self._work(of.storage.glance), False

    def _work(self, look: Look) -> Iterator[Answer | None]:
        ask = self.of.reader.ask
        if not self.ids:
            yield from self.of.leases.fill(ask)
            self.ids = self.of.leases.take(self.size)
        self.read_at = self.of.now()
        if self.ids:
            self._found = yield from gathering(ask, look, self.ids, self.fresh)

    def on_the_way(self, mails_left: int) -> None:
        """Go on reading so that all is read when so many mails before it have left."""
        if self._failed:
            return
        try:
            for waiting in islice(self._steps, -(-self._left // mails_left)):
                if waiting is not None:
                    return
                self._left = max(self._left - 1, 1)
        except DBAPIError:
            self._failed = True

    def mails(self) -> Mails:
        """Return the mails, and store the standings that were worked out for them; raises DBAPIError."""
        if not self._failed:
            with suppress(DBAPIError):
                self._finish()
                return self._kept()
        patiently(self._again)
        return self._kept()

    def _finish(self) -> None:
        for waiting in self._steps:
            if waiting is not None:
                waiting.wait()

    def _again(self) -> None:
        """Read all of it once more, on other connections."""
        self.fresh.clear()
        self._steps = self._work(self.of.storage.read)
        self._finish()

    def _kept(self) -> Mails:
        if self.fresh:
            standings.store(self.of.storage, self.fresh)
        return self._found


class Reading:
    """The mails of some deliveries in order; what has been read grows stale, and is then read again."""

    def __init__(self, storage: Storage, reader: Reader, now: Callable[[], datetime], leases: Leases) -> None:
        self.storage, self.reader, self.now, self.leases = storage, reader, now, leases
        self.size = FIRST
        self.again: deque[int] = deque()  # leased, and to be read once more
        self.stale = False  # the last look was, in part, over too late

    def __iter__(self) -> Iterator[list[Section]]:
        chunk = self._begin()
        while chunk is not None:
            chunk = yield from self._through(chunk)

    def _begin(self) -> _Chunk | None:
        ids = first(self.size, self.again)
        chunk = _Chunk(self, ids, self.size) if ids or self.leases.more else None
        self.size = min(2 * self.size, CHUNK)
        return chunk

    def _through(self, chunk: _Chunk) -> Generator[list[Section], None, _Chunk | None]:
        """Yield a chunk's mails, and return the chunk that follows."""
        mails, again = chunk.mails(), self.stale
        following, self.stale = None, False
        for index, mail in enumerate(mails):
            # Where a look takes so long, a third is no fresher: at least one mail of the second leaves.
            if (index or not again) and self.now() - chunk.read_at > FRESH:
                self._put_back(mails[index:], following)
                return self._begin()
            left = len(mails) - index
            if following is not None:
                following.on_the_way(left)
            elif left <= CHUNK // 2:
                following = self._begin()
            yield mail
        return following or self._begin()

    def _put_back(self, mails: Mails, following: _Chunk | None) -> None:
        """Read these again, fewer at once: whatever takes so long takes few at a time."""
        again = [mail[0].delivery.id for mail in mails]
        self.again.extendleft(reversed(again + (following.ids if following else [])))
        self.size, self.stale = FIRST, True

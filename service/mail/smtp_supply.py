"""The mails that a round has yet to send: given back by broken lines, composed ahead, or not composed yet."""

import time
from collections import deque
from collections.abc import Iterator

from service.mail.transport import Parcel

AHEAD = 0.0008  # seconds


class Supply:
    """Mails to send, composed a few at a time while the server is at work with those before."""

    def __init__(self, parcels: Iterator[Parcel]) -> None:
        self._parcels = parcels
        self._returned: deque[Parcel] = deque()  # asked for on a line that then broke: nobody has seen them
        self._composed: deque[Parcel] = deque()
        self._exhausted = False  # all that there was is composed

    def next(self) -> Parcel | None:
        """Return the next mail that is ready to go, None where none is."""
        for waiting in (self._returned, self._composed):
            if waiting:
                return waiting.popleft()
        return None

    @property
    def ready(self) -> bool:
        """Whether a mail is ready to go."""
        return bool(self._composed or self._returned)

    @property
    def over(self) -> bool:
        """Whether there are no more mails, ready or not."""
        return self._exhausted and not self._composed and not self._returned

    def put_back(self, parcel: Parcel) -> None:
        """Take a mail back, to be sent before all others."""
        self._returned.append(parcel)

    def short(self, lines: int) -> bool:
        """Tell whether there are fewer mails ready to go than lines, and there may be more."""
        return not self._exhausted and len(self._composed) + len(self._returned) < lines

    def compose_ahead(self, lines: int) -> None:
        """Compose a mail for each line, but not so long that replies wait for it: it goes on after them."""
        until = time.perf_counter() + AHEAD
        while self.short(lines):
            parcel = next(self._parcels, None)
            if parcel is None:
                self._exhausted = True
            else:
                self._composed.append(parcel)
            if time.perf_counter() >= until:
                return

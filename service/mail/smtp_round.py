"""One batch over the kept connections to a server: whose turn it is, and what a broken line means."""

import selectors
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from math import inf
from typing import Protocol

from service.mail.smtp_line import TIMEOUT, Line
from service.mail.transport import (
    Deferred,
    Disliked,
    Handed,
    Parcel,
    Settle,
    Underway,
    Unreachable,
    Unwelcome,
    unreachable,
)

HANGS = 0.3 * TIMEOUT  # seconds without success in opening a line
AHEAD = float(__import__("os").environ.get("AHEAD", "0.0008"))  # seconds
MOST_DISLIKED = 3  # in a row: the trouble is ours, not three people's


class Lines(Protocol):
    """The connections that a round goes over."""

    lines: list[Line]

    def open(self) -> None:
        """Open one more connection; raises Unreachable or Unwelcome."""

    def drop(self, line: Line) -> None:
        """Forget a connection."""


class Round:
    """One batch over a transport's lines."""

    def __init__(self, transport: Lines, parcels: Iterator[Parcel], settle: Settle, alone: bool) -> None:
        self.transport, self.parcels, self.settle, self.alone = transport, parcels, settle, alone
        self.returned: deque[Parcel] = deque()  # asked for on a line that then broke: nobody has seen them
        self.composed: deque[Parcel] = deque()  # ready to go, so that no line waits for one
        self.decided: list[Handed] = []
        self.owing: list[Line] = []  # whose last mail is decided and not yet written down
        self.underway: Underway | None = None
        self.marker = -1  # by which the selector knows it
        self.settling: list[Line] = []  # whose mail is being written down
        self.tried: set[int] = set()  # with which a new connection has ended once
        self.exhausted = False  # all that there was is composed
        self.stop: Unreachable | None = None
        self.failed: Unreachable | None = None  # the last vain attempt to open a line again
        self.opens_until = inf
        self.disliked = 0
        self.selector = selectors.DefaultSelector()

    def run(self) -> None:
        """Send until nothing is left, or until something says that the rest should wait."""
        try:
            for line in self.transport.lines:
                self._watch(line)
            self._feed()
            while self._busy():
                self._compose_ahead()
                self._listen()
                self._write_down()
                self._feed()
            self._write_down()  # a line that was lost at the last feeding
        finally:
            self._settled(wait=True)
            self._hang_up()
        if self.stop is not None:
            raise self.stop

    def _busy(self) -> bool:
        """Tell whether anything is to come: a reply, or word that mails are written down."""
        return self.underway is not None or any(line.waiting for line in self.transport.lines)

    def _hang_up(self) -> None:
        """Leave only lines on which nothing is under way: what was granted but not sent must not linger."""
        for line in [line for line in self.transport.lines if line.waiting or line.granted]:
            self.transport.drop(line)
        self.selector.close()

    def _watch(self, line: Line) -> None:
        self.selector.register(line.sock, selectors.EVENT_READ, line)

    def _feed(self) -> None:
        """Let content go, and ask for the next mail behind it; then ask on the lines that are free."""
        if self.stop is not None:
            return
        lines = self.transport.lines
        held = {*self.owing, *self.settling}
        for line in [line for line in lines if line.granted is not None and line not in held]:
            line.go()
            following = self._next() if line.free else None
            if following is not None:
                line.ask(following)
            self._attempt(line, line.flush)
        while (free := next((line for line in lines if line.free), None)) is not None:
            parcel = self._next()
            if parcel is None:
                return
            free.ask(parcel)
            self._attempt(free, free.flush)

    def _next(self) -> Parcel | None:
        for waiting in (self.returned, self.composed):
            if waiting:
                return waiting.popleft()
        return next(self.parcels, None)

    def _compose_ahead(self) -> None:
        """Compose a mail for each line, while the server is at work with the ones before.

        Not so long that replies wait for it: it goes on after them.
        """
        until = time.perf_counter() + AHEAD
        while self._short() and time.perf_counter() < until:
            parcel = next(self.parcels, None)
            if parcel is None:
                self.exhausted = True
                return
            self.composed.append(parcel)

    def _short(self) -> bool:
        """Tell whether there are fewer mails ready to go than lines, and there may be more."""
        ready = len(self.composed) + len(self.returned)
        return self.stop is None and not self.exhausted and ready < len(self.transport.lines)

    def _attempt(self, line: Line, act: Callable[[], None]) -> None:
        try:
            act()
        except OSError as error:
            with suppress(OSError, Unreachable):  # what came before it broke still counts
                self._take(line)
            self._lost(line, unreachable(error))

    def _listen(self) -> None:
        """Wait for replies, for room to write, or for the first answer that is overdue."""
        lines = self.transport.lines
        for line in lines:
            wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if line.outgoing else 0)
            if self.selector.get_key(line.sock).events != wanted:
                self.selector.modify(line.sock, wanted, line)
        patience = min((line.deadline for line in lines), default=0.0) - time.monotonic()
        for key, events in self.selector.select(0 if self._short() else min(max(patience, 0), TIMEOUT)):
            if key.data is None:
                self._settled()
            else:
                self._serve(key.data, events)
        if patience <= 0:
            self._overdue()

    def _serve(self, line: Line, events: int) -> None:
        try:
            if events & selectors.EVENT_WRITE:
                line.flush()
            if events & selectors.EVENT_READ:
                self._take(line)
        except Unreachable as error:
            self._lost(line, error)
        except OSError as error:
            self._lost(line, unreachable(error))

    def _take(self, line: Line) -> None:
        """Take what a line has to say, up to where it breaks."""
        before = len(self.decided)
        try:
            self.decided.extend(line.read())
        finally:
            if len(self.decided) > before:
                self.owing.append(line)

    def _overdue(self) -> None:
        """Give lines up whose server does not answer; they are not opened again in this batch."""
        now = time.monotonic()
        for line in [line for line in self.transport.lines if line.deadline <= now]:
            line.carried = 0
            self._lost(line, unreachable(TimeoutError("the server does not answer")))

    def _lost(self, line: Line, error: Unreachable) -> None:
        """Go on without a line: open it again where it has carried a mail, else see whether any is left."""
        if line.sent is not None:
            self.decided.append((line.sent[0], Deferred(str(error), error.brief)))
        blamed = not line.carried and line.sent is None
        unsent = [parcel for parcel in (line.granted, line.asked) if parcel is not None]
        self.selector.unregister(line.sock)
        line.sent = line.granted = line.asked = None
        self.transport.drop(line)
        if line.carried and self.stop is None:
            self._open_again()
        elif not self.transport.lines:
            self.stop = self.stop or error
        for parcel in unsent:
            self._return(parcel, error, blamed)

    def _return(self, parcel: Parcel, error: Unreachable, blamed: bool) -> None:
        """Give a mail to another line; one at which new connections end must not hold up all others."""
        if blamed and (parcel[0] in self.tried or not (self.transport.lines or self.alone)):
            self.decided.append((parcel[0], Deferred(str(error), error.brief)))
        else:
            self.returned.append(parcel)
            if blamed:
                self.tried.add(parcel[0])

    def _open_again(self) -> None:
        begun = time.monotonic()
        try:
            if begun < self.opens_until:
                self.transport.open()
                self._watch(self.transport.lines[-1])
        except Unreachable as error:
            self.failed = error
            if time.monotonic() - begun > HANGS:  # it would cost that time once for each line
                self.opens_until = begun
        if not self.transport.lines:
            self.stop = self.stop or self.failed

    def _write_down(self) -> None:
        """Settle what was decided, before any content leaves on the same lines; what waits goes together."""
        if self.underway is not None:
            return
        decided, self.decided = self.decided, []
        self.settling, self.owing = self.owing, []
        for _, error in decided:
            self.disliked = self.disliked + 1 if isinstance(error, Disliked) else 0
            if isinstance(error, Unwelcome):
                self.stop = error
            elif isinstance(error, Disliked) and self.disliked >= MOST_DISLIKED:
                self.stop = Unwelcome(str(error), f"{error.brief} three times in a row")
        settled = [one for one in decided if not isinstance(one[1], Unreachable)]
        self.underway = self.settle(settled) if settled else None
        if self.underway is None:
            self.settling = []
        else:
            self.marker = self.underway.fileno()
            self.selector.register(self.marker, selectors.EVENT_READ, None)

    def _settled(self, wait: bool = False) -> None:
        """Let the lines go on whose mails are written down, if they are; with `wait`, when they are."""
        underway, self.underway = self.underway, None  # whatever it raises, it is not asked again
        if underway is None:
            return
        if wait:
            underway.wait()
        elif not underway.done():
            self.underway = underway
            return
        self.selector.unregister(self.marker)
        self.settling = []

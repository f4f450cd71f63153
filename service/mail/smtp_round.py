"""One batch over the kept connections to a server: whose turn it is, and what a broken line means."""

import selectors
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from math import inf
from typing import Protocol

from service.mail.smtp_line import TIMEOUT, Line
from service.mail.smtp_marking import Marking
from service.mail.smtp_supply import Supply
from service.mail.transport import Deferred, Parcel, Settle, Unreachable, unreachable

HANGS = 0.3 * TIMEOUT  # seconds without success in opening a line


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
        self.transport, self.supply, self.alone = transport, Supply(parcels), alone
        self.selector = selectors.DefaultSelector()
        self.marking = Marking(settle, self.selector)
        self.full: set[Line] = set()  # watched for room to write
        self.tried: set[int] = set()  # with which a new connection has ended once
        self.stop: Unreachable | None = None
        self.failed: Unreachable | None = None  # the last vain attempt to open a line again
        self.opens_until = inf

    def run(self) -> None:
        """Send until nothing is left, or until something says that the rest should wait."""
        try:
            for line in self.transport.lines:
                self._watch(line)
            while self._more():
                self._feed()
                if self._busy():
                    self._listen()
                self._write_down()
                self._feed()
            self._write_down()  # a line that was lost at the last feeding
        finally:
            self.marking.finish()
            self._hang_up()
        if self.stop is not None:
            raise self.stop

    def _more(self) -> bool:
        """Compose some mails, and tell whether anything is to be sent, or to come."""
        if self.stop is not None:
            return self._busy()
        self.supply.compose_ahead(len(self.transport.lines))
        return self._busy() or not self.supply.over

    def _busy(self) -> bool:
        """Tell whether anything is to come: a reply, or word that mails are written down."""
        return self.marking.underway is not None or any(line.waiting for line in self.transport.lines)

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
        held = self.marking.held()
        for line in [line for line in lines if line.granted is not None and line not in held]:
            line.go()
            following = self.supply.next() if line.free else None
            if following is not None:
                line.ask(following)
            self._attempt(line, line.flush)
        while self.supply.ready and (free := next((line for line in lines if line.free), None)) is not None:
            parcel = self.supply.next()
            if parcel is not None:
                free.ask(parcel)
                self._attempt(free, free.flush)

    def _short(self) -> bool:
        """Tell whether mails are to be composed before anything is waited for."""
        return self.stop is None and self.supply.short(len(self.transport.lines))

    def _attempt(self, line: Line, act: Callable[[], None]) -> None:
        try:
            act()
        except OSError as error:
            with suppress(OSError, Unreachable):  # what came before it broke still counts
                self.marking.take(line)
            self._lost(line, unreachable(error))

    def _listen(self) -> None:
        """Wait for replies, for room to write, or for the first answer that is overdue."""
        lines = self.transport.lines
        for line in lines:
            if bool(line.outgoing) is not (line in self.full):
                self._watch_for_room(line)
        patience = min((line.deadline for line in lines), default=inf) - time.monotonic()
        for key, events in self.selector.select(0 if self._short() else min(max(patience, 0), TIMEOUT)):
            if key.data is None:
                self.marking.look()
            else:
                self._serve(key.data, events)
        if patience <= 0:
            self._overdue()

    def _serve(self, line: Line, events: int) -> None:
        try:
            if events & selectors.EVENT_WRITE:
                line.flush()
            if events & selectors.EVENT_READ:
                self.marking.take(line)
        except Unreachable as error:
            self._lost(line, error)
        except OSError as error:
            self._lost(line, unreachable(error))

    def _watch_for_room(self, line: Line) -> None:
        """Watch a line for room to write too, or no longer."""
        self.full ^= {line}
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if line in self.full else 0)
        self.selector.modify(line.sock, wanted, line)

    def _overdue(self) -> None:
        """Give lines up whose server does not answer; they are not opened again in this batch."""
        now = time.monotonic()
        for line in [line for line in self.transport.lines if line.deadline <= now]:
            line.carried = 0
            self._lost(line, unreachable(TimeoutError("the server does not answer")))

    def _lost(self, line: Line, error: Unreachable) -> None:
        """Go on without a line: open it again where it has carried a mail, else see whether any is left."""
        if line.sent is not None:
            self.marking.decided.append((line.sent[0], Deferred(str(error), error.brief)))
        blamed = not line.carried and line.sent is None
        unsent = [parcel for parcel in (line.granted, line.asked) if parcel is not None]
        self.selector.unregister(line.sock)
        self.full.discard(line)
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
            self.marking.decided.append((parcel[0], Deferred(str(error), error.brief)))
        else:
            self.supply.put_back(parcel)
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
        """Settle what was decided, before any content leaves on the same lines."""
        self.stop = self.marking.begin() or self.stop

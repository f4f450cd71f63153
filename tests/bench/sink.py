"""An SMTP server in a process of its own that takes mail as fast as Python can, counts it, and keeps nothing.

It offers PIPELINING, and may take a while before it accepts a mail, for all connections at once.

Where it is `eager` it never sleeps: on a virtual machine, waking a sleeping peer costs more than all the
work on a command (measured: bare smtplib 2,400 mails a second against 5,100), and that is not what we time.
"""

import heapq
import multiprocessing
import os
import select
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import CDLL, Array, c_double
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import RawArray

from service.setting_values import SmtpServer

OK, GO_ON, BYE, HELLO = b"250 OK\r\n", b"354 Go on\r\n", b"221 Bye\r\n", b"220 sink ESMTP\r\n"
OFFERS = b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 33554432\r\n"
ANSWERS = {b"EHLO": OFFERS, b"DATA": GO_ON, b"QUIT": BYE}
END = b"\r\n.\r\n"
# What is counted, and what is asked for; BUSY is processor time, HELD how long mails were held, in seconds.
MAILS, CONNECTIONS, BUSY, EAGER, HELD = range(5)
_SLACK = 29  # PR_SET_TIMERSLACK of prctl(2): by how many ns a sleep may be longer than asked for, else 50,000
READ = 1 << 16  # bytes; a larger buffer would be mapped and unmapped by the system at each read


@dataclass(frozen=True)
class Sink:
    """A running sink; the counts are memory that both processes see."""

    port: int
    counts: "Array[c_double]"

    @property
    def server(self) -> SmtpServer:
        return SmtpServer("127.0.0.1", self.port)

    @property
    def mails(self) -> int:
        return int(self.counts[MAILS])

    @property
    def connections(self) -> int:
        return int(self.counts[CONNECTIONS])

    @contextmanager
    def eager(self, wanted: bool = True) -> Iterator[None]:
        """Keep the sink awake meanwhile; it takes a processor of its own."""
        self.counts[EAGER] = float(wanted)
        try:
            yield
        finally:
            self.counts[EAGER] = 0.0

    @property
    def held(self) -> float:
        """How long mails were held in all, in seconds: a little more than was asked for."""
        return float(self.counts[HELD])

    @property
    def busy(self) -> float:
        """Processor time used so far, in seconds."""
        return float(self.counts[BUSY])


@contextmanager
def sink(delay: float = 0.0) -> Iterator[Sink]:
    """Run a sink that accepts each mail `delay` seconds after its end."""
    fresh = multiprocessing.get_context("spawn")
    counts, (ours, theirs) = RawArray(c_double, 5), fresh.Pipe()
    process = fresh.Process(target=_serve, args=(theirs, counts, delay), daemon=True)
    process.start()
    try:
        yield Sink(ours.recv(), counts)
    finally:
        process.terminate()
        process.join(5)


@dataclass(slots=True)
class _Client:
    socket: socket.socket
    rest: bytes = b""
    in_data: bool = False
    held: bool = False
    bye: bool = False
    fresh: list[bytes] = field(default_factory=list)

    def read(self, counts: "Array[c_double]", delay: float) -> None:
        """Go through what has come and gather the answers; stop where an answer has to wait."""
        rest, at = self.rest, 0
        while not self.held:
            if self.in_data:
                end = rest.find(END, at)
                if end < 0:
                    break
                at, self.in_data = end + len(END), False
                counts[MAILS] += 1
                if delay:
                    self.held = True
                else:
                    self.fresh.append(OK)
                continue
            end = rest.find(b"\r\n", at)
            if end < 0:
                break
            verb = rest[at : at + 4].upper()
            self.fresh.append(ANSWERS.get(verb, OK))
            self.in_data, self.bye, at = verb == b"DATA", self.bye or verb == b"QUIT", end + 2
        self.rest = rest[at:]

    def answer(self) -> None:
        if self.fresh:
            self.socket.sendall(b"".join(self.fresh))
            self.fresh.clear()


class _Loop:
    def __init__(self, counts: "Array[c_double]", delay: float) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.counts, self.delay = counts, delay
        self.clients: dict[int, _Client] = {}
        self.watched = [self.listener.fileno()]
        self.later: list[tuple[float, int]] = []

    def turn(self) -> None:
        """Wait for something and do it; select is the one that waits for less than a millisecond."""
        wait = 0.0 if self.counts[EAGER] else 0.05
        if wait and self.later:
            wait = min(wait, max(0.0, self.later[0][0] - time.monotonic()))
        ready = select.select(self.watched, [], [], wait)[0]
        for number in ready:
            if number in self.clients:
                self.take(self.clients[number])
            else:
                self.welcome()
        while self.later and self.later[0][0] <= time.monotonic():
            due, number = heapq.heappop(self.later)
            self.counts[HELD] += time.monotonic() - due + self.delay
            self.accept(number)
        if not ready and wait:
            self.counts[BUSY] = time.process_time()

    def welcome(self) -> None:
        connection, _ = self.listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.clients[connection.fileno()] = _Client(connection)
        self.watched.append(connection.fileno())
        self.counts[CONNECTIONS] += 1
        connection.sendall(HELLO)

    def take(self, client: _Client) -> None:
        try:
            data = client.socket.recv(READ)
        except OSError:
            data = b""
        if not data:
            return self.forget(client)
        client.rest = client.rest + data if client.rest else data
        return self.go_on(client)

    def go_on(self, client: _Client) -> None:
        was_held = client.held
        client.read(self.counts, self.delay)
        if client.held and not was_held:
            heapq.heappush(self.later, (time.monotonic() + self.delay, client.socket.fileno()))
        try:
            client.answer()
        except OSError:
            client.bye = True
        if client.bye:
            self.forget(client)

    def accept(self, number: int) -> None:
        client = self.clients.get(number)
        if client is not None and client.held:
            client.held = False
            client.fresh.append(OK)
            self.go_on(client)

    def forget(self, client: _Client) -> None:
        number = client.socket.fileno()
        self.clients.pop(number)
        self.watched.remove(number)
        self.later = [(at, other) for at, other in self.later if other != number]
        heapq.heapify(self.later)
        client.socket.close()
        self.counts[BUSY] = time.process_time()


def _serve(told: Connection, counts: "Array[c_double]", delay: float) -> None:
    CDLL(None).prctl(_SLACK, 1, 0, 0, 0)
    loop, parent = _Loop(counts, delay), os.getppid()
    told.send(loop.listener.getsockname()[1])
    while os.getppid() == parent:
        loop.turn()

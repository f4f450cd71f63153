"""A mail server that remembers every mail it took and from which process, and kills that process on time.

It runs in this process, so no kill can touch it. What a worker had written before it died is still read to
its end, as any mail server does: a mail that was complete by then is a mail that arrives.
"""

import os
import selectors
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.torture.points import BY_SINK, Plan, Point

END = b"\r\n.\r\n"
STRANGER = -1  # where nobody is to be killed
LOOKS = 20  # for the process behind a connection
TURN = 0.001  # seconds between looks at the clock
MOST_WAIT = 3.0  # seconds that we wait for a mark


@dataclass(frozen=True)
class Taken:
    """One mail that was accepted."""

    pid: int
    message_id: str
    rcpt_to: str


@dataclass
class Client:
    """One connection of a worker."""

    socket: socket.socket
    pid: int
    rest: bytes = b""
    in_data: bool = False
    rcpt_to: str = ""


@dataclass
class Victim:
    """A worker that is to die at a point, after so many more mails of its own, or after so many seconds."""

    point: Point
    after: int
    at: float = float("inf")


@dataclass
class Sink:
    """The server; `marked` tells whether a mail is marked as sent in the database."""

    plan: Plan
    pipelining: bool
    marked: Callable[[str], bool]
    spacing: Callable[[], int]  # mails that may pass before the next kill
    taken: list[Taken] = field(default_factory=list)
    clients: dict[int, Client] = field(default_factory=dict)
    victims: dict[int, Victim] = field(default_factory=dict)
    dead: set[int] = field(default_factory=lambda: {0})  # nobody talks to them; 0 was gone before we looked
    pool: int = 0  # the process whose children send
    moved: float = 0.0  # when something last came, by the monotonic clock
    unmarked: list[str] = field(default_factory=list)  # mails whose mark was waited for in vain
    failure: BaseException | None = None

    def __post_init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port: int = self.listener.getsockname()[1]
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.listener, selectors.EVENT_READ)
        self.stopped = False

    def serve(self) -> None:
        """Serve until stopped."""
        try:
            while not self.stopped:
                for key, _ in self.selector.select(TURN):
                    self._accept() if key.fileobj is self.listener else self._read(self.clients[key.fd])
                now = time.monotonic()
                for pid in [pid for pid, victim in self.victims.items() if victim.at <= now]:
                    self.kill(pid, self.victims[pid].point)
        except BaseException as error:  # the thread must not die in silence
            self.failure = error

    def kill(self, pid: int, point: str) -> None:
        """Kill a worker, and wait until it is dead."""
        self.victims.pop(pid, None)
        self.dead.add(pid)
        self.plan.killed(pid, point)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        while running(pid):
            time.sleep(0)

    def _accept(self) -> None:
        connection, (_, port) = self.listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        pid = owner(port, children(self.pool)) if self.pool else STRANGER
        self.clients[connection.fileno()] = client = Client(connection, pid)
        self.selector.register(connection, selectors.EVENT_READ)
        if pid != STRANGER and pid not in self.victims and pid not in self.dead:
            self._arm(pid)
        self._say(client, b"220 sink ESMTP\r\n")

    def _arm(self, pid: int) -> None:
        point = self.plan.take(BY_SINK)
        if point is not None:
            self.victims[pid] = victim = Victim(point, self.plan.chance.randint(0, self.spacing()))
            if point is Point.SENDING:
                victim.at = time.monotonic() + self.plan.chance.uniform(0.0, 0.1)

    def _read(self, client: Client) -> None:
        self.moved = time.monotonic()
        try:
            data = client.socket.recv(1 << 16)
        except OSError:
            data = b""
        if not data:
            return self._forget(client)
        client.rest += data
        while client.socket.fileno() >= 0 and self._step(client):
            pass
        return None

    def _step(self, client: Client) -> bool:
        """Take one command or one content; tell whether there was a whole one."""
        content, found, rest = client.rest.partition(END if client.in_data else b"\r\n")
        if not found:
            return False
        client.rest = rest
        if client.in_data:
            client.in_data = False
            self._content(client, content)
        else:
            self._command(client, content)
        return True

    def _command(self, client: Client, line: bytes) -> None:
        verb = line[:4].upper()
        if verb == b"EHLO":
            offers = b"250-sink\r\n250-PIPELINING\r\n" if self.pipelining else b"250-sink\r\n"
            self._say(client, offers + b"250 8BITMIME\r\n")
            self._reach(client, Point.GREETED)
        elif verb == b"MAIL":
            self._reach(client, Point.ASKED)
            self._say(client, b"250 OK\r\n")
        elif verb == b"DATA":
            client.in_data = True
            self._say(client, b"354 Go on\r\n")
            self._reach(client, Point.GRANTED)
        elif verb == b"QUIT":
            self._forget(client)
        else:
            client.rcpt_to = line.decode() if verb == b"RCPT" else client.rcpt_to
            self._say(client, b"250 OK\r\n")

    def _content(self, client: Client, content: bytes) -> None:
        message_id = next(line[12:] for line in content.split(b"\r\n") if line.startswith(b"Message-ID: "))
        mail = Taken(client.pid, message_id.decode(), client.rcpt_to)
        self.taken.append(mail)
        self._reach(client, Point.TAKEN)
        self._say(client, b"250 OK\r\n")
        self._reach(client, Point.TOLD)
        victim = self.victims.get(client.pid)
        if victim is None:
            return
        if victim.point is Point.MARKING and victim.after == 0:
            victim.at = min(victim.at, time.monotonic() + self.plan.chance.uniform(0.0, 0.005))
        if victim.point is Point.MARKED and victim.after == 0:
            self._wait_for_mark(mail.message_id)
            self.kill(client.pid, Point.MARKED)
        victim.after = max(victim.after - 1, 0)

    def _wait_for_mark(self, message_id: str) -> None:
        until = time.monotonic() + MOST_WAIT
        while not self.marked(message_id):
            if time.monotonic() > until:
                return self.unmarked.append(message_id)
        return None

    def _reach(self, client: Client, point: Point) -> None:
        victim = self.victims.get(client.pid)
        if victim is not None and victim.point is point and (victim.after == 0 or point is Point.GREETED):
            self.kill(client.pid, point)

    def _say(self, client: Client, words: bytes) -> None:
        if client.pid not in self.dead:
            with suppress(OSError):
                client.socket.sendall(words)

    def _forget(self, client: Client) -> None:
        self.clients.pop(client.socket.fileno(), None)
        self.selector.unregister(client.socket)
        client.socket.close()

    def close(self) -> None:
        for client in list(self.clients.values()):
            self._forget(client)
        self.selector.close()
        self.listener.close()


@contextmanager
def serving(sink: Sink) -> Iterator[Sink]:
    """Serve in a thread."""
    thread = threading.Thread(target=sink.serve)
    thread.start()
    try:
        yield sink
    finally:
        sink.stopped = True
        thread.join(10)
        sink.close()
        if sink.failure is not None:
            raise sink.failure


def children(pid: int) -> list[int]:
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def running(pid: int) -> bool:
    """Tell whether a process still runs; one that only waits to be buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def owner(port: int, among: list[int]) -> int:
    """Return which of these processes holds our loopback peer's port, or 0 where it is gone already."""
    for _ in range(LOOKS):
        inode = _inode(port)
        for pid in among if inode else []:
            with suppress(OSError):
                if f"socket:[{inode}]" in (os.readlink(entry) for entry in Path(f"/proc/{pid}/fd").iterdir()):
                    return pid
        time.sleep(TURN)
    return 0


def _inode(port: int) -> str:
    """Return a socket's number. The table may leave a row out while it changes, so one look is not enough."""
    local = f"0100007F:{port:04X}"
    rows = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines())
    return next((row[9] for row in rows if row[1] == local and row[9] != "0"), "")

"""Our own listener in a thread, as the service runs it, and a peer that says what it likes."""

import asyncio
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from service.listener import Connection, Door, Lobby, Receiver, serve
from tests.world import EMAIL, World

RAW = b"From: ann@example.org\r\nMessage-ID: <1@example.org>\r\n\r\ndone\r\n"
HOSTNAME = "kaizen.example.org"
Place = tuple[str, int] | Path


class Talk:
    """A peer that sends bytes and reads answers, each a whole line; of many lines, the last."""

    def __init__(self, place: Place, timeout: float = 10) -> None:
        if isinstance(place, Path):
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(timeout)
            try:
                self.socket.connect(str(place))
            except OSError:
                self.socket.close()
                raise
        else:
            self.socket = socket.create_connection(place, timeout=timeout)
        self.file = self.socket.makefile("rb")

    def __enter__(self) -> "Talk":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.file.close()
        self.socket.close()

    def read(self) -> str:
        """Return the next answer; empty where the listener has hung up."""
        while True:
            try:
                line = self.file.readline().decode()
            except ConnectionResetError:
                return ""
            if line[3:4] != "-":
                return line.rstrip("\r\n")

    def rest(self) -> list[str]:
        """Return all answers until the listener hangs up."""
        return list(iter(self.read, ""))

    def send(self, raw: bytes) -> None:
        self.socket.sendall(raw)

    def say(self, line: str | bytes) -> str:
        """Send a line and return the answer."""
        self.send((line.encode() if isinstance(line, str) else line) + b"\r\n")
        return self.read()

    def greet(self, word: str = "EHLO") -> "Talk":
        assert self.read().startswith("220 ")
        assert self.say(f"{word} peer.example.org").startswith("250 ")
        return self

    def ready(self, address: str, word: str = "EHLO") -> "Talk":
        """Go as far as DATA."""
        self.greet(word)
        assert self.say(f"MAIL FROM:<{EMAIL}>").startswith("250 ")
        assert self.say(f"RCPT TO:<{address}>").startswith("250 ")
        assert self.say("DATA").startswith("354 ")
        return self


@contextmanager
def listening(
    world: World,
    wake: Callable[[Sequence[int]], None] = lambda ids: None,
    *,
    protocol: type[Connection] = Connection,
    path: Path | None = None,
    lobby: Lobby | None = None,
    tls: ssl.SSLContext | None = None,
) -> Iterator[int]:
    """Run the listener; yield its port."""
    port = free_port()
    receiver = Receiver(world.storage, world.sender.addresses, wake)
    doors = [Door("INBOUND_LMTP", path or ("127.0.0.1", port), protocol)]
    stop, loop = asyncio.Event(), asyncio.new_event_loop()
    task = serve(receiver, doors, HOSTNAME, lobby=lobby, tls=tls, stop=stop)
    thread = threading.Thread(target=loop.run_until_complete, args=(task,))
    thread.start()
    try:
        _until_open(path or ("127.0.0.1", port))
        yield port
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(15)
        loop.run_until_complete(_ended())
        loop.close()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _until_open(place: Place) -> None:
    end = time.monotonic() + 5
    while time.monotonic() < end:
        try:
            Talk(place).close()
        except (ConnectionRefusedError, FileNotFoundError):
            time.sleep(0.01)
        else:
            return
    raise TimeoutError


async def _ended() -> None:
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for other in others:
        other.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def deliver(port: int, address: str, raw: bytes = RAW, sender: str = EMAIL) -> None:
    """Send a message to a listener."""
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as smtp:
        smtp.sendmail(sender, [address], raw)

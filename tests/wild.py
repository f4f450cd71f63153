"""A mail server on raw sockets for the tests: it does what well-made ones never do, as its subclass says."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TypeVar

from service.setting_values import SmtpServer


class HangUp(Exception):  # noqa: N818
    """Close this connection without another word."""


@dataclass
class Peer:
    """One connection to the server."""

    number: int
    sock: socket.socket
    commands: list[str] = field(default_factory=list)
    sender: str = ""
    rcpt: str = ""
    mails: int = 0  # taken over this connection
    ready: int = 0  # for subclasses that count the commands of a mail
    rest: bytes = b""

    def read(self, end: bytes) -> bytes:
        """Return what comes up to an ending, with it."""
        while (at := self.rest.find(end)) < 0:
            found = self.sock.recv(65536)
            if not found:
                raise HangUp
            self.rest += found
        at += len(end)
        found, self.rest = self.rest[:at], self.rest[at:]
        return found

    def say(self, answer: str) -> None:
        """Send an answer of one line or several."""
        self.sock.sendall(answer.encode() + b"\r\n")


class Wild:
    """Takes mail over any number of connections, a thread each; subclasses misbehave."""

    offers: tuple[str, ...] = ("PIPELINING", "SIZE 1000000")

    def __init__(self) -> None:
        self.mails: list[tuple[int, str, bytes]] = []  # connection, recipient, content as it was sent
        self.peers: list[Peer] = []
        self.port = 0
        self.open = self.most_open = 0
        self.over = threading.Event()
        self.tls: ssl.SSLContext | None = None
        self.lock = threading.RLock()

    @property
    def server(self) -> SmtpServer:
        return SmtpServer("127.0.0.1", self.port)

    @property
    def recipients(self) -> list[str]:
        return sorted(rcpt for _, rcpt, _ in self.mails)

    # What subclasses change

    def greet(self, peer: Peer) -> str:
        return "220 wild ESMTP"

    def answer(self, peer: Peer, verb: str, line: str) -> str:
        """Return the answer to a command."""
        if verb in ("EHLO", "HELO"):
            return (
                "\r\n".join(f"250-{one}" for one in ("wild", *self.offers[:-1]))
                + f"\r\n250 {self.offers[-1]}"
            )
        return {"DATA": "354 Go on", "QUIT": "221 Bye", "STARTTLS": "220 Go on"}.get(verb, "250 OK")

    def content(self, peer: Peer, raw: bytes) -> str:
        """Take a mail; return the answer."""
        self.mails.append((peer.number, peer.rcpt, raw))
        peer.mails += 1
        return "250 Taken"

    def say(self, peer: Peer, answer: str) -> None:
        peer.say(answer)

    def hang(self) -> None:
        """Say nothing more until the test is over."""
        self.over.wait(30)
        raise HangUp

    # The conversation

    def serve(self, peer: Peer) -> None:
        self.say(peer, self.greet(peer))
        while True:
            line = peer.read(b"\r\n").decode().strip()
            verb = line.split(" ", 1)[0].upper()
            peer.commands.append(line)
            if verb == "MAIL":
                peer.sender = line
            if verb == "RCPT":
                peer.rcpt = line.partition("<")[2].partition(">")[0]
            answer = self.answer(peer, verb, line)
            self.say(peer, answer)
            if verb == "DATA" and answer.startswith("354"):
                self._take(peer)
            elif verb == "STARTTLS" and answer.startswith("220"):
                assert self.tls is not None
                peer.sock, peer.rest = self.tls.wrap_socket(peer.sock, server_side=True), b""
            elif verb == "QUIT":
                raise HangUp

    def _take(self, peer: Peer) -> None:
        """Read a content, with its doubled dots, and without the one that ends it."""
        peer.rest = b"\r\n" + peer.rest
        raw = peer.read(b"\r\n.\r\n")[2:-3]
        self.say(peer, self.content(peer, raw))


W = TypeVar("W", bound=Wild)


@contextmanager
def running(wild: W, implicit_tls: bool = False) -> Iterator[W]:
    """Run a server on a free port; nothing of it is left at the end."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    wild.port = listener.getsockname()[1]
    threads: list[threading.Thread] = []
    accepting = threading.Thread(target=_accept, args=(wild, listener, threads, implicit_tls))
    accepting.start()
    try:
        yield wild
    finally:
        wild.over.set()
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        accepting.join(5)
        listener.close()
        for peer in wild.peers:
            with suppress(OSError):
                peer.sock.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join(5)
            assert not thread.is_alive()


def _accept(wild: Wild, listener: socket.socket, threads: list[threading.Thread], implicit_tls: bool) -> None:
    while not wild.over.is_set():
        try:
            sock, _ = listener.accept()
        except OSError:
            return
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        peer = Peer(len(wild.peers), sock)
        wild.peers.append(peer)
        threads.append(threading.Thread(target=_talk, args=(wild, peer, implicit_tls)))
        threads[-1].start()


def _talk(wild: Wild, peer: Peer, implicit_tls: bool) -> None:
    with wild.lock:
        wild.open += 1
        wild.most_open = max(wild.most_open, wild.open)
    with suppress(HangUp, OSError):
        if implicit_tls:
            assert wild.tls is not None
            peer.sock = wild.tls.wrap_socket(peer.sock, server_side=True)
        wild.serve(peer)
    with wild.lock:
        wild.open -= 1
    with suppress(OSError):
        peer.sock.close()


def slowly(peer: Peer, answer: str, seconds: float) -> None:
    """Send an answer byte by byte."""
    for byte in answer.encode() + b"\r\n":
        peer.sock.sendall(bytes([byte]))
        time.sleep(seconds)

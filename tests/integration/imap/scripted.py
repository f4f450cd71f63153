"""An IMAP server that follows a script: it does what no real one does on request, such as break off."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import BinaryIO

from service.inbound_values import ImapServer

Answer = Callable[["Talk", str], None]


class Hangup(Exception):  # noqa: N818
    """The script closes the connection here."""


@dataclass
class Talk:
    """One connection: the script's own words, and what came."""

    connection: socket.socket
    lines: BinaryIO
    tag: str = ""

    def say(self, *lines: str) -> None:
        self.connection.sendall("".join(f"{line}\r\n" for line in lines).encode())

    def raw(self, data: bytes) -> None:
        self.connection.sendall(data)

    def well(self) -> None:
        self.say(f"{self.tag} OK done")

    def line(self) -> str:
        line = self.lines.readline().decode()
        if not line:
            raise Hangup
        return line.rstrip("\r\n")


@dataclass
class Scripted:
    """A server with these messages. `answers` replaces what it does at a command, each connection anew."""

    messages: list[bytes] = field(default_factory=list)
    capability: str = "IMAP4rev1 IDLE"
    answers: dict[str, Answer] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    port: int = 0
    host: str = "127.0.0.1"

    def at(self) -> ImapServer:
        return ImapServer(self.host, self.port, False, "ann", "secret-word")

    def count(self, command: str) -> int:
        """Return how often a command came."""
        return sum(line.split(" ", 1)[1].startswith(command) for line in self.heard if " " in line)

    def talk(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as lines, suppress(Hangup, OSError):
            talk = Talk(connection, lines)
            talk.say("* OK here")
            while True:
                line = talk.line()
                self.heard.append(line)
                talk.tag, _, words = line.partition(" ")
                self._answer(talk, words)

    def _answer(self, talk: Talk, words: str) -> None:
        upper = words.upper()
        for command, answer in (self.answers | _usual(self)).items():
            if upper.startswith(command):
                self.answers.get(command, answer)(talk, words)
                return
        talk.well()

    def capable(self, talk: Talk, _: str) -> None:
        talk.say(f"* CAPABILITY {self.capability}")
        talk.well()

    def select(self, talk: Talk, _: str) -> None:
        talk.say(f"* {len(self.messages)} EXISTS", "* OK [UIDVALIDITY 7] x", "* OK [UIDNEXT 1000] x")
        talk.say(f"{talk.tag} OK [READ-WRITE] done")

    def search(self, talk: Talk, words: str) -> None:
        first = int(words.split(" ")[3].partition(":")[0])
        found = [uid for uid in range(1, len(self.messages) + 1) if uid >= first]
        talk.say(f"* SEARCH {' '.join(map(str, found))}")
        talk.well()

    def fetch(self, talk: Talk, words: str) -> None:
        numbers, body = words.split(" ")[2], "HEADER" not in words
        for uid in map(int, numbers.split(",")):
            raw = self.messages[uid - 1]
            part = raw if body else raw.split(b"\r\n\r\n")[0] + b"\r\n\r\n"
            name = "BODY[]<0>" if body else "BODY[HEADER.FIELDS (TO)]<0>"
            talk.raw(f"* {uid} FETCH (UID {uid} RFC822.SIZE {len(raw)} {name} {{{len(part)}}}\r\n".encode())
            talk.raw(part + b")\r\n")
        talk.well()

    def store(self, talk: Talk, words: str) -> None:
        self.seen.add(int(words.split(" ")[2]))
        talk.well()

    def idle(self, talk: Talk, _: str) -> None:
        talk.say("+ idling")
        talk.line()
        talk.well()

    def logout(self, talk: Talk, _: str) -> None:
        talk.say("* BYE")
        talk.well()
        raise Hangup


def _usual(server: Scripted) -> dict[str, Answer]:
    return {
        "CAPABILITY": server.capable,
        "SELECT": server.select,
        "UID SEARCH": server.search,
        "UID FETCH": server.fetch,
        "UID STORE": server.store,
        "IDLE": server.idle,
        "LOGOUT": server.logout,
    }


@contextmanager
def serving(server: Scripted) -> Iterator[Scripted]:
    """Run a scripted server, a thread a connection."""
    over = threading.Event()
    with socket.create_server((server.host, 0)) as listening:
        server.port = listening.getsockname()[1]
        listening.settimeout(0.05)
        connections: list[socket.socket] = []
        threads: list[threading.Thread] = []

        def accept() -> None:
            while not over.is_set():
                with suppress(TimeoutError):
                    connection, _ = listening.accept()
                    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    connections.append(connection)
                    threads.append(threading.Thread(target=server.talk, args=[connection]))
                    threads[-1].start()

        accepting = threading.Thread(target=accept)
        accepting.start()
        try:
            yield server
        finally:
            over.set()
            accepting.join(5)
            for connection in connections:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
            for thread in threads:
                thread.join(5)

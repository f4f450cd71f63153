"""One SMTP connection that never blocks once it stands: mails go in, replies come out."""

import re
import smtplib
import socket
import ssl
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from service.mail.compose import Envelope
from service.mail.smtp_replies import CLOSING, refusal
from service.mail.transport import Handed, Parcel, TransportError, Unreachable

TIMEOUT = 20.0  # seconds for any one answer of a server
_LONGEST_REPLY = 65536  # bytes
_CODES = {str(code).encode(): code for code in range(200, 600)}  # of replies (RFC 5321, 4.2.1)
_dot_at_a_start = re.compile(rb"\r\n\.").search  # twice as fast as `in`
_WAIT = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Line:
    """A connection and the mails on it: `asked` for leave to send, `granted` that, and `sent`.

    With pipelining (RFC 2920) the next mail is asked for while the one before is still being judged; its
    content leaves only when it is told to go, so that the one before can be written down first.
    """

    def __init__(self, smtp: smtplib.SMTP) -> None:
        assert smtp.sock is not None  # noqa: S101 - it has just greeted us
        self._smtp, self.sock = smtp, smtp.sock
        self.sock.setblocking(False)
        with suppress(OSError):
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._pipelining = smtp.has_extn("pipelining")
        self._sizes = smtp.has_extn("size")
        self.asked: Parcel | None = None
        self.granted: Parcel | None = None
        self.sent: Parcel | None = None
        self.carried = 0
        self.deadline = float("inf")  # by the monotonic clock, in seconds
        self._refused: TransportError | None = None
        self._dirty = False
        self._todo: deque[tuple[bytes, str]] = deque()
        self._awaited: deque[str] = deque()
        self._incoming = b""
        self.outgoing = b""

    @property
    def free(self) -> bool:
        """True where the next mail may be asked for."""
        return self.asked is None and self.granted is None and (self._pipelining or self.sent is None)

    @property
    def waiting(self) -> bool:
        """True where a reply is to come."""
        return bool(self._awaited)

    def ask(self, parcel: Parcel) -> None:
        """Ask for leave to send a mail; `flush` sends the question."""
        envelope = parcel[1]
        self.asked, self._refused = parcel, None
        size = f" SIZE={len(envelope.content)}" if self._sizes else ""
        if self._dirty:
            self._todo.append((b"RSET\r\n", "rset"))
            self._dirty = False
        self._todo.append((f"MAIL FROM:<{envelope.mail_from}>{size}\r\n".encode("ascii"), "mail"))
        self._todo.append((f"RCPT TO:<{envelope.rcpt_to}>\r\n".encode("ascii"), "rcpt"))
        self._todo.append((b"DATA\r\n", "data"))
        self._push()

    def go(self) -> None:
        """Send the content of the mail that was granted, at the next `flush`."""
        assert self.granted is not None  # noqa: S101
        self.sent, self.granted = self.granted, None
        self._write(stuffed(self.sent[1]), "content")

    def flush(self) -> None:
        """Write what could not be written yet; raises OSError where the connection is lost."""
        while self.outgoing:
            try:
                written = self.sock.send(self.outgoing)
            except _WAIT:
                return
            self.outgoing = self.outgoing[written:]

    def read(self, decided: list[Handed]) -> None:
        """Add what became of mails to `decided`; raises Unreachable or OSError where the connection is over.

        What had come before that counts.
        """
        while True:
            try:
                found = self.sock.recv(_LONGEST_REPLY)
            except _WAIT:
                return
            if not found:
                raise ConnectionResetError("the server hung up")
            self._incoming += found
            self._replies(decided)
            self.flush()  # with what the replies have led to
            if not isinstance(self.sock, ssl.SSLSocket):
                return

    def _replies(self, decided: list[Handed]) -> None:
        *lines, self._incoming = self._incoming.split(b"\r\n")
        if len(self._incoming) > _LONGEST_REPLY:
            raise ConnectionResetError("the server talks without end")
        for line in lines:
            handed = self._reply(line) if line[3:4] != b"-" else None
            if handed is not None:
                decided.append(handed)
            if self._todo:
                self._push()

    def _reply(self, line: bytes) -> Handed | None:
        """Take the last line of one reply."""
        code = _CODES.get(line[:3])
        if code is None or not (self._awaited or code == CLOSING):
            raise ConnectionResetError("the server does not speak SMTP")
        words = line[4:].decode("utf-8", "replace")
        if code == CLOSING:
            raise Unreachable(f"{code} {words}"[:300])
        stage = self._awaited.popleft()
        self.deadline = time.monotonic() + TIMEOUT if self._awaited else float("inf")
        return _TAKE[stage](self, code, words)

    def _judged(self, stage: str, code: int, words: str) -> None:
        """Take the answer to MAIL or RCPT."""
        if code >= 300 and self._refused is None:
            self._refused = refusal(stage, code, words)
            if not self._pipelining:
                self._todo.clear()
                self._todo.append((b"RSET\r\n", "end"))

    def _leave(self, code: int, words: str) -> Handed | None:
        """Take the answer to DATA: leave to send, or none."""
        if self._refused is None and code == 354:
            self.granted, self.asked = self.asked, None
            return None
        if self._refused is None:
            self._refused = refusal("data", code, words)
        if code == 354:  # leave for a mail without recipients: nothing is what we send
            self._write(b".\r\n", "end")
            return None
        self._dirty = True
        return self._end(code, words)

    def _end(self, _code: int, _words: str) -> Handed | None:
        assert self.asked is not None  # noqa: S101
        handed = (self.asked[0], self._refused)
        self.asked = None
        return handed

    def _taken(self, code: int, words: str) -> Handed:
        """Take the answer to the content."""
        assert self.sent is not None  # noqa: S101
        key, self.sent = self.sent[0], None
        if code >= 300:
            return key, refusal("content", code, words)
        self.carried += 1
        return key, None

    def _push(self) -> None:
        """Send the commands that may go now: all of them with pipelining, else one at a time."""
        if self._todo and (self._pipelining or not self._awaited):
            commands = list(self._todo) if self._pipelining else [self._todo.popleft()]
            if self._pipelining:
                self._todo.clear()
            self._write(b"".join(command for command, _ in commands), *(stage for _, stage in commands))

    def _write(self, data: bytes, *stages: str) -> None:
        if not self._awaited:
            self.deadline = time.monotonic() + TIMEOUT
        self._awaited.extend(stages)
        self.outgoing += data

    def stale(self) -> bool:
        """Tell whether a line that was kept idle is over: whatever comes unasked is a goodbye."""
        try:
            self.sock.recv(1)
        except _WAIT:
            return False
        except OSError:
            return True
        return True

    def close(self) -> None:
        """Say QUIT where nothing is under way, and hang up without waiting for an answer."""
        with suppress(OSError):
            if not self._awaited and self.granted is None:
                self.sock.send(b"QUIT\r\n")
        self._smtp.close()


_TAKE: dict[str, Callable[[Line, int, str], Handed | None]] = {
    "rset": lambda _line, _code, _words: None,
    "mail": lambda line, code, words: line._judged("mail", code, words),
    "rcpt": lambda line, code, words: line._judged("rcpt", code, words),
    "data": Line._leave,
    "end": Line._end,
    "content": Line._taken,
}


def stuffed(envelope: Envelope) -> bytes:
    """Return a mail's content as it follows DATA: dots doubled at line starts, and the dot that ends it."""
    content = envelope.content
    if _dot_at_a_start(content) or content.startswith(b"."):
        content = (b"\r\n" + content).replace(b"\r\n.", b"\r\n..")[2:]
    return content + (b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n")

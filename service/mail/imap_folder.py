"""An open folder of a mailbox: what is new in it, headers and bytes, and where a message goes once kept."""

import logging
import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from threading import Event, Timer
from typing import Any

from imapclient import DELETED, FLAGGED, SEEN, IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from service.mail.imap import MailboxError
from service.mail.inbound import LARGEST
from service.mail.recipients import HEADERS

log = logging.getLogger(__name__)

WINDOW = 50_000  # UIDs a search: imaplib takes answers of up to a million bytes
LONGEST_HEADER = 65_536  # bytes
STEP = 120  # seconds for one thing asked, however slowly the server answers it
SLICE = 0.5  # seconds until a stop is seen
_HEADER = f"BODY.PEEK[HEADER.FIELDS ({' '.join(HEADERS)})]<0.{LONGEST_HEADER}>"


class IdleRefused(MailboxError):  # noqa: N818
    """The server says that it knows IDLE, and does not do it."""


@dataclass(frozen=True, slots=True)
class Found:
    """A message seen from outside: its size in bytes, as the server says, and the headers with addresses."""

    size: int
    header: bytes


class Folder:
    """A folder that is open on a connection. `done` is where kept mail goes; empty is to flag it only."""

    def __init__(self, client: IMAPClient, name: str, done: str) -> None:
        self.client, self.name = client, name
        self.done = "" if done.casefold() == name.casefold() else done
        self.idles = client.has_capability("IDLE")
        with self._within(STEP):
            self._prepare()
        self.select()

    def select(self) -> None:
        """Open the folder, or open it again: one that was made anew meanwhile shows only then."""
        with self._within(STEP):
            try:
                opened = self.client.select_folder(self.name)
            except IMAPClientAbortError:
                raise
            except IMAPClientError as error:
                raise MailboxError("the server does not open the folder of IMAP_URL", alarm=True) from error
        self.uidvalidity = int(opened.get(b"UIDVALIDITY", 0))
        self.uidnext = int(opened.get(b"UIDNEXT", 0))

    def new(self, after: int, since: date | None = None) -> list[int]:
        """Return the UIDs above one, in order; with `since`, only what was delivered on that day or later."""
        dated = ["SINCE", since] if since else []
        with self._within(STEP):
            while after + WINDOW < self.uidnext:
                uids = f"{after + 1}:{after + WINDOW}"
                if found := self.client.search(["UID", uids, "UNDELETED", *dated]):
                    return sorted(found)
                after += WINDOW
            found = self.client.search(["UID", f"{after + 1}:*", "UNDELETED", *dated])
        # A range that ends with * always holds the last message, however low its UID is.
        return sorted(uid for uid in found if uid > after)

    def look(self, uids: Sequence[int]) -> dict[int, Found]:
        """Return what is to be seen of messages without reading them; those that are gone are left out."""
        with self._within(STEP):
            answer = self.client.fetch(uids, ["RFC822.SIZE", _HEADER])
        return {
            uid: Found(int(data.get(b"RFC822.SIZE", 0)), _part(data, b"BODY[HEADER"))
            for uid, data in answer.items()
        }

    def read(self, uid: int) -> bytes:
        """Return a message, left unread; empty where it is gone, and at most one byte more than LARGEST."""
        with self._within(STEP):
            answer = self.client.fetch([uid], [f"BODY.PEEK[]<0.{LARGEST + 1}>"])
        return _part(answer.get(uid, {}), b"BODY[]")

    def settle(self, uid: int) -> None:
        """Move a message that is kept to `done`, or flag it as seen. Again is harmless."""
        with self._within(STEP):
            if not self.done:
                self.client.add_flags([uid], [SEEN], silent=True)
            elif self.client.has_capability("MOVE"):
                self.client.move([uid], self.done)
            else:
                self._copy_and_delete(uid)

    def flag(self, uid: int) -> None:
        """Mark a message for the eyes of a person."""
        with self._within(STEP):
            self.client.add_flags([uid], [FLAGGED], silent=True)

    def wait(self, seconds: float, stop: Event) -> bool:
        """Wait until the server tells of anything or `stop` is set, for so many seconds at most.

        Return whether it told; where IDLE is not to be had, it never does.
        """
        if not self.idles:
            stop.wait(seconds)
            return False
        self._idle()
        told = self._listen(seconds, stop)
        with self._within(STEP):
            self.client.idle_done()
        return told

    def _listen(self, seconds: float, stop: Event) -> bool:
        until = time.monotonic() + seconds
        with selectors.DefaultSelector() as selector:
            selector.register(self.client.socket(), selectors.EVENT_READ)
            while not stop.is_set() and (left := until - time.monotonic()) > 0:
                if selector.select(min(SLICE, left)):
                    return True
        return False

    def _idle(self) -> None:
        try:
            with self._within(STEP):
                self.client.idle()
        except IMAPClientAbortError:
            raise
        except IMAPClientError as error:
            raise IdleRefused("the server does not do the IDLE it offers") from error

    def _prepare(self) -> None:
        if self.done and not self.client.folder_exists(self.done):
            try:
                self.client.create_folder(self.done)
            except IMAPClientAbortError:
                raise
            except IMAPClientError as error:
                raise MailboxError("the server does not make the folder of IMAP_DONE", alarm=True) from error

    def _copy_and_delete(self, uid: int) -> None:
        """Do what MOVE would (RFC 6851). EXPUNGE without UIDs would take others' deleted mail with it."""
        self.client.copy([uid], self.done)
        self.client.add_flags([uid], [DELETED], silent=True)
        if self.client.has_capability("UIDPLUS"):
            self.client.uid_expunge([uid])

    @contextmanager
    def _within(self, seconds: float) -> Iterator[None]:
        """Cut the connection when this takes longer: a timeout alone never ends with a byte now and then."""
        timer = Timer(seconds, _cut, [self.client.socket()])
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


def _cut(connection: socket.socket) -> None:
    with suppress(OSError):
        # Not the TLS socket's own way: that would take its state from under whoever is reading.
        socket.socket.shutdown(connection, socket.SHUT_RDWR)


def _part(data: dict[bytes, Any], name: bytes) -> bytes:
    """Return a part of what was fetched; servers write its name in more than one way."""
    for key, value in data.items():
        if key.startswith(name) and isinstance(value, bytes):
            return value
    return b""

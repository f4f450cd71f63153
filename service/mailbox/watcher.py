"""Watch a mailbox in a thread: hear of mail at once (IDLE), come back after a fault, say what is wrong."""

import logging
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from threading import Event, Thread

from sqlalchemy.exc import SQLAlchemyError

from service import clock
from service.inbound_values import ImapServer
from service.mail.addresses import Addresses
from service.mail.imap import FAILURES, MailboxError, opened
from service.mail.imap_folder import Folder, IdleRefused
from service.mailbox.reader import Reader
from service.settings import Settings
from service.storage import holds, queries
from service.storage.session import Storage

log = logging.getLogger(__name__)

POLL = 30  # seconds between looks at a server without IDLE
IDLE = 120  # seconds; RFC 2177 allows 29 minutes, routers forget a silent connection sooner
# After mail came: what comes between the last look and IDLE may wait unheard in a buffer until IDLE ends.
SHORT = 1
SESSION = 6 * 3600  # seconds until a connection is renewed
STEADY = 60  # seconds that a connection has to last to be no trouble
LONGEST = 300  # seconds between tries
ALARMED = 30  # seconds at least, where trying again can hardly help
GOODBYE = 2  # seconds that the end waits for the thread


class Watcher:
    """Keeps a mailbox read until `stop` is set. `poll` is in seconds, for a server without IDLE."""

    def __init__(self, server: ImapServer, done: str, reader: Reader, poll: float = POLL) -> None:
        self.server, self.done, self.reader, self.poll = server, done, reader, poll
        self.stop = Event()
        self.idles = True
        self.failures = 0  # in a row

    def run(self) -> None:
        """Read, and come back after every fault."""
        while not self.stop.is_set():
            began = time.monotonic()
            try:
                self._visit()
                self.failures = 0
            except Exception as error:  # whatever it is, the next try may go well
                if time.monotonic() - began > STEADY:
                    self.failures = 0
                self.stop.wait(self._trouble(error))

    def _visit(self) -> None:
        """Connect, and stay until the connection is to be renewed."""
        with opened(self.server) as client:
            folder = Folder(client, self.server.folder, self.done)
            folder.idles = folder.idles and self.idles
            log.info("a mailbox is open; new mail is %s", "told of" if folder.idles else "asked for")
            until, lively = time.monotonic() + SESSION, True
            while not self.stop.is_set() and time.monotonic() < until:
                looked = self.reader.take(folder, self.stop)
                self._well()
                if not folder.wait(self._pause(folder, lively or looked > 0), self.stop):
                    folder.select()
                lively = False

    def _pause(self, folder: Folder, lively: bool) -> float:
        if not folder.idles:
            return self.poll
        return SHORT if lively else IDLE

    def _well(self) -> None:
        """Note that the mailbox was read just now."""
        with self.reader.storage.write() as session:
            holds.lift(session, holds.MAILBOX)
            queries.beat(session, holds.MAILBOX, clock.now())

    def _trouble(self, error: Exception) -> float:
        """Say what is wrong, where the operator looks too; return how many seconds to wait."""
        self.failures += 1
        if isinstance(error, IdleRefused):
            self.idles = False
        words, alarm = _told(error)
        wait = min(2.0 ** min(self.failures - 1, 20), LONGEST)
        wait = max(wait, ALARMED if alarm else 0) * random.uniform(0.8, 1.2)  # noqa: S311
        log.log(
            logging.ERROR if alarm else logging.WARNING,
            "the mailbox is not read: %s; the next try is in %.0f seconds",
            words,
            wait,
        )
        if alarm or self.failures > 1:
            self._hold(words, alarm)
        return wait

    def _hold(self, words: str, alarm: bool) -> None:
        try:
            with self.reader.storage.write() as session:
                holds.hold(session, holds.MAILBOX, clock.now(), words, alarm)
        except SQLAlchemyError as error:
            log.warning("that could not be noted: %s", type(error).__name__)


def _told(error: Exception) -> tuple[str, bool]:
    """Return what is wrong in words without any name, and whether an operator has to look."""
    if isinstance(error, MailboxError):
        return str(error), error.alarm
    if isinstance(error, SQLAlchemyError):
        return f"the database does not take mail ({type(error).__name__})", False
    if not isinstance(error, FAILURES):
        log.error("an unforeseen fault at the mailbox", exc_info=error)
    return f"the connection broke off ({type(error).__name__})", False


def account(server: ImapServer) -> str:
    """Return under which name a mailbox's place is remembered: at most 320 characters."""
    name = f"{server.user}@{server.host}:{server.port}/{server.folder}"
    return name if len(name) <= 320 else sha256(name.encode()).hexdigest()


@contextmanager
def watching(
    settings: Settings, storage: Storage, addresses: Addresses, wake: Callable[[Sequence[int]], None]
) -> Iterator[None]:
    """Read the mailbox of IMAP_URL in a thread meanwhile; nothing where there is none."""
    server = settings.imap_url
    if server is None:
        yield
        return
    watcher = Watcher(server, settings.imap_done, Reader(account(server), storage, addresses, wake))
    thread = Thread(target=watcher.run, name=holds.MAILBOX, daemon=True)
    thread.start()
    try:
        yield
    finally:
        watcher.stop.set()
        thread.join(GOODBYE)  # one that hangs is left behind: it can be killed anywhere

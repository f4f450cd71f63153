"""Take in what is new in a mailbox: mail for us is committed, only then moved or flagged, and counts once."""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from threading import Event

from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from service import clock
from service.actions.outbox import Outbox
from service.actions.receive import keep
from service.actions.sorting import REPLY_LIVES
from service.domain.arrival import UNKNOWN, Arrival, Route
from service.mail.addresses import Addresses
from service.mail.imap import FAILURES
from service.mail.imap_folder import Folder, Found
from service.mail.inbound import LARGEST
from service.mail.recipients import recipients, return_path
from service.storage import mailboxes
from service.storage.session import Storage

log = logging.getLogger(__name__)

BATCH = 50  # messages whose headers are asked for at once, and after which the place is noted
MOST_FAILURES = 8  # at one message; with the watcher's pauses these are some two minutes


@dataclass
class Reader:
    """Reads one mailbox into the database, and remembers there how far it is."""

    account: str
    storage: Storage
    addresses: Addresses
    wake: Callable[[Sequence[int]], None]
    failures: Counter[int] = field(default_factory=Counter)  # by UID, over connections

    def take(self, folder: Folder, stop: Event) -> int:
        """Take in all that is new; return how many messages were looked at, whoever they were for."""
        last, looked = self._last(folder), 0
        while not stop.is_set() and (uids := folder.new(last, _since() if last == 0 else None)):
            for start in range(0, len(uids), BATCH):
                batch = uids[start : start + BATCH]
                self._batch(folder, batch)
                last = batch[-1]
                self._remember(folder, last)
            looked += len(uids)
        return looked

    def _last(self, folder: Folder) -> int:
        with self.storage.read() as session:
            last = mailboxes.last_uid(session, self.account, folder.uidvalidity)
        if not 0 < folder.uidnext <= last:
            return last
        # The server was set back to an old state, and kept its UIDVALIDITY against the rules.
        with self.storage.write() as session:
            mailboxes.forget(session, self.account)
        return 0

    def _remember(self, folder: Folder, last: int) -> None:
        with self.storage.write() as session:
            mailboxes.remember(session, self.account, folder.uidvalidity, last)

    def _batch(self, folder: Folder, uids: Sequence[int]) -> None:
        try:
            seen = folder.look(uids)
        except IMAPClientAbortError:
            raise
        except IMAPClientError:  # one of them spoils it for all
            seen = None
        for uid in uids:
            if self.failures[uid] >= MOST_FAILURES:
                log.error("a mail can't be read: it is left in the mailbox, as UID %d", uid)
                continue
            try:
                found = (folder.look([uid]) if seen is None else seen).get(uid)
                if found is not None:
                    self._one(folder, uid, found)
            except FAILURES:
                self.failures[uid] += 1
                raise
            self.failures.pop(uid, None)

    def _one(self, folder: Folder, uid: int, found: Found) -> None:
        ours = recipients(found.header, self.addresses)
        if not ours:
            return
        raw = folder.read(uid) if found.size <= LARGEST else b""
        if max(found.size, len(raw)) > LARGEST:
            log.warning("a mail is too large: it is left in the mailbox, flagged, as UID %d", uid)
            _quietly(folder, folder.flag, uid)
        elif raw:  # else it is gone: another one like us was faster
            self.wake(self._keep(raw, ours))
            _quietly(folder, folder.settle, uid)

    def _keep(self, raw: bytes, ours: Sequence[str]) -> list[int]:
        sender = return_path(raw)
        mail_from = UNKNOWN if sender is None else sender
        with self.storage.keep() as session:
            outbox = Outbox(session, clock.now(), self.addresses.domain)
            kept = [keep(outbox, Arrival(Route.IMAP, mail_from, address, raw)) for address in ours]
        return [inbound_id for inbound_id in kept if inbound_id is not None]


def _since() -> date:
    """Return from when on mail matters in a mailbox that is begun at its start: what was sent before could
    only be an old copy, and copies are known for longer than that."""
    return (clock.now() - REPLY_LIVES).date()


def _quietly(folder: Folder, change: Callable[[int], None], uid: int) -> None:
    """Change a message; a server that will not is no reason to take it in again."""
    try:
        change(uid)
    except IMAPClientAbortError:
        raise
    except IMAPClientError:
        if folder.look([uid]):  # else another one like us has moved it
            log.warning("the server does not move or flag a mail, which stays as it is: UID %d", uid)

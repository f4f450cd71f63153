"""The tick job: claim what is due in batches, wake the senders for each job's worth, then sweep."""

import logging
import time
from datetime import datetime

from jobs import queues
from jobs.parts import Parts, parts
from service import clock
from service.actions import tick
from service.actions.outbox import Outbox

log = logging.getLogger(__name__)

LONGEST = 3.0  # seconds of claiming a tick; the next one goes on, and replies in between are not held up
LONG = 20  # jobs in a queue
SWEPT = 10_000  # mails that a sweep wakes at most: for so long SQLite's write lock is held


def run() -> None:
    """Tick once. Running two at the same time is harmless: no goal is claimed twice."""
    own, now = parts(), clock.now()
    _claim(own, now)
    # A long queue behind a slow mail server holds what is waiting already: no need to wake it twice.
    busy = queues.depths(own.settings).get(queues.BULK, 0) >= LONG
    lost, unread = tick.sweep(own.storage, now, limit=SWEPT, busy=busy)
    if lost or unread:
        log.info("woken again: %d mails, %d replies", len(lost), len(unread))
    queues.wake_deliveries(own.settings, lost, queues.BULK)
    queues.wake_inbound(own.settings, unread)


def _claim(own: Parts, now: datetime) -> None:
    """Claim batch after batch, and wake what is committed, whatever becomes of the next one."""
    started, claimed, woken = time.monotonic(), tick.BATCH, list[int]()
    try:
        while claimed >= tick.BATCH and time.monotonic() - started < LONGEST:
            with own.storage.write() as session:
                outbox = Outbox(session, now, own.settings.reply_domain)
                claimed = tick.claim(outbox)
            woken += outbox.woken
            if claimed:
                log.info("%d goals due", claimed)
            if len(woken) >= queues.BATCH:
                queues.wake_deliveries(own.settings, woken, queues.BULK)
                woken = []
    finally:
        queues.wake_deliveries(own.settings, woken, queues.BULK)

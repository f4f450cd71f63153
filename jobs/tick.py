"""The tick job: claim what is due in batches, wake the senders after each commit, then sweep."""

import logging
import time

from jobs import queues
from jobs.parts import parts
from service import clock
from service.actions import tick
from service.actions.outbox import Outbox

log = logging.getLogger(__name__)

LONGEST = 3.0  # seconds of claiming a tick; the next one goes on, and replies in between are not held up
LONG = 20  # jobs in a queue


def run() -> None:
    """Tick once. Running two at the same time is harmless: no goal is claimed twice."""
    own, now, started = parts(), clock.now(), time.monotonic()
    while time.monotonic() - started < LONGEST:
        with own.storage.write() as session:
            outbox = Outbox(session, now, own.settings.reply_domain)
            claimed = tick.claim(outbox)
        queues.wake_deliveries(own.settings, outbox.woken, queues.BULK)
        if claimed:
            log.info("%d goals due", claimed)
        if claimed < tick.BATCH:
            break
    # A long queue behind a slow mail server holds what is waiting already: no need to wake it twice.
    busy = queues.depths(own.settings).get(queues.BULK, 0) >= LONG
    lost, unread = tick.sweep(own.storage, now, limit=10 * queues.BATCH, busy=busy)
    if lost or unread:
        log.info("woken again: %d mails, %d replies", len(lost), len(unread))
    queues.wake_deliveries(own.settings, lost, queues.BULK)
    queues.wake_inbound(own.settings, unread)

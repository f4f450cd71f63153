"""The receive job: read one stored message, obey it, and wake the sender of the answer."""

import logging

from jobs import queues
from jobs.parts import parts
from service import clock
from service.actions.outbox import Outbox
from service.actions.receive import failed, receive

log = logging.getLogger(__name__)


def run(inbound_id: int) -> None:
    """Work on one received message. Twice is harmless: the first commit takes it off the pile."""
    own = parts()
    try:
        with own.storage.write() as session:
            outbox = Outbox(session, clock.now(), own.settings.reply_domain)
            outcome = receive(outbox, inbound_id, own.sender.addresses)
    except Exception as error:  # RQ's own timeout too: it counts, and goes on to RQ
        with own.storage.write() as session:
            failed(Outbox(session, clock.now(), own.settings.reply_domain), inbound_id, error)
        raise
    log.info("message %d: %s", inbound_id, outcome)
    queues.wake_deliveries(own.settings, outbox.woken)

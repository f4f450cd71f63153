"""The deliver job: a batch of outbox rows over one kept connection."""

import logging

from jobs.parts import parts, stopping
from service import clock
from service.actions.deliver import Post, deliver
from service.mail.transport import open_transport

log = logging.getLogger(__name__)


def run(ids: list[int]) -> None:
    """Send what is still wanted of these deliveries. Twice is harmless: a row is leased by one worker."""
    own = parts()
    with open_transport(own.settings) as transport:
        sent = deliver(Post(own.storage, own.sender, transport, clock.now, stopping.is_set), ids)
    log.info("sent %d of %d mails", sent, len(ids))

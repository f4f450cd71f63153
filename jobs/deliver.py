"""The deliver job: a batch of outbox rows; its connections are kept while the queue has more to send."""

import logging
import time

from rq import get_current_job

from jobs.parts import parts, stopping
from jobs.queues import BULK, TIMEOUT, depths
from service import clock
from service.actions.deliver import Post, deliver

log = logging.getLogger(__name__)

LONGEST = TIMEOUT * 0.8  # seconds; what a slow server has not taken by then goes back into the outbox


def run(ids: list[int]) -> None:
    """Send what is still wanted of these deliveries. Twice is harmless: a row is leased by one worker."""
    own, until = parts(), time.monotonic() + LONGEST
    try:
        post = Post(
            own.storage,
            own.sender,
            own.transport,
            clock.now,
            stopping=lambda: stopping.is_set() or time.monotonic() > until,
            pace=own.pace,
            sign=own.sign,
        )
        sent = deliver(post, ids)
    except BaseException:
        own.transport.close()
        raise
    if not _more():
        own.transport.close()
    log.info("sent %d of %d mails", sent, len(ids))


def _more() -> bool:
    """Tell whether the next job is most likely another batch: then the connections stay open for it."""
    job = get_current_job()
    bulk = job is not None and job.origin == BULK and not stopping.is_set()
    return bulk and depths(parts().settings).get(BULK, 0) > 0

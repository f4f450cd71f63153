"""The prune job: delete what has served its time."""

import logging

from jobs.parts import parts
from service import clock
from service.actions.prune import prune

log = logging.getLogger(__name__)


def run() -> None:
    """Prune once. Twice at the same time is harmless."""
    mails, messages = prune(parts().storage, clock.now())
    if mails or messages:
        log.info("pruned: %d mails, %d received messages", mails, messages)

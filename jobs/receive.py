"""The receive job: read stored messages, obey them, and wake the sender of the answers."""

import logging
from collections.abc import Sequence

from rq.timeouts import BaseTimeoutException
from sqlalchemy.orm import Session

from jobs import queues
from jobs.parts import parts
from jobs.patience import processor_time
from service import clock
from service.actions.deliver import Post
from service.actions.outbox import Outbox
from service.actions.receive import TakesTooLong, TriedBefore, begin, failed, receive
from service.actions.strangers import hand_over

log = logging.getLogger(__name__)

LONGEST = 10.0  # seconds of processor time; a reply takes some milliseconds, the next one waits behind it


def run(inbound: int | Sequence[int]) -> None:
    """Work on received messages, each in a transaction of its own; one that fails does not stop the next.

    Twice is harmless: the first commit takes a message off the pile. Raises the last failure.
    """
    woken: list[int] = []
    trouble: Exception | None = None
    try:
        for inbound_id in [inbound] if isinstance(inbound, int) else inbound:
            try:
                woken += _tried(inbound_id)
            except BaseTimeoutException:
                raise
            except Exception as error:
                log.error("message %d failed: %s", inbound_id, type(error).__name__)
                trouble = error
    finally:
        queues.wake_deliveries(parts().settings, woken)
    if trouble is not None:
        raise trouble


def _tried(inbound_id: int) -> list[int]:
    try:
        return _work(inbound_id, counted=False)
    except TriedBefore:
        return _work(inbound_id, counted=True) if _begins(inbound_id) else []


def _work(inbound_id: int, *, counted: bool) -> list[int]:
    """Work on one message, and return the deliveries to wake."""
    own = parts()
    try:
        with processor_time(LONGEST, TakesTooLong), own.storage.write() as session:
            outbox = _outbox(session)
            trusted = frozenset(own.settings.trusted_authserv)
            outcome = receive(outbox, inbound_id, own.sender.addresses, trusted, counted=counted)
    except TriedBefore:
        raise
    except Exception as error:  # RQ's own timeout too: it counts, and goes on to RQ
        with own.storage.write() as session:
            failed(_outbox(session), inbound_id, error, counted=counted)
        raise
    log.info("message %d: %s", inbound_id, outcome)
    if outbox.notes:
        _greet(outbox)
    return outbox.woken


def _begins(inbound_id: int) -> bool:
    with parts().storage.write() as session:
        begins = begin(_outbox(session), inbound_id)
    if not begins:
        log.error("message %d is put aside: see kaizen mail list", inbound_id)
    return begins


def _outbox(session: Session) -> Outbox:
    return Outbox(session, clock.now(), parts().settings.reply_domain)


def _greet(outbox: Outbox) -> None:
    """Answer strangers, now that it is written down that they were answered."""
    own = parts()
    post = Post(own.storage, own.sender, own.transport, clock.now, pace=own.pace, sign=own.sign)
    try:
        hand_over(outbox.notes, post)
    finally:
        own.transport.close()

"""Receive: keep a raw message before it is accepted; later do what it asks, once, and note what that was."""

from sqlalchemy import select

from service.actions.outbox import WOKEN_FOR, Outbox
from service.actions.sorting import REPLY_LIVES, Desk, Ignored, sort
from service.domain.arrival import Arrival
from service.mail.addresses import Addresses
from service.mail.bounds import Unreadable
from service.mail.inbound import digest
from service.storage import queries
from service.storage.models import Inbound, InboundState

__all__ = ["REPLY_LIVES", "TakesTooLong", "TriedBefore", "begin", "failed", "keep", "receive"]

MOST_FAILURES = 3


class TakesTooLong(Exception):  # noqa: N818
    """The message uses the processor for longer than any reply needs."""


class TriedBefore(Exception):  # noqa: N818
    """An earlier job for this message may have ended without a word: count this one before it begins."""


def keep(outbox: Outbox, arrival: Arrival) -> int | None:
    """Store a raw message, once; return its id, or None where it is here already."""
    row = (
        queries.insert(outbox.session, Inbound)
        .values(
            digest=digest(arrival.raw, arrival.rcpt_to),
            mail_from=arrival.mail_from[:320],
            rcpt_to=arrival.rcpt_to[:320],
            raw=arrival.raw,
            route=arrival.route,
            dmarc=arrival.dmarc,
            received_at=outbox.now,
            lease_until=outbox.now + WOKEN_FOR,
            state=InboundState.NEW,
            reason="",
            attempts=0,
        )
        .on_conflict_do_nothing(index_elements=["digest"])
        .returning(Inbound.id)
    )
    found: int | None = outbox.session.scalar(row)
    return found


def receive(
    outbox: Outbox,
    inbound_id: int,
    addresses: Addresses,
    trusted: frozenset[str] = frozenset(),
    *,
    counted: bool = True,
) -> str:
    """Work on one stored message, and return what became of it in a few words.

    It and all it changes are committed together, so that twice is once. Unless it was `counted` (`begin`),
    raises TriedBefore for a message that has waited for so long that an earlier job may have died of it.
    """
    query = select(Inbound).where(Inbound.id == inbound_id, Inbound.state == InboundState.NEW)
    row = outbox.session.scalar(query.with_for_update(skip_locked=True))
    if row is None:
        return "taken care of already"
    if not counted and row.lease_until - row.received_at > WOKEN_FOR:
        raise TriedBefore
    try:
        row.reason = sort(outbox, row, Desk(addresses, trusted))[:200]
        row.state = InboundState.DONE
    except Ignored as ignored:
        row.state, row.reason = InboundState.IGNORED, str(ignored)[:200]
    except Unreadable as error:
        row.state, row.reason = InboundState.QUARANTINED, str(error)[:200]
    return f"{row.state}: {row.reason}" if row.reason else row.state


def begin(outbox: Outbox, inbound_id: int) -> bool:
    """Count a further try before it begins; False where there were enough, and an operator should look."""
    row = outbox.session.get(Inbound, inbound_id, with_for_update=True)
    if row is None or row.state != InboundState.NEW:
        return False
    row.attempts = max(row.attempts, 1) + 1  # the first was not counted before it began
    if row.attempts > MOST_FAILURES:
        row.state, row.reason = InboundState.QUARANTINED, f"ended its worker, {MOST_FAILURES} times"
    return row.state == InboundState.NEW


def failed(outbox: Outbox, inbound_id: int, error: Exception, *, counted: bool = False) -> None:
    """Note an unforeseen failure at a message; after the third it is put aside for an operator.

    One that takes too long is put aside at once: the next one waits for it.
    """
    row = outbox.session.get(Inbound, inbound_id, with_for_update=True)
    if row is not None and row.state == InboundState.NEW:
        row.attempts += not counted
        if row.attempts >= MOST_FAILURES or isinstance(error, TakesTooLong):
            row.state, row.reason = InboundState.QUARANTINED, f"failed: {type(error).__name__}"

"""Receive: keep a raw message before it is accepted; later see who speaks, obey, and answer in the thread."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from service.actions.answers import SILENCE, Answer
from service.actions.check_in import day_of
from service.actions.leave import leave
from service.actions.outbox import WOKEN_FOR, Outbox
from service.actions.reply_to_many import obey_mail
from service.links import BadToken, Purpose
from service.mail.addresses import Addresses
from service.mail.compose import header_text
from service.mail.inbound import Incoming, Unreadable, digest, read_message
from service.mail.kinds import ANSWER
from service.storage import queries
from service.storage.models import Goal, Inbound, InboundState

MOST_FAILURES = 3
REPLY_LIVES = timedelta(days=60)


class Ignored(Exception):  # noqa: N818
    """The message is not to be obeyed or answered; the reason is one line."""


def keep(outbox: Outbox, mail_from: str, rcpt_to: str, raw: bytes) -> int | None:
    """Store a raw message, once; return its id, or None where it is here already."""
    row = (
        queries.insert(outbox.session, Inbound)
        .values(
            digest=digest(raw, rcpt_to),
            mail_from=mail_from[:320],
            rcpt_to=rcpt_to[:320],
            raw=raw,
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


def receive(outbox: Outbox, inbound_id: int, addresses: Addresses) -> str:
    """Work on one stored message, and return what became of it in a few words.

    It and all it changes are committed together, so that twice is once.
    """
    query = select(Inbound).where(Inbound.id == inbound_id, Inbound.state == InboundState.NEW)
    row = outbox.session.scalar(query.with_for_update(skip_locked=True))
    if row is None:
        return "taken care of already"
    try:
        _handle(outbox, row, addresses)
        row.state = InboundState.DONE
    except Ignored as ignored:
        row.state, row.reason = InboundState.IGNORED, str(ignored)
    except Unreadable as error:
        row.state, row.reason = InboundState.QUARANTINED, str(error)[:200]
    return f"{row.state}: {row.reason}" if row.reason else row.state


def failed(outbox: Outbox, inbound_id: int, error: Exception) -> None:
    """Count an unforeseen failure at a message; after the third it is put aside for an operator."""
    row = outbox.session.get(Inbound, inbound_id, with_for_update=True)
    if row is not None and row.state == InboundState.NEW:
        row.attempts += 1
        if row.attempts >= MOST_FAILURES:
            row.state, row.reason = InboundState.QUARANTINED, f"failed: {type(error).__name__}"


def _handle(outbox: Outbox, row: Inbound, addresses: Addresses) -> None:
    try:
        purpose, numbers = addresses.read(row.rcpt_to)
    except BadToken:
        raise Ignored("unknown address") from None
    if not row.mail_from or purpose is Purpose.BOUNCE:
        raise Ignored("bounce")
    incoming = read_message(row.raw)
    if incoming.automatic:
        raise Ignored(incoming.automatic)
    if purpose is Purpose.UNSUBSCRIBE:
        _leave(outbox, *numbers)
    else:
        _reply(outbox, row, incoming, *numbers)


def _leave(outbox: Outbox, person_id: int) -> None:
    """End all mail: the address is as secret as the link in the same header, and nobody is answered."""
    person = queries.person(outbox.session, person_id)
    if person is not None:
        leave(outbox, person)


def _reply(outbox: Outbox, row: Inbound, incoming: Incoming, goal_id: int, ordinal: int) -> None:
    goal = queries.goal(outbox.session, goal_id, for_update=True)
    day = day_of(outbox, goal, ordinal) if goal else None
    if goal is None or day is None:
        raise Ignored("no such goal")
    if incoming.sender != goal.person.email:
        raise Ignored("another sender")
    if day.today - day.day > REPLY_LIVES:
        raise Ignored("older than 60 days")
    if goal.person.left_at is not None:
        raise Ignored("left")
    first, *below = incoming.lines or ("",)
    answer, about = obey_mail(outbox, day, first, tuple(below), incoming.in_reply_to)
    if answer.name != SILENCE.name:
        outbox.put(
            about.goal, day.day, ANSWER, ref=str(row.id), payload=_payload(incoming, about.goal, answer)
        )


def _payload(incoming: Incoming, goal: Goal, answer: Answer) -> dict[str, Any]:
    """Return what the answer mail will be composed from: the sentence, and where in the thread it belongs."""
    subject = header_text(incoming.subject)
    while subject.lower().startswith("re:"):
        subject = subject[3:].lstrip()
    return {
        "answer": answer.name,
        "args": answer.args,
        "subject": subject or goal.step,
        "in_reply_to": incoming.message_id,
        "references": " ".join(part for part in (incoming.references, incoming.message_id) if part),
    }

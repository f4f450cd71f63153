"""Mail to our plain address: help for those who have a sign-up, and for others how to begin, seldom."""

import hmac
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date
from hashlib import sha256

import idna
from sqlalchemy import func, select

from service.actions.answering import Asked, give, thread
from service.actions.answers import Answer
from service.actions.check_in import Day
from service.actions.deliver import Post
from service.actions.outbox import Outbox
from service.domain.schedule import local_day
from service.mail.hello import Note, hello
from service.mail.inbound import Incoming
from service.mail.kinds import Kind
from service.mail.transport import Handed, TransportError
from service.storage import queries
from service.storage.models import Goal, GoalState, Person, Stranger

log = logging.getLogger(__name__)

MOST_A_DAY = 200  # strangers answered, in all
_HELLO = Kind("hello", lives=None)


def wrote(outbox: Outbox, incoming: Incoming, secret: str, ref: str, *, passed: bool) -> str:
    """Answer a mail to the plain address, or not; return what became of it, in a few words.

    `passed` tells that DMARC passed at a relay we trust. A confirmed person gets the words that replies may
    say, at the address that was confirmed, so nothing can go astray; a stranger needs `passed`, because an
    answer to a forged address would make us a nuisance. Whoever has left hears nothing.
    """
    person = queries.person_by_email(outbox.session, _normal(incoming.sender))
    if person is not None and person.left_at is not None:
        return "left"
    if person is not None and person.confirmed_at is not None:
        return _help(outbox, person, incoming, ref)
    if not passed:
        return "a stranger, and no word that DMARC passed"
    return _greet(outbox, incoming, secret)


def _help(outbox: Outbox, person: Person, incoming: Incoming, ref: str) -> str:
    active = Goal.state == GoalState.ACTIVE
    goal = outbox.session.scalar(
        select(Goal).where(Goal.person_id == person.id).order_by(active.desc(), Goal.id.desc()).limit(1)
    )
    if goal is None:
        return "no goal"
    today = local_day(outbox.now, person.zone)
    day = Day(goal, today, today)
    return give(outbox, Asked(day, incoming, ref), Answer("help")) or "helped"


def _greet(outbox: Outbox, incoming: Incoming, secret: str) -> str:
    today = outbox.now.astimezone(UTC).date()
    if _answered(outbox, today) >= MOST_A_DAY:
        return f"{MOST_A_DAY} strangers answered today"
    if not _first_today(outbox, digest(secret, incoming.sender), today):
        return "answered today already"
    outbox.notes.append(
        Note(
            to=incoming.sender,
            message_id=outbox.message_ids(_HELLO, 1)[0],
            **thread(incoming, "Kaizen"),
        )
    )
    return "a stranger: told how to begin"


def digest(secret: str, address: str) -> str:
    """Return what is kept of a stranger's address: nobody can read or guess it back without our secret."""
    return hmac.new(f"stranger {secret}".encode(), address.lower().encode(), sha256).hexdigest()


def _answered(outbox: Outbox, today: date) -> int:
    query = select(func.count()).select_from(Stranger).where(Stranger.answered_on == today)
    return outbox.session.scalar(query) or 0


def _first_today(outbox: Outbox, key: str, today: date) -> bool:
    row = queries.insert(outbox.session, Stranger).values(digest=key, answered_on=today)
    changed = row.on_conflict_do_update(
        index_elements=["digest"], set_={"answered_on": today}, where=Stranger.answered_on < today
    )
    return outbox.session.scalar(changed.returning(Stranger.digest)) is not None


def _normal(address: str) -> str:
    """Return an address as sign-ups keep it: in lower case, its domain in ASCII."""
    local, _, domain = address.lower().rpartition("@")
    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode()}"
    except (idna.IDNAError, UnicodeError):
        return address.lower()


def hand_over(notes: Sequence[Note], post: Post) -> int:
    """Send answers to strangers, each once, whatever becomes of it; return how many a server took.

    Killed or without a mail server they are lost: nobody waits for them, and whoever asks again tomorrow is
    answered again.
    """
    taken = 0

    def settle(handed: Sequence[Handed]) -> None:
        nonlocal taken
        taken += sum(error is None for _, error in handed)

    now = post.now()
    envelopes = [hello(note, post.sender, now) for note in notes if not post.pace(note.to)]
    signed = [replace(envelope, content=post.sign(envelope.content)) for envelope in envelopes]
    try:
        post.transport.carry(iter(list(enumerate(signed))), settle, len(signed))
    except TransportError as error:
        log.warning("an answer to a stranger is lost: %s", error.brief)
    return taken

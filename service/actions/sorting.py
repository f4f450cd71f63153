"""Sort a received message out: what it is, who speaks, and so what is done about it."""

from dataclasses import dataclass
from datetime import timedelta

from service.actions.answering import Asked, give
from service.actions.answers import Answer
from service.actions.bounced import bounced
from service.actions.check_in import Day, day_of
from service.actions.complained import complained
from service.actions.leave import leave
from service.actions.outbox import Outbox
from service.actions.reply_to_many import obey_mail
from service.actions.strangers import wrote
from service.domain.mailboxes import same_mailbox, variant_of
from service.links import BadToken, Purpose
from service.mail.addresses import Addresses
from service.mail.authentication import dmarc
from service.mail.bounces import Complaint, Report, may_be_report, read_report, signed_inside
from service.mail.inbound import Incoming, read_message
from service.storage import queries
from service.storage.models import Inbound

REPLY_LIVES = timedelta(days=60)


class Ignored(Exception):  # noqa: N818
    """The message is not to be obeyed or answered; the reason is one line."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What reading mail needs to know: our addresses, and the relays whose word on DMARC counts."""

    addresses: Addresses
    trusted: frozenset[str] = frozenset()


def sort(outbox: Outbox, row: Inbound, desk: Desk) -> str:
    """Do what a message asks for; return what is worth noting of that, if anything."""
    purpose, numbers = _addressed(desk, row.rcpt_to)
    returned = not row.mail_from or purpose is Purpose.BOUNCE
    if returned or may_be_report(row.raw):
        report = read_report(row.raw)
        if report is not None:
            return _reported(outbox, row, report, numbers if purpose is Purpose.BOUNCE else (), desk)
        if returned:
            raise Ignored("bounce")
    incoming = read_message(row.raw)
    if incoming.automatic:
        raise Ignored(incoming.automatic)
    if purpose is Purpose.UNSUBSCRIBE:
        return _leave(outbox, *numbers)
    verdict = {row.dmarc, dmarc(incoming.auth, desk.trusted)}
    if "fail" in verdict:
        raise Ignored("DMARC failed")
    if purpose is Purpose.REPLY:
        return _reply(outbox, row, incoming, *numbers)
    if not incoming.sender or desk.addresses.is_ours(incoming.sender):
        raise Ignored("no sender" if not incoming.sender else "from ourselves")
    return wrote(outbox, incoming, desk.addresses.secret, str(row.id), passed="pass" in verdict)


def _addressed(desk: Desk, rcpt_to: str) -> tuple[Purpose | None, tuple[int, ...]]:
    """Return what an address of ours is for; a plain one for nothing in particular."""
    try:
        return desk.addresses.read(rcpt_to)
    except BadToken:
        if desk.addresses.is_plain(rcpt_to):
            return None, ()
        raise Ignored("unknown address") from None


def _reported(outbox: Outbox, row: Inbound, report: Report, verp: tuple[int, ...], desk: Desk) -> str:
    """Take in a report; which mail it is about, only a signed address of ours can tell."""
    inside = [(Purpose.BOUNCE, verp)] if verp else signed_inside(row.raw, desk.addresses)
    if isinstance(report, Complaint):
        return complained(outbox, inside)
    named = [numbers for purpose, numbers in inside if purpose is Purpose.BOUNCE]
    if not named:
        raise Ignored("a bounce of no mail of ours")
    return bounced(outbox, named[0][0], report)


def _leave(outbox: Outbox, person_id: int) -> str:
    """End all mail: the address is as secret as the link in the same header, and nobody is answered."""
    person = queries.person(outbox.session, person_id)
    if person is None:
        raise Ignored("no such person")
    return "left" if leave(outbox, person) else "had left already"


def _reply(outbox: Outbox, row: Inbound, incoming: Incoming, goal_id: int, ordinal: int) -> str:
    goal = queries.goal(outbox.session, goal_id, for_update=True)
    day = day_of(outbox, goal, ordinal) if goal else None
    if goal is None or day is None:
        raise Ignored("no such goal")
    own = same_mailbox(incoming.sender, goal.person.email)
    if not own and not variant_of(incoming.sender, goal.person.email):
        raise Ignored("another sender")
    if day.today - day.day > REPLY_LIVES:
        raise Ignored("older than 60 days")
    if goal.person.left_at is not None:
        raise Ignored("left")
    return _obey(outbox, row, incoming, day) if own else _hint(outbox, row, incoming, day)


def _obey(outbox: Outbox, row: Inbound, incoming: Incoming, day: Day) -> str:
    first, *below = incoming.lines or ("",)
    answer, about = obey_mail(outbox, day, first, tuple(below), incoming.in_reply_to)
    return give(outbox, Asked(day, incoming, str(row.id)), answer, about)


def _hint(outbox: Outbox, row: Inbound, incoming: Incoming, day: Day) -> str:
    """Say which address obeys, to that very address and not to whoever wrote."""
    told = give(outbox, Asked(day, incoming, str(row.id)), Answer("hint"))
    return told or "a variant of the person's address"

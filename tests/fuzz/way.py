"""The whole way of a reply, from bytes to a command, and what must hold of it whatever the bytes are."""

import contextlib
import time
from datetime import date

from service.domain.command import Command, Unclear
from service.domain.commands import parse
from service.domain.mailboxes import same_mailbox, variant_of
from service.domain.units import in_number
from service.mail.addresses import Addresses
from service.mail.authentication import dmarc
from service.mail.bounces import Complaint, Returned, read_report, signed_inside
from service.mail.inbound import Incoming, Unreadable, digest, read_message
from service.mail.recipients import recipients

TODAY = date(2026, 3, 11)
SECONDS = 2.0  # of this thread's own processor time, for one mail
MOST_LINES, LONGEST_LINE = 200, 4000
ADDRESSES = Addresses("a secret for tests only", "kaizen.example.org")
TRUSTED = frozenset({"mx.example.net", "a"})

in_number("wombat", many=True)  # imports what knows plurals: a second or two that no mail is to blame for


def walk(raw: bytes) -> Incoming | None:
    """Go the whole way; returns None for what is unreadable. Anything else that is raised is a fault."""
    started = time.thread_time()
    incoming, reason = _read(raw)
    if incoming is None:
        assert 0 < len(reason) < 200
    else:
        _hold(incoming)
    assert len(digest(raw, "reply@example.org")) == 64
    assert all(ADDRESSES.is_ours(address) for address in recipients(raw, ADDRESSES))
    _report(raw)
    took = time.thread_time() - started
    assert took < SECONDS, f"took {took:.1f} s"
    return incoming


def _report(raw: bytes) -> None:
    """Read it as what it would be at an address for bounces and complaints."""
    with contextlib.suppress(Unreadable):
        assert isinstance(read_report(raw), (Returned, Complaint, type(None)))
        assert isinstance(signed_inside(raw, ADDRESSES), list)


def _read(raw: bytes) -> tuple[Incoming | None, str]:
    try:
        return read_message(raw), ""
    except Unreadable as error:
        return None, str(error)


def _hold(incoming: Incoming) -> None:
    """Look at all that the receive job would look at."""
    assert len(incoming.lines) <= MOST_LINES
    for line in incoming.lines:
        assert len(line) <= LONGEST_LINE
        assert len(line.splitlines()) <= 1
    assert not incoming.lines or incoming.lines[0].strip()
    assert incoming.sender.count("@") <= 1
    assert len(incoming.subject) <= 20_000
    assert "\n" not in incoming.subject
    assert "\r" not in incoming.subject
    assert dmarc(incoming.auth, TRUSTED) in ("", "pass", "fail")
    assert isinstance(same_mailbox(incoming.sender, "ann@example.org"), bool)
    assert isinstance(variant_of(incoming.sender, "ann@example.org"), bool)
    first = incoming.lines[0] if incoming.lines else ""
    assert isinstance(parse(first, TODAY), (Command, Unclear))

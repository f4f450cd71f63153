"""The inbound SMTP listener: whom it takes mail for, what it keeps, and what counts once."""

import smtplib
from datetime import timedelta

import pytest

from service.links import Purpose
from service.mail.addresses import Addresses
from service.storage.models import CheckIn, Inbound, InboundState
from tests.integration.replies import MONDAY, everything
from tests.world import EMAIL, World

RAW = b"From: ann@example.org\r\nSubject: Re: x\r\n%s\r\ndone\r\n"
ID = b"Message-ID: <1@example.org>\r\n"


def addresses(world: World) -> Addresses:
    """Return the maker of this world's addresses."""
    return world.sender.addresses


def test_a_message_is_there_when_the_peer_is_told_250(world: World) -> None:
    mail = world.start()
    world.send(RAW % ID, mail["Reply-To"])
    (row,) = world.rows(Inbound)
    assert row.raw == RAW % ID
    assert (row.mail_from, row.rcpt_to) == (EMAIL, mail["Reply-To"])
    assert row.received_at == world.time
    assert row.state == InboundState.NEW
    assert world.rows(CheckIn) == []  # reading is the worker's work


def test_mail_for_anybody_else_is_refused_and_not_relayed(world: World) -> None:
    ours = addresses(world).reply(1, MONDAY)
    local, _, domain = ours.partition("@")
    wrong = (
        "ann@example.org",
        *(
            f"{name}@{domain}"
            for name in ("postmaster", "anybody", local[6:], f"leave-{local[6:]}", f"{local}x")
        ),
        *(f"{local}@{name}" for name in ("elsewhere.example", f"{domain}.evil.example", f"x.{domain}")),
        f"{local}%elsewhere.example@{domain}",
        f"{local.replace('reply-1-', 'reply-2-')}@{domain}",
        Addresses("another secret", domain).reply(1, MONDAY),
    )
    for address in wrong:
        assert address != ours
        with pytest.raises(smtplib.SMTPRecipientsRefused) as caught:
            world.send(RAW % ID, address)
        assert [code for code, _ in caught.value.recipients.values()] == [550]
    assert world.rows(Inbound) == []
    assert world.mails == []


def test_reply_leave_and_bounce_addresses_are_taken_in_any_case(world: World) -> None:
    ours = addresses(world)
    taken = (ours.reply(1, MONDAY), ours.leave(1), ours.bounce(1).upper())
    for number, address in enumerate(taken):
        world.send(RAW % b"Message-ID: <%d@x>\r\n" % number, address)
    assert [row.rcpt_to for row in world.rows(Inbound)] == list(taken)
    assert [ours.read(row.rcpt_to)[0] for row in world.rows(Inbound)] == [
        Purpose.REPLY,
        Purpose.UNSUBSCRIBE,
        Purpose.BOUNCE,
    ]


def test_a_wrong_recipient_does_not_cost_the_right_one(world: World) -> None:
    right = world.start()["Reply-To"]
    with smtplib.SMTP("127.0.0.1", world.listener_port, timeout=10) as smtp:
        bad = smtp.sendmail(EMAIL, ["bob@elsewhere.example", right, "reply-x@kaizen.example.org"], RAW % ID)
    assert {address: code for address, (code, _) in bad.items()} == {
        "bob@elsewhere.example": 550,
        "reply-x@kaizen.example.org": 550,
    }
    (answer,) = world.work()
    assert answer.text.startswith("Done for today.")


def test_a_null_sender_is_taken_and_then_ignored(world: World) -> None:
    mail = world.start()
    before = everything(world)
    for number, address in enumerate((mail["Reply-To"], mail.mail_from)):
        world.send(RAW % b"Message-ID: <%d@x>\r\n" % number, address, mail_from="")
    assert len(world.rows(Inbound)) == 2
    assert world.work() == []
    assert {row.state for row in world.rows(Inbound)} == {InboundState.IGNORED}
    assert everything(world) == before


def test_the_same_message_again_is_taken_and_counts_once(world: World) -> None:
    mail = world.start()
    for _ in range(3):
        world.send(RAW % ID, mail["Reply-To"])
    assert len(world.rows(Inbound)) == 1
    assert len(world.work()) == 1
    world.send(b"Received: by a route\r\n" + RAW % ID, mail["Reply-To"])
    assert world.work() == []
    assert len(world.rows(Inbound)) == 1


def test_two_different_messages_without_an_id_both_count(world: World) -> None:
    mail = world.start()
    world.send(RAW % b"", mail["Reply-To"])
    world.send((RAW % b"").replace(b"done", b"undo"), mail["Reply-To"])
    done, undone = world.work()
    assert done.text.startswith("Done for today.")
    assert undone.text.startswith("Taken back")
    world.send(RAW % b"", mail["Reply-To"])
    assert world.work() == []


def test_one_id_at_two_addresses_counts_for_each(world: World) -> None:
    first = world.start()
    world.to(world.time + timedelta(days=1))
    second = world.mails[-1]
    for mail in (first, second):
        world.send(RAW % ID, mail["Reply-To"])
    world.work()
    assert len(world.rows(CheckIn)) == 2


def test_one_message_has_at_most_twenty_recipients(world: World) -> None:
    world.start()
    many = [addresses(world).reply(1, MONDAY - timedelta(days=number)) for number in range(25)]
    with smtplib.SMTP("127.0.0.1", world.listener_port, timeout=10) as smtp:
        later = smtp.sendmail(EMAIL, many, RAW % ID)
    assert [code for code, _ in later.values()] == [452] * 5  # "try again later": none of them is lost
    assert list(later) == many[20:]
    assert [row.rcpt_to for row in world.rows(Inbound)] == many[:20]
    world.work()
    assert len(world.rows(CheckIn)) == 1


def test_any_bytes_are_kept_as_they_came(world: World) -> None:
    mail = world.start()
    raw = b"From: J\xc3\xb6rg <ann@example.org>\r\nX: \xff\xfe\r\n\r\n.\r\n..\r\ndone\r\n\xe4\r\n"
    world.send(raw, mail["Reply-To"])
    (row,) = world.rows(Inbound)
    assert row.raw == raw


def test_what_breaks_the_protocol_is_refused_and_the_next_peer_is_served(world: World) -> None:
    address = world.start()["Reply-To"]
    with smtplib.SMTP("127.0.0.1", world.listener_port, timeout=10) as smtp:
        assert smtp.docmd("DATA")[0] == 503
        assert smtp.docmd("NONSENSE")[0] == 500
        smtp.ehlo()
        assert smtp.docmd("RCPT", f"TO:<{address}>")[0] == 503
        assert smtp.docmd("MAIL", f"FROM:<{'x' * 2000}@example.org>")[0] >= 500
    assert world.rows(Inbound) == []
    world.send(RAW % ID, address)
    assert len(world.rows(Inbound)) == 1

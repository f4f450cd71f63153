"""What must not be obeyed: strangers, machines, bounces, our own mail, quotes, and the same message twice."""

import smtplib

import pytest

from service.mail.addresses import Addresses
from service.storage.models import Inbound, InboundState
from tests.integration.replies import HOUR, MONDAY, at, check_ins, everything
from tests.world import EMAIL, World


def nothing_happens(world: World, raw: bytes, rcpt_to: str, mail_from: str = EMAIL) -> None:
    """Send a message, and see that it changes nothing and that nobody is answered."""
    before, mails = everything(world), len(world.mails)
    world.send(raw, rcpt_to, mail_from)
    world.work()
    assert everything(world) == before
    assert len(world.mails) == mails


def test_only_the_persons_own_address_is_obeyed(world: World) -> None:
    mail = world.start()
    for sender in (
        "bob@evil.example",
        f"{EMAIL}.evil.example",
        f"{EMAIL}]<bob@evil.example>",
        f'"{EMAIL}" <bob@evil.example>',
        f"{EMAIL}, bob@evil.example",
        "",
    ):
        raw = f"From: {sender}\r\nSubject: x\r\nMessage-ID: <{len(sender)}@x>\r\n\r\nstop\r\n".encode()
        nothing_happens(world, raw, mail["Reply-To"])
    two = f"From: {EMAIL}\r\nFrom: {EMAIL}\r\nSubject: x\r\n\r\nstop\r\n".encode()
    nothing_happens(world, two, mail["Reply-To"])
    none = f"Sender: {EMAIL}\r\nReply-To: {EMAIL}\r\nSubject: x\r\n\r\nstop\r\n".encode()
    nothing_happens(world, none, mail["Reply-To"])


@pytest.mark.parametrize(
    "sender", ["Ann B. Cooper <ann@example.org>", "ANN@EXAMPLE.ORG", '"Cooper, Ann" <ann@example.org>']
)
def test_the_person_is_known_however_their_name_is_written(world: World, sender: str) -> None:
    mail = world.start()
    raw = f"From: {sender}\r\nSubject: x\r\n\r\ndone\r\n".encode()
    world.send(raw, mail["Reply-To"])
    (answer,) = world.work()
    assert answer.text.startswith("Done for today.")


def test_a_reply_to_another_persons_mail_is_not_obeyed(world: World) -> None:
    ann = world.start()
    bob = world.start(client=world.browser(), email="bob@example.org")
    nothing_happens(world, world.written(bob, "stop").as_bytes(), bob["Reply-To"])
    nothing_happens(world, world.written(ann, "stop", "bob@example.org").as_bytes(), ann["Reply-To"])


def test_a_forged_token_is_refused_at_the_door(world: World) -> None:
    address = world.start()["Reply-To"]
    local, _, domain = address.partition("@")
    forged = Addresses("another secret", domain).reply(world.goal().id, MONDAY)
    for wrong in (
        forged,
        f"{local[:-1]}{'a' if local[-1] != 'a' else 'b'}@{domain}",
        address.replace("1", "2"),
    ):
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            world.send(b"From: ann@example.org\r\n\r\nstop\r\n", wrong)
        assert refused.value.recipients[wrong][0] == 550


def test_a_reply_address_works_for_sixty_days(world: World) -> None:
    mail = world.start()
    world.reply(mail, "pause")
    world.to(at(1, 12, month=5))  # 60 days later
    (answer,) = world.reply(mail, "status")
    assert answer.text.startswith("Your step:")
    world.to(at(2, 12, month=5))
    nothing_happens(world, world.written(mail, "stop").as_bytes(), mail["Reply-To"])


def test_what_a_machine_wrote_is_neither_obeyed_nor_answered(world: World) -> None:
    mail = world.start()
    for header in (
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated"},
        {"Precedence": "bulk"},
        {"List_Id": "<friends.example.org>"},
        {"X_Autoreply": "yes"},
        {"Return_Path": "<>"},
    ):
        nothing_happens(world, world.written(mail, "stop", **header).as_bytes(), mail["Reply-To"])
    report = (
        b"From: ann@example.org\r\nContent-Type: multipart/report; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\nstop\r\n--b--\r\n"
    )
    nothing_happens(world, report, mail["Reply-To"])


def test_a_bounce_is_neither_obeyed_nor_answered(world: World) -> None:
    mail = world.start()
    nothing_happens(world, world.written(mail, "stop").as_bytes(), mail["Reply-To"], mail_from="")
    nothing_happens(world, world.written(mail, "stop").as_bytes(), mail.mail_from)
    nothing_happens(world, world.written(mail, "stop").as_bytes(), mail.mail_from, mail_from="")


def test_our_own_mail_that_comes_back_is_neither_obeyed_nor_answered(world: World) -> None:
    mail = world.start(step="stop")
    world.reply(mail, "status")
    for ours in list(world.mails):
        for recipient in (ours["Reply-To"], ours.mail_from):
            nothing_happens(world, ours.raw, recipient)
            as_if = ours.raw.replace(b"From: Kaizen <kaizen@kaizen.example.org>", b"From: ann@example.org")
            assert as_if != ours.raw
            nothing_happens(world, as_if.replace(b"Message-ID: <", b"Message-ID: <again."), recipient)


@pytest.mark.parametrize("above", ["", "On Monday, Kaizen wrote:\r\n", "hello\r\n\r\n", "> stop\r\n\r\n"])
def test_words_in_the_quoted_mail_never_act(world: World, above: str) -> None:
    mail = world.start(step="stop", goal="undo")
    quoted = "\r\n".join(f"> {word}" for word in ("done", "skip", "stop", "pause", "smaller", "step: x"))
    for below in ("", "\r\nstop\r\n", "\r\n-- \r\nstop\r\n"):
        before = everything(world)
        raw = f"From: {EMAIL}\r\nSubject: done\r\n\r\n{above}{quoted}\r\n{below}"
        world.time += HOUR
        world.send(raw.encode(), mail["Reply-To"])
        (answer,) = world.work()
        assert "so nothing has changed." in answer.text
        assert everything(world) == before


def test_the_same_message_twice_or_by_two_routes_counts_once(world: World) -> None:
    mail = world.start()
    raw = world.written(mail, "done").as_bytes()
    world.send(raw, mail["Reply-To"])
    world.send(raw, mail["Reply-To"])
    assert len(world.work()) == 1
    world.reply(mail, "undo")
    assert check_ins(world) == {}
    nothing_happens(world, raw, mail["Reply-To"])
    nothing_happens(world, b"Received: from a by b\r\n" + raw, mail["Reply-To"].upper())
    nothing_happens(world, raw.replace(b"\r\n", b"\n"), f"<{mail['Reply-To']}>")


def test_a_message_that_cannot_be_read_is_put_aside_and_the_next_one_works(world: World) -> None:
    mail = world.start()
    deep = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(200)
    )
    for hostile in (deep, b"From: a@[ \r\n\r\nstop\r\n", b"\0\xff\r\n\r\nstop\r\n", b"stop"):
        nothing_happens(world, b"X: y\r\n" + hostile, mail["Reply-To"])
    assert InboundState.QUARANTINED in [row.state for row in world.rows(Inbound)]
    assert InboundState.NEW not in [row.state for row in world.rows(Inbound)]
    (answer,) = world.reply(mail, "done")
    assert answer.text.startswith("Done for today.")

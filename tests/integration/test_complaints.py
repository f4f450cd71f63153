"""A complaint to a provider is a wish to leave, obeyed without a word if it is about a mail of ours."""

import pytest

from service.mail.addresses import Addresses
from service.storage.models import Goal, GoalState, Person
from tests.integration.replies import everything
from tests.integration.reports import arf, stored
from tests.world import EMAIL, World


def left(world: World) -> bool:
    (person,) = world.rows(Person)
    ended = {goal.state for goal in world.rows(Goal)} == {GoalState.ENDED}
    assert ended == (person.left_at is not None)
    return ended


def test_a_complaint_about_a_daily_mail_ends_all_mail_and_nobody_is_answered(world: World) -> None:
    mail = world.start()
    world.send(arf(mail.raw), world.sender.addresses.plain[0], mail_from="feedback@provider.example")
    sent = len(world.mails)
    world.later(days=3)
    assert left(world)
    assert len(world.mails) == sent


INSIDE = {
    "envelope sender": lambda mail: f"Return-Path: <{mail.mail_from}>\r\n\r\nx",
    "reply address": lambda mail: f"Reply-To: {mail['Reply-To']}\r\n\r\nx",
    "leave address": lambda mail: f"List-Unsubscribe: {mail['List-Unsubscribe'].split()[1]}\r\n\r\nx",
    "leave link": lambda mail: f"List-Unsubscribe: {mail['List-Unsubscribe'].split()[0]}\r\n\r\nx",
}


@pytest.mark.parametrize("inside", INSIDE.values(), ids=INSIDE)
def test_any_signed_address_of_ours_says_whose_complaint_it_is(world: World, inside: object) -> None:
    mail = world.start()
    assert callable(inside)
    raw = arf(inside(mail).encode())
    assert stored(world, raw, world.sender.addresses.plain[1]) == "done: a complaint: left"
    assert left(world)
    assert stored(world, raw + b" ", mail.mail_from) == "done: a complaint: had left already"


def test_outlooks_complaints_have_no_report_and_count(world: World) -> None:
    mail = world.start()
    raw = (
        b"From: staff@hotmail.example.com\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: message/rfc822\r\n\r\nX-HmXmrOriginalRecipient: ann@example.org\r\n"
        + mail.raw
        + b"\r\n--b--\r\n"
    )
    assert stored(world, raw, world.sender.addresses.plain[0], "staff@hotmail.example.com").endswith("left")
    assert left(world)


def test_a_complaint_without_a_signed_address_does_nothing(world: World) -> None:
    world.start()
    before = everything(world)
    domain = world.settings.reply_domain
    forged = Addresses("another secret", domain)
    for inside in (
        f"To: {EMAIL}",
        f"Return-Path: {forged.bounce(1)}",
        f"List-Unsubscribe: {forged.leave(1)}",
    ):
        raw = arf(f"{inside}\r\n\r\nx".encode())
        assert (
            stored(world, raw, world.sender.addresses.plain[0]) == "done: a complaint about no mail of ours"
        )
    assert everything(world) == before


@pytest.mark.parametrize("feedback", ["not-spam", "auth-failure"])
def test_other_feedback_does_nothing(world: World, feedback: str) -> None:
    mail = world.start()
    assert stored(world, arf(mail.raw, feedback), mail.mail_from).startswith("ignored")
    assert not left(world)

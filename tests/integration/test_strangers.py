"""Mail to the plain address: help for those who have a sign-up, seldom a word for others, never a loop."""

from collections.abc import Sequence

import pytest

from service.actions import strangers
from service.actions.deliver import Post
from service.actions.strangers import hand_over
from service.mail.hello import Note
from service.mail.smtp import SmtpTransport
from service.setting_values import SmtpServer
from service.storage.models import Goal, Inbound, Person, Stranger
from tests.integration.line import Line
from tests.integration.replies import HOUR, everything
from tests.integration.reports import received, stored
from tests.smtp import Mail
from tests.world import EMAIL, World

RELAY = "mx.kaizen.example.org"
PASSED = f"Authentication-Results: {RELAY}; dmarc=pass header.from=example.com"
STRANGER = "Carl <carl@example.com>"


def letter(sender: str, *headers: str, text: str = "hi, what is this?") -> bytes:
    lines = [
        *headers,
        f"From: {sender}",
        "Subject: Re: Question",
        "Message-ID: <q1@example.com>",
        "",
        text,
        "",
    ]
    return "\r\n".join(lines).encode()


def hello(world: World) -> str:
    return world.sender.addresses.plain[1]


def greeted(
    world: World, *headers: str, sender: str = STRANGER, dmarc: str = ""
) -> tuple[str, Sequence[Note]]:
    raw = letter(sender, *headers)
    raw += b"%d\r\n" % len(world.rows(Inbound))  # each is another mail
    raw = raw.replace(b"<q1@", b"<q%d@" % len(world.rows(Inbound)))
    outcome, outbox = received(world, raw, hello(world), "carl@example.com", dmarc=dmarc, trusted=RELAY)
    return outcome, outbox.notes


def sent(world: World, notes: Sequence[Note]) -> list[Mail]:
    before = len(world.mails)
    with SmtpTransport(world.sink.server) as transport:
        hand_over(notes, Post(world.storage, world.sender, transport, world.now))
    return world.mails[before:]


def test_a_confirmed_person_gets_help_in_the_thread_of_their_mail(world: World) -> None:
    world.start()
    for address in world.sender.addresses.plain:
        world.time += HOUR
        world.send(letter("Ann <ANN@example.org>", text="stop"), address)
        (answer,) = world.work()
        assert answer.text.startswith("Reply to any of my mails with one of these on the first line:")
        assert (answer.rcpt_to, answer["In-Reply-To"]) == (EMAIL, "<q1@example.com>")
        assert answer["Subject"] == "Re: Question"
        assert answer["Auto-Submitted"] == "auto-replied"
        assert answer["Reply-To"].startswith("reply-")
    (person,) = world.rows(Person)
    assert person.left_at is None


def test_help_by_mail_has_the_same_limits_as_any_answer(world: World) -> None:
    world.start()
    assert stored(world, letter(EMAIL), hello(world), EMAIL) == "done: helped"
    again = stored(world, letter(EMAIL).replace(b"q1@", b"q2@"), hello(world), EMAIL)
    assert again == "done: not answered: said within the hour"


def test_whoever_has_left_hears_nothing(world: World) -> None:
    mail = world.start()
    world.reply(mail, "stop")
    assert stored(world, letter(EMAIL), hello(world), EMAIL, dmarc="pass") == "done: left"
    assert world.work() == []


def test_a_stranger_whom_a_trusted_relay_vouches_for_is_told_how_to_begin_once_a_day(world: World) -> None:
    outcome, notes = greeted(world, PASSED)
    assert outcome == "done: a stranger: told how to begin"
    (mail,) = sent(world, notes)
    assert (mail.rcpt_to, mail["To"]) == ("carl@example.com", "carl@example.com")
    assert mail.mail_from == hello(world)
    assert mail["Subject"] == "Re: Question"
    assert mail["In-Reply-To"] == mail["References"] == "<q0@example.com>"
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["Message-ID"].endswith(f"@{world.settings.reply_domain}>")
    assert f"{world.settings.base_url}/" in mail.text.split()
    assert greeted(world, PASSED) == ("done: answered today already", [])
    world.later(days=1)
    assert len(greeted(world, PASSED)[1]) == 1
    assert (world.rows(Person), world.rows(Goal)) == ([], [])


def test_no_address_of_a_stranger_is_kept(world: World) -> None:
    greeted(world, PASSED)
    with world.storage.read() as session:
        (kept,) = session.query(Stranger).all()
    assert "carl" not in kept.digest
    assert kept.digest == strangers.digest(world.settings.secret_key, "carl@example.com")
    assert kept.digest != strangers.digest("another secret", "carl@example.com")


NOBODY = {
    "no verdict": (),
    "another relay": (PASSED.replace(RELAY, "mx.evil.example"),),
    "failed": (PASSED.replace("pass", "fail"),),
    "a machine": (PASSED, "Auto-Submitted: auto-replied"),
    "a list": (PASSED, "List-Id: <l.example.com>"),
    "bulk": (PASSED, "Precedence: bulk"),
}


@pytest.mark.parametrize("headers", NOBODY.values(), ids=NOBODY)
def test_everybody_else_is_met_with_silence(world: World, headers: tuple[str, ...]) -> None:
    outcome, notes = greeted(world, *headers)
    assert notes == []
    assert outcome.startswith(("ignored", "done: a stranger, and no word"))
    with world.storage.read() as session:
        assert session.query(Stranger).all() == []


def test_our_own_addresses_are_never_answered(world: World) -> None:
    for sender in (
        *world.sender.addresses.plain,
        world.sender.addresses.bounce(1),
        "",
        "noreply@example.com",
    ):
        assert greeted(world, PASSED, sender=sender)[1] == []


def test_a_pending_sign_up_is_a_stranger_still(world: World) -> None:
    world.sign_up()
    before = everything(world)
    assert greeted(world, sender=EMAIL)[0] == "done: a stranger, and no word that DMARC passed"
    assert len(greeted(world, sender=EMAIL, dmarc="pass")[1]) == 1
    assert everything(world) == before


def test_so_many_strangers_are_answered_a_day_and_no_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strangers, "MOST_A_DAY", 2)
    found = [greeted(world, PASSED, sender=f"c{number}@example.com")[1] for number in range(3)]
    assert [len(notes) for notes in found] == [1, 1, 0]
    world.later(days=1)
    assert len(greeted(world, PASSED, sender="c9@example.com")[1]) == 1


def test_an_answer_to_a_stranger_that_no_server_takes_is_lost_and_harms_nobody(world: World) -> None:
    _, notes = greeted(world, PASSED)
    with SmtpTransport(SmtpServer("127.0.0.1", 1)) as transport:
        assert hand_over(notes, Post(world.storage, world.sender, transport, world.now)) == 0
    world.sink.answers["carl@example.com"] = "550 5.1.1 No such user"
    assert sent(world, notes) == []


def test_the_job_answers_a_stranger_after_the_commit(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUSTED_AUTHSERV", RELAY)
    line.send(letter(STRANGER, PASSED), hello(line), "carl@example.com")
    (mail,) = line.work()
    assert mail.rcpt_to == "carl@example.com"
    line.send(letter(STRANGER, PASSED).replace(b"q1@", b"q2@"), hello(line), "carl@example.com")
    assert line.work() == []

"""Who speaks: only the person's own address, and only where no relay we trust says that it is forged."""

import pytest

from service.storage.models import Person
from tests.integration.replies import check_ins, everything
from tests.integration.reports import received, stored
from tests.world import EMAIL, World

RELAY = "mx.kaizen.example.org"


def reply(world: World, to: str, text: str = "done", sender: str = EMAIL, *headers: str) -> bytes:
    lines = [*headers, f"From: {sender}", f"To: {to}", "Subject: x", "", text, ""]
    return "\r\n".join(lines).encode()


def says(verdict: str, relay: str = RELAY) -> str:
    return f"Authentication-Results: {relay}; spf=pass; dmarc={verdict} header.from=example.org"


@pytest.mark.parametrize("dmarc", ["fail", "pass", ""])
def test_a_verdict_of_the_route_itself_counts(world: World, dmarc: str) -> None:
    mail = world.start()
    outcome = stored(world, reply(world, mail["Reply-To"]), mail["Reply-To"], EMAIL, dmarc=dmarc)
    assert outcome == ("ignored: DMARC failed" if dmarc == "fail" else "done")
    assert bool(check_ins(world)) == (dmarc != "fail")


def test_a_trusted_relay_that_says_dmarc_failed_is_believed(world: World) -> None:
    mail = world.start()
    to = mail["Reply-To"]
    before = everything(world)
    failed = reply(world, to, "done", EMAIL, says("fail"))
    assert stored(world, failed, to, EMAIL, trusted=RELAY) == "ignored: DMARC failed"
    assert everything(world) == before
    assert world.work() == []
    assert stored(world, failed + b"\r\n", to, EMAIL) == "done"


def test_what_others_say_of_dmarc_counts_for_nothing(world: World) -> None:
    mail = world.start()
    to = mail["Reply-To"]
    raw = reply(world, to, "done", EMAIL, says("fail", "mx.evil.example"))
    assert stored(world, raw, to, EMAIL, trusted=RELAY) == "done"


def test_a_variant_of_the_address_is_not_obeyed_and_a_hint_goes_to_the_address_itself(world: World) -> None:
    mail = world.start()
    to = mail["Reply-To"]
    before = everything(world)
    raw = reply(world, to, "stop", "ann+kaizen@example.org")
    assert stored(world, raw, to, "ann+kaizen@example.org") == "done: a variant of the person's address"
    assert everything(world) == before
    (hint,) = world.work()
    assert hint.rcpt_to == EMAIL
    assert hint["To"] == EMAIL
    assert hint.text.startswith(
        "A reply to this mail came from an address that looks like a variant of yours"
    )
    assert "ann+kaizen" not in hint.text
    again = reply(world, to, "stop", "ann+other@example.org")
    assert stored(world, again, to, "x").startswith("done: not answered")
    assert world.work() == []


def test_a_variant_that_dmarc_fails_gets_no_hint(world: World) -> None:
    mail = world.start()
    raw = reply(world, mail["Reply-To"], "stop", "ann+kaizen@example.org")
    assert stored(world, raw, mail["Reply-To"], "x", dmarc="fail") == "ignored: DMARC failed"
    assert world.work() == []


def test_a_forwarded_mails_address_is_useless_to_whoever_got_it(world: World) -> None:
    mail = world.start()
    before = everything(world)
    for text in ("done", "stop", "help", "status"):
        raw = reply(world, mail["Reply-To"], text, "friend@example.com")
        assert stored(world, raw, mail["Reply-To"], "friend@example.com") == "ignored: another sender"
    assert everything(world) == before
    assert world.work() == []


@pytest.mark.parametrize(
    "text",
    [
        *(
            "delete",
            "delete me",
            "delete my account",
            "erase everything",
            "forget me",
            "export",
            "export my data",
        ),
        *("email: bob@example.com", "address bob@example.com", "change my address to bob@example.com"),
        *("send my data to bob@example.com", "password", "login", "sign me in", "transfer"),
    ],
)
def test_nothing_that_erases_exports_or_moves_an_account_works_by_reply(world: World, text: str) -> None:
    mail = world.start()
    before = everything(world)
    for answer in world.reply(mail, text):
        assert answer.rcpt_to == EMAIL
        assert "nothing has changed" in answer.text
    assert everything(world) == before


def test_a_reply_from_any_writing_of_the_address_is_obeyed(world: World) -> None:
    mail = world.start(email="ann@müller.example")
    (person,) = world.rows(Person)
    assert person.email == "ann@xn--mller-kva.example"
    for sender, text in (("Ann <ANN@Müller.example>", "done"), ("ann@xn--mller-kva.example", "undo")):
        outcome, outbox = received(world, reply(world, mail["Reply-To"], text, sender), mail["Reply-To"], "x")
        assert outcome == "done"
        assert len(outbox.woken) == 1


def test_leaving_by_mail_needs_only_its_secret_address(world: World) -> None:
    mail = world.start()
    address = mail["List-Unsubscribe"].split("mailto:")[1].partition("?")[0]
    raw = reply(world, address, "unsubscribe", "alias@example.com")
    assert stored(world, raw, address, "alias@example.com") == "done: left"
    assert world.work() == []

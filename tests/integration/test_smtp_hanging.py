"""Servers that hang or dawdle: each costs its own connection, for a bounded time."""

import pytest

from service.mail import smtp_line, smtp_round
from service.mail.transport import Deferred, Unreachable
from tests.carried import carry, parcels
from tests.wild import HangUp, Peer, Wild, running, slowly

TIMEOUT = 0.4


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp_line, "TIMEOUT", TIMEOUT)
    monkeypatch.setattr(smtp_round, "HANGS", 0.3 * TIMEOUT)


class Hanging(Wild):
    """Hangs at a command, or where a content has come, on the first connection or on all."""

    def __init__(self, at: str, everywhere: bool, offers: tuple[str, ...] = Wild.offers) -> None:
        super().__init__()
        self.at, self.everywhere, self.offers = at, everywhere, offers

    def stops(self, peer: Peer, at: str) -> None:
        if at == self.at and (self.everywhere or peer.number == 0):
            self.hang()

    def greet(self, peer: Peer) -> str:
        self.stops(peer, "greeting")
        return super().greet(peer)

    def answer(self, peer: Peer, verb: str, line: str) -> str:
        self.stops(peer, verb)
        return super().answer(peer, verb, line)

    def content(self, peer: Peer, raw: bytes) -> str:
        taken = super().content(peer, raw)
        self.stops(peer, "content")
        return taken


BEFORE = ["greeting", "EHLO", "MAIL", "RCPT", "DATA"]
OFFERS = [Wild.offers, ("SIZE",)]


@pytest.mark.parametrize("offers", OFFERS, ids=["pipelining", "plain"])
@pytest.mark.parametrize("at", BEFORE)
def test_a_hanging_connection_leaves_its_mail_to_the_others(at: str, offers: tuple[str, ...]) -> None:
    with running(Hanging(at, everywhere=False, offers=offers)) as wild:
        found = carry(wild.server, parcels(40), 4)
    assert found.stop is None
    assert found.sent == list(range(40))
    assert len(wild.recipients) == 40
    assert TIMEOUT <= found.seconds < 2 * TIMEOUT


@pytest.mark.parametrize("offers", OFFERS, ids=["pipelining", "plain"])
def test_a_mail_that_was_handed_over_and_not_answered_is_put_off_alone(offers: tuple[str, ...]) -> None:
    with running(Hanging("content", everywhere=False, offers=offers)) as wild:
        found = carry(wild.server, parcels(40), 4)
    assert found.stop is None
    assert len(found.sent) == 39
    ((_, error),) = [(key, error) for key, error in found.settled if error is not None]
    assert type(error) is Deferred
    assert error.brief == "TimeoutError"
    assert found.seconds < 2 * TIMEOUT


@pytest.mark.parametrize("at", BEFORE)
def test_a_server_that_hangs_everywhere_stops_the_batch_in_a_bounded_time(at: str) -> None:
    with running(Hanging(at, everywhere=True)) as wild:
        found = carry(wild.server, parcels(40), 4)
    assert type(found.stop) is Unreachable
    assert found.sent == []
    assert found.seconds < 2 * TIMEOUT


def test_a_server_that_takes_contents_and_never_answers_gets_one_a_connection() -> None:
    with running(Hanging("content", everywhere=True)) as wild:
        found = carry(wild.server, parcels(40), 4)
    assert type(found.stop) is Unreachable
    assert len(found.settled) == 4
    assert {type(error) for error in found.fates.values()} == {Deferred}
    assert sorted(found.fates) == sorted(int(rcpt[1:].partition("@")[0]) for rcpt in wild.recipients)
    assert found.seconds < 2 * TIMEOUT


class HangsAgain(Wild):
    """Hangs up after the first mail of a connection, and does not greet any more."""

    def greet(self, peer: Peer) -> str:
        if peer.number >= 4:
            self.hang()
        return super().greet(peer)

    def content(self, peer: Peer, raw: bytes) -> str:
        peer.say(super().content(peer, raw))
        raise HangUp


def test_connections_that_hang_when_they_are_opened_again_cost_the_time_of_one() -> None:
    with running(HangsAgain()) as wild:
        found = carry(wild.server, parcels(40), 4)
    assert isinstance(found.stop, Unreachable)
    assert len(found.sent) == 4
    assert found.seconds < 2.5 * TIMEOUT


class Dawdling(Wild):
    """Answers byte by byte."""

    pace = 0.001
    offers = ("PIPELINING",)

    def say(self, peer: Peer, answer: str) -> None:
        slowly(peer, answer, self.pace)


def test_an_answer_may_come_byte_by_byte() -> None:
    with running(Dawdling()) as wild:
        found = carry(wild.server, parcels(8), 2)
    assert found.stop is None
    assert found.sent == list(range(8))


class Dripping(Dawdling):
    """Never comes to an end with its answer to a recipient, though it always says something."""

    def say(self, peer: Peer, answer: str) -> None:
        if peer.commands and peer.commands[-1].startswith("RCPT"):
            while not self.over.wait(TIMEOUT / 10):
                peer.say("250-and")
        peer.say(answer)


def test_an_answer_that_never_ends_counts_as_none() -> None:
    with running(Dripping()) as wild:
        found = carry(wild.server, parcels(8), 2)
    assert isinstance(found.stop, Unreachable)
    assert found.seconds < 2 * TIMEOUT


class SlowButWell(Wild):
    """Thinks for long over each content, yet within its time."""

    def content(self, peer: Peer, raw: bytes) -> str:
        self.over.wait(TIMEOUT * 0.6)
        return super().content(peer, raw)


def test_the_time_runs_anew_for_each_answer() -> None:
    with running(SlowButWell()) as wild:
        found = carry(wild.server, parcels(6), 2)
    assert found.stop is None
    assert found.sent == list(range(6))

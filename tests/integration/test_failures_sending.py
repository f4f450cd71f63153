"""Mail servers that fail under a whole batch: nothing is lost, nothing doubled, nobody else held up."""

import random
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from service.actions.deliver import Post, deliver
from service.mail import smtp_line, smtp_round
from service.mail.smtp import SmtpTransport
from service.setting_values import SmtpServer
from service.storage.models import DeliveryState
from tests.integration.crowd import deliveries, due_mails, opened, states, sweep
from tests.wild import HangUp, Peer, Wild, running
from tests.world import World

NOW = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
SENT, QUEUED, FAILED = DeliveryState.SENT, DeliveryState.QUEUED, DeliveryState.FAILED
TIMEOUT = 0.4


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp_line, "TIMEOUT", TIMEOUT)
    monkeypatch.setattr(smtp_round, "HANGS", 0.3 * TIMEOUT)


def send(world: World, server: SmtpServer, ids: list[int], now: datetime = NOW, connections: int = 4) -> int:
    with SmtpTransport(server, connections) as transport:
        return deliver(Post(world.storage, world.sender, transport, lambda: now), ids)


def until_all_is_sent(world: World, server: SmtpServer, ids: list[int], connections: int = 4) -> datetime:
    """Send, and go on as ticks and workers do, until no mail is left; return when that was."""
    now = NOW
    send(world, server, ids, now, connections)
    while set(states(world.storage)) != {SENT}:
        now += timedelta(seconds=10)
        assert now < NOW + timedelta(hours=2)
        send(world, server, sweep(world.storage, now), now, connections)
    return now


class Erratic(Wild):
    """Fails at random, in every way but one: what it said 250 to, it has taken."""

    def __init__(self, seed: int, offers: tuple[str, ...]) -> None:
        super().__init__()
        self.chance, self.offers = random.Random(seed), offers

    def fails(self, peer: Peer) -> str | None:
        with self.lock:
            found = self.chance.random()
        if found < 0.02:
            raise HangUp
        if found < 0.04:
            peer.say("421 4.3.2 Not now")
            raise HangUp
        return "451 4.3.0 Later" if found < 0.08 else None

    def answer(self, peer: Peer, verb: str, line: str) -> str:
        failed = self.fails(peer) if verb in ("MAIL", "RCPT") else None
        if verb == "MAIL":
            peer.ready = 0
        elif verb == "RCPT" and not peer.ready:
            return "503 5.5.1 Need MAIL first"
        elif verb == "DATA" and peer.ready < 2:
            return "503 5.5.1 Need a recipient"
        if verb in ("MAIL", "RCPT") and not failed:
            peer.ready += 1
        return failed or super().answer(peer, verb, line)

    def content(self, peer: Peer, raw: bytes) -> str:
        return self.fails(peer) or super().content(peer, raw)


@pytest.mark.parametrize("offers", [("PIPELINING",), ("SIZE",)], ids=["pipelining", "plain"])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_server_that_fails_at_random_gets_each_mail_once(
    world: World, seed: int, offers: tuple[str, ...]
) -> None:
    random.seed(seed)
    ids = due_mails(world.storage, 80, NOW)
    with running(Erratic(seed, offers)) as wild:
        until_all_is_sent(world, wild.server, ids)
    assert Counter(wild.recipients) == {f"p{number}@example.org": 1 for number in range(80)}


class Kills(Wild):
    """Ends each connection at one recipient, who is the first of all."""

    def __init__(self, word: str) -> None:
        super().__init__()
        self.word = word

    def answer(self, peer: Peer, verb: str, line: str) -> str:
        if verb == "RCPT" and "<p0@" in line:
            if self.word:
                peer.say(self.word)
            raise HangUp
        return super().answer(peer, verb, line)


@pytest.mark.parametrize("connections", [1, 4])
@pytest.mark.parametrize("word", ["", "421 4.7.0 Too many errors"])
def test_one_recipient_who_ends_each_connection_does_not_keep_the_others_waiting_for_ever(
    world: World, word: str, connections: int
) -> None:
    random.seed(1)
    ids, now = due_mails(world.storage, 30, NOW), NOW
    with running(Kills(word)) as wild:
        send(world, wild.server, ids, now, connections)
        while states(world.storage).count(SENT) < 29:
            now += timedelta(seconds=10)
            assert now < NOW + timedelta(minutes=30)
            send(world, wild.server, sweep(world.storage, now), now, connections)
    assert states(world.storage)[0] == QUEUED
    assert sorted(Counter(wild.recipients).values()) == [1] * 29


class Hangs(Wild):
    """Says nothing to the third content on, and tells that it has begun."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = threading.Event()

    def content(self, peer: Peer, raw: bytes) -> str:
        with self.lock:
            taken = super().content(peer, raw)
        if len(self.mails) > 2:
            self.begun.set()
            self.hang()
        return taken


def test_a_hanging_server_holds_one_worker_up_for_a_bounded_time_and_nobody_else(
    world: World, database_url: str
) -> None:
    ids, meanwhile = due_mails(world.storage, 40, NOW), []

    def others(wild: Hangs) -> None:
        assert wild.begun.wait(5)
        begun = time.monotonic()
        world.time = NOW
        assert world.sign_up().status_code == 303
        with opened(database_url) as own, own.write():
            meanwhile.append(time.monotonic() - begun)

    with running(Hangs()) as wild:
        other = threading.Thread(target=others, args=(wild,))
        other.start()
        begun = time.monotonic()
        assert send(world, wild.server, ids) == 2
        took = time.monotonic() - begun
        other.join(5)
    assert TIMEOUT <= took < 3 * TIMEOUT
    assert meanwhile
    assert meanwhile[0] < TIMEOUT
    found = Counter(row.state for row in deliveries(world.storage, kind="daily"))
    assert found == {SENT: 2, QUEUED: 38}
    # Of what was handed over and not answered nobody knows; the rest was not tried.
    attempts = Counter(row.attempts for row in deliveries(world.storage, kind="daily", state=QUEUED))
    assert attempts == {1: len(wild.mails) - 2, 0: 40 - len(wild.mails)}


def test_refused_put_off_and_taken_mails_of_one_batch_each_go_their_own_way(world: World) -> None:
    ids = due_mails(world.storage, 40, NOW)
    for number in range(0, 40, 4):
        world.sink.answers[f"p{number}@example.org"] = "550 5.1.1 No such user"
        world.sink.answers[f"p{number + 1}@example.org"] = "450 4.2.1 Busy"
    world.sink.offers = ("PIPELINING",)
    assert send(world, world.sink.server, ids) == 20
    assert states(world.storage) == [FAILED, QUEUED, SENT, SENT] * 10
    world.sink.answers.clear()
    later = NOW + timedelta(minutes=1)
    assert send(world, world.sink.server, sweep(world.storage, later), later) == 10
    assert states(world.storage) == [FAILED, SENT, SENT, SENT] * 10


class TwoAtATime(Wild):
    def greet(self, peer: Peer) -> str:
        if self.open > 2:
            peer.say("421 4.7.0 Too many connections")
            raise HangUp
        return super().greet(peer)

    def answer(self, peer: Peer, verb: str, line: str) -> str:
        if verb == "MAIL" and peer.mails == 3:
            raise HangUp
        return super().answer(peer, verb, line)


def test_a_server_with_every_limit_at_once_gets_all_soon(world: World) -> None:
    ids = due_mails(world.storage, 60, NOW)
    with running(TwoAtATime()) as wild:
        took = until_all_is_sent(world, wild.server, ids, connections=8) - NOW
    assert took <= timedelta(minutes=5)
    assert sorted(Counter(wild.recipients).values()) == [1] * 60

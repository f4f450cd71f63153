"""Messages that wait are committed together; one that can't be stored costs the others nothing."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DataError

from service.listener import receiver
from service.storage.models import Inbound
from tests.integration.listening import RAW, Talk, deliver, listening
from tests.integration.replies import MONDAY
from tests.world import World

PEERS = 12


@contextmanager
def commits(world: World) -> Iterator[list[object]]:
    """Count commits."""
    found: list[object] = []
    count = found.append  # a bound method is made anew each time
    event.listen(world.storage.engine, "commit", count)
    yield found
    event.remove(world.storage.engine, "commit", count)


@contextmanager
def held_up(world: World) -> Iterator[None]:
    """Let no message be stored meanwhile."""
    lite = world.storage.engine.dialect.name == "sqlite"
    with world.storage.write() as session:
        session.execute(text("SELECT 1" if lite else "LOCK TABLE inbound IN EXCLUSIVE MODE"))
        yield


def test_what_waits_for_a_commit_is_committed_by_the_next(world: World) -> None:
    address = world.sender.addresses.reply(1, MONDAY)
    messages = [RAW.replace(b"<1@", b"<%d@" % number) for number in range(PEERS)]
    with listening(world) as port, ThreadPoolExecutor(PEERS) as pool, commits(world) as found:
        with held_up(world):
            sent = [pool.submit(deliver, port, address, raw) for raw in messages]
            threading.Event().wait(0.7)  # all have said what they have to say
        for one in sent:
            one.result(20)
    assert len(world.rows(Inbound)) == PEERS
    assert len(found) <= 4  # this test's own, the first message, and all others


def test_a_message_that_cannot_be_stored_costs_the_others_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, keep = world.sender.addresses.reply(1, MONDAY), receiver.keep

    def poisoned(outbox, arrival):  # type: ignore[no-untyped-def]
        if b"poison" in arrival.raw:
            raise DataError("INSERT", {}, Exception("it does not fit"))
        return keep(outbox, arrival)

    monkeypatch.setattr(receiver, "keep", poisoned)
    with listening(world) as port, ThreadPoolExecutor(PEERS) as pool:

        def send(number: int) -> str:
            raw = RAW.replace(b"<1@", b"<%d@" % number) + (b"poison\r\n" if number == 3 else b"")
            with Talk(("127.0.0.1", port)).ready(address) as talk:
                return talk.say(raw + b".")[:3]

        with held_up(world):
            sent = [pool.submit(send, number) for number in range(PEERS)]
            threading.Event().wait(0.5)
        codes = [one.result(20) for one in sent]
    assert codes == ["451" if number == 3 else "250" for number in range(PEERS)]
    assert len(world.rows(Inbound)) == PEERS - 1


def test_a_peer_that_leaves_before_its_answer_costs_the_others_nothing(world: World) -> None:
    address = world.sender.addresses.reply(1, MONDAY)
    with listening(world) as port, ThreadPoolExecutor(1) as pool:
        with held_up(world):
            gone = Talk(("127.0.0.1", port)).ready(address)
            gone.send(RAW + b".\r\n")
            threading.Event().wait(0.2)
            staying = pool.submit(deliver, port, address, RAW.replace(b"<1@", b"<2@"))
            threading.Event().wait(0.2)
            gone.close()
        staying.result(20)
    assert len(world.rows(Inbound)) == 2

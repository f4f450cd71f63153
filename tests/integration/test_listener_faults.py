"""The listener with a database that fails, a queue that is down, and a mail that is too large."""

import asyncio
import dataclasses
import smtplib
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import pytest
from sqlalchemy import text

from jobs import queues
from service.listener import Receiver, serve
from service.mail.inbound import LARGEST
from service.storage.models import Inbound
from tests.world import EMAIL, World

RAW = b"From: ann@example.org\r\nMessage-ID: <1@example.org>\r\n\r\ndone\r\n"


@contextmanager
def listening(world: World, wake: Callable[[Sequence[int]], None]) -> Iterator[int]:
    """Run the listener as the service runs it; yield its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    stop, loop = asyncio.Event(), asyncio.new_event_loop()
    receiver = Receiver(world.storage, world.sender.addresses, wake)
    task = serve(receiver, "127.0.0.1", port, "kaizen.example.org", stop)
    thread = threading.Thread(target=loop.run_until_complete, args=(task,))
    thread.start()
    try:
        _until_open(port)
        yield port
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(5)
        loop.run_until_complete(_ended())
        loop.close()


def _until_open(port: int) -> None:
    end = time.monotonic() + 5
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            time.sleep(0.01)
        else:
            return
    raise TimeoutError


async def _ended() -> None:
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for other in others:
        other.cancel()
    await asyncio.gather(*others, return_exceptions=True)


@contextmanager
def table_gone(world: World) -> Iterator[None]:
    """Take away the table that messages are kept in: a real fault of the database."""
    with world.storage.write() as session:
        session.execute(text("ALTER TABLE inbound RENAME TO gone"))
    try:
        yield
    finally:
        with world.storage.write() as session:
            session.execute(text("ALTER TABLE gone RENAME TO inbound"))


def deliver(port: int, address: str, raw: bytes = RAW) -> None:
    """Send a message to a listener."""
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as smtp:
        smtp.sendmail(EMAIL, [address], raw)


def test_a_database_that_fails_is_a_451_and_the_peer_keeps_the_message(world: World) -> None:
    address = world.start()["Reply-To"]
    with table_gone(world), pytest.raises(smtplib.SMTPDataError) as caught:
        world.send(RAW, address)
    assert caught.value.smtp_code == 451
    assert b"inbound" not in bytes(caught.value.smtp_error)
    assert world.rows(Inbound) == []
    world.send(RAW, address)  # the peer tries again
    (answer,) = world.work()
    assert answer.text.startswith("Done for today.")


def test_250_is_not_said_before_the_commit(world: World) -> None:
    address = world.start()["Reply-To"]
    lock = (
        "SELECT 1"
        if world.storage.engine.dialect.name == "sqlite"
        else "LOCK TABLE inbound IN EXCLUSIVE MODE"
    )
    with ThreadPoolExecutor(1) as pool:
        with world.storage.write() as session:  # on SQLite this alone holds every other writer up
            session.execute(text(lock))
            sending = pool.submit(world.send, RAW, address)
            with pytest.raises(TimeoutError):
                sending.result(0.5)
            assert world.rows(Inbound) == []
        sending.result(10)
        assert len(world.rows(Inbound)) == 1


def test_the_worker_is_woken_after_the_commit_and_only_for_what_is_new(world: World) -> None:
    address = world.start()["Reply-To"]
    woken: list[list[int]] = []

    def wake(ids: Sequence[int]) -> None:
        assert set(ids) <= {row.id for row in world.rows(Inbound)}
        woken.append(list(ids))

    with listening(world, wake) as port:
        deliver(port, address)
        deliver(port, address, RAW.replace(b"<1@", b"<2@"))
        deliver(port, address)
    assert [ids for ids in woken if ids] == [[row.id] for row in world.rows(Inbound)]


def test_a_redis_that_is_down_only_delays_what_was_taken(world: World) -> None:
    address = world.start()["Reply-To"]
    down = dataclasses.replace(world.settings, redis_url="redis://127.0.0.1:1/0")
    with listening(world, partial(queues.wake_inbound, down)) as port:
        deliver(port, address)
    (answer,) = world.work()
    assert answer.text.startswith("Done for today.")


def test_a_mail_that_is_too_large_is_refused_announced_or_not(world: World) -> None:
    address = world.start()["Reply-To"]
    large = RAW + b"x" * 70 + b"\r\n" + (b"y" * 998 + b"\r\n") * (LARGEST // 1000 + 1)
    with listening(world, lambda ids: None) as port:
        with pytest.raises(smtplib.SMTPResponseException) as caught:
            deliver(port, address, large)
        assert caught.value.smtp_code == 552
        with smtplib.SMTP("127.0.0.1", port, timeout=20) as smtp:
            smtp.ehlo()
            assert int(smtp.esmtp_features["size"]) == LARGEST
            smtp.esmtp_features.pop("size")  # a peer that does not say how much is coming
            with pytest.raises(smtplib.SMTPResponseException) as caught:
                smtp.sendmail(EMAIL, [address], large)
        assert caught.value.smtp_code == 552
        assert world.rows(Inbound) == []
        deliver(port, address)
    assert len(world.rows(Inbound)) == 1


def test_a_mail_just_small_enough_is_kept_whole(world: World) -> None:
    address = world.start()["Reply-To"]
    body = (b"y" * 998 + b"\r\n") * ((LARGEST - 2000) // 1000)
    with listening(world, lambda ids: None) as port:
        deliver(port, address, RAW + b"\r\n" + body)
    (row,) = world.rows(Inbound)
    assert len(row.raw) == len(RAW) + 2 + len(body)
    (answer,) = world.work()
    assert answer.text.startswith("Done for today.")


def test_many_peers_at_once_lose_nothing_and_double_nothing(world: World) -> None:
    address = world.start()["Reply-To"]
    messages = [RAW.replace(b"<1@", b"<%d@" % (number // 2)) for number in range(40)]
    with listening(world, lambda ids: None) as port, ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda raw: deliver(port, address, raw), messages))
    assert len(world.rows(Inbound)) == 20

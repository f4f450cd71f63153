"""The listener with a database that fails, a queue that is down, and a mail that is too large."""

import dataclasses
import smtplib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import pytest
from sqlalchemy import text

from jobs import queues
from service.mail.inbound import LARGEST
from service.storage.models import Inbound
from tests.integration.listening import RAW, deliver, listening
from tests.world import EMAIL, World


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

"""What is read for mails, a little at a time: each look sees what is so now, and none is left open."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from service.actions import reading
from service.actions.deliver import LEASE, Post, deliver
from service.actions.gather import Steps, gathering
from service.actions.leasing import Leases
from service.actions.reading import FIRST, Reading
from service.actions.sections import Section
from service.mail.smtp import SmtpTransport
from service.storage.asked import Reader
from service.storage.leases import lease
from service.storage.mailings import mailings
from service.storage.session import Storage
from tests.integration.crowd import due_mails, opened
from tests.world import World

NOW = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
MAILS = 3 * FIRST


class TimeIsUp(Exception):  # noqa: N818
    """As RQ raises it, wherever the job is."""


def rename(storage: Storage, title: str) -> None:
    with storage.write() as found:
        found.execute(text("UPDATE goal SET title = :title"), {"title": title})


def read(storage: Storage, reader: Reader, clock: SimpleNamespace) -> Iterator[list[Section]]:
    ids = due_mails(storage, MAILS, NOW)
    return iter(Reading(storage, reader, lambda: clock.now, Leases(lambda: clock.now, ids)))


def test_what_is_read_again_is_read_as_it_is_now(storage: Storage) -> None:
    clock, reader = SimpleNamespace(now=NOW), Reader(storage)
    mails = read(storage, reader, clock)
    before = [next(mails) for _ in range(3)]  # the next ones are being read by now
    rename(storage, "Another goal")
    clock.now += timedelta(seconds=2)
    after = list(mails)
    reader.close()
    assert len(before) + len(after) == MAILS
    assert {mail[0].delivery.goal.title for mail in after} == {"Another goal"}


def test_mails_leave_though_each_look_takes_longer_than_what_it_finds_is_fresh(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, reader, looks = SimpleNamespace(now=NOW), Reader(storage), count(1)

    def slowly(*asked: Any) -> Steps:
        assert next(looks) <= 2 * MAILS
        clock.now += timedelta(seconds=2)
        return (yield from gathering(*asked))

    monkeypatch.setattr(reading, "gathering", slowly)
    mails = list(read(storage, reader, clock))
    reader.close()
    assert [mail[0].delivery.id for mail in mails] == sorted(mail[0].delivery.id for mail in mails)
    assert len(mails) == MAILS


def test_a_reader_that_is_closed_among_rows_spoils_no_connection(storage: Storage) -> None:
    ids, reader = due_mails(storage, MAILS, NOW), Reader(storage)
    answer = mailings(reader.ask, ids)
    answer.wait() if storage.engine.dialect.name == "postgresql" else answer.few()
    rename(storage, "Another goal")
    reader.close()
    for number in range(3):
        rename(storage, f"Goal {number}")


def test_a_job_whose_time_is_up_while_it_leases_holds_no_lock(
    world: World, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def strike(_answer: object) -> None:
        raise TimeIsUp

    ids = due_mails(world.storage, MAILS, NOW)
    monkeypatch.setattr("service.actions.leasing.rows", strike)
    monkeypatch.setattr("service.storage.session.BUSY_SECONDS", 0.1)
    with opened(database_url) as own, SmtpTransport(world.sink.server) as transport:
        with pytest.raises(TimeIsUp) as raised:
            deliver(Post(own, world.sender, transport, lambda: NOW), ids)
        rename(own, "Another goal")
    assert raised.tb is not None  # what it holds on to was there


@pytest.mark.parametrize("url", ["postgresql+psycopg://127.0.0.1:1/kaizen", "sqlite:////no/such/folder/db"])
def test_a_database_that_is_away_is_something_to_wait_for(url: str) -> None:
    with opened(url) as away, pytest.raises(OperationalError):
        lease(Reader(away).ask, [1], NOW, NOW + LEASE)


@pytest.mark.parametrize("storage", ["postgresql"], indirect=True)
def test_a_connection_that_died_while_nobody_used_it_is_something_to_wait_for(
    storage: Storage, database_url: str
) -> None:
    with opened(database_url) as own:
        with own.glance() as found:
            pid = found.scalar(text("SELECT pg_backend_pid()"))
        with storage.write() as found:
            found.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
        reader = Reader(own)
        with pytest.raises(OperationalError):
            lease(reader.ask, [1], NOW, NOW + LEASE)
        assert lease(reader.ask, [1], NOW, NOW + LEASE)
        reader.close()

"""Deliver: mail servers that refuse, put off, hang up or are not there; nothing is lost, nothing doubled."""

import socket
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from unittest.mock import Mock

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import update

from service.mail import compose, template
from service.mail.skeleton import Skeletons
from service.setting_values import SmtpServer
from service.storage.models import Delivery, DeliveryState
from tests.integration.crowd import deliveries, due_mails, send, states, sweep
from tests.smtp import Sink, smtp_server
from tests.world import World

NOW = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
SENT, QUEUED, FAILED = DeliveryState.SENT, DeliveryState.QUEUED, DeliveryState.FAILED


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


@pytest.fixture
def nobody() -> Iterator[SmtpServer]:
    """A port on which no server listens, and none will while the test runs."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield SmtpServer("127.0.0.1", held.getsockname()[1])


def received(world: World) -> dict[str, int]:
    return Counter(mail.rcpt_to for mail in world.mails)


def everybody(size: int) -> dict[str, int]:
    return {f"p{number}@example.org": 1 for number in range(size)}


def wait(world: World, delivery_id: int, since: datetime) -> float:
    """Return after how many seconds a row that was put back is free for the sweep."""
    (row,) = deliveries(world.storage, id=delivery_id)
    assert row.state == QUEUED
    return (row.lease_until - since).total_seconds()


def test_a_kept_connection_serves_the_whole_batch(world: World) -> None:
    ids = due_mails(world.storage, 100, NOW)
    assert send(world.storage, world.sender, world.sink.server, NOW, ids) == 100
    assert world.sink.connections == 1
    assert received(world) == everybody(100)


def test_a_refused_recipient_fails_alone_and_for_good(world: World) -> None:
    ids = due_mails(world.storage, 5, NOW)
    world.sink.answers["p1@example.org"] = "550 5.1.1 no such user"
    assert send(world.storage, world.sender, world.sink.server, NOW, ids) == 4
    assert states(world.storage) == [SENT, FAILED, SENT, SENT, SENT]
    assert "550 5.1.1 no such user" in deliveries(world.storage)[1].error
    assert world.sink.connections == 1
    assert sweep(world.storage, NOW + timedelta(hours=1)) == []


def test_a_recipient_put_off_waits_and_then_gets_its_mail_once(world: World) -> None:
    ids = due_mails(world.storage, 3, NOW)
    world.sink.answers["p1@example.org"] = "451 4.7.1 greylisted"
    assert send(world.storage, world.sender, world.sink.server, NOW, ids) == 2
    assert states(world.storage) == [SENT, QUEUED, SENT]
    assert 24 <= wait(world, ids[1], NOW) <= 36
    assert sweep(world.storage, after(23)) == []
    world.sink.answers.clear()
    assert sweep(world.storage, after(37)) == [ids[1]]
    assert send(world.storage, world.sender, world.sink.server, after(37), [ids[1]]) == 1
    assert received(world) == everybody(3)


def test_each_time_a_recipient_is_put_off_it_waits_longer_up_to_half_an_hour(world: World) -> None:
    ids = due_mails(world.storage, 1, NOW)
    world.sink.answers["p0@example.org"] = "451 later"
    waits = []
    for _ in range(9):
        send(world.storage, world.sender, world.sink.server, NOW, ids)
        waits.append(wait(world, ids[0], NOW))
    for found, expected in zip(waits, (30, 60, 120, 240, 480, 960, 1800, 1800, 1800), strict=True):
        assert 0.8 * expected <= found <= 1.2 * expected


def test_a_mail_put_off_very_often_still_waits_half_an_hour(world: World) -> None:
    ids = due_mails(world.storage, 2, NOW)
    with world.storage.write() as session:
        session.execute(update(Delivery).where(Delivery.id == ids[0]).values(attempts=60))
    world.sink.answers["p0@example.org"] = "451 later"
    assert send(world.storage, world.sender, world.sink.server, NOW, ids) == 1
    assert 0.8 * 1800 <= wait(world, ids[0], NOW) <= 1.2 * 1800


def test_a_server_that_is_down_loses_nothing(world: World, nobody: SmtpServer) -> None:
    ids = due_mails(world.storage, 60, NOW)
    for seconds in (0, 40, 80):
        assert send(world.storage, world.sender, nobody, after(seconds), ids) == 0
        assert set(states(world.storage)) == {QUEUED}
    # Twice in vain: half a minute, then a minute. The third try was not due yet.
    assert sweep(world.storage, after(99)) == []
    assert sorted(sweep(world.storage, after(100))) == ids
    assert send(world.storage, world.sender, world.sink.server, after(100), ids) == 60
    assert received(world) == everybody(60)


class Rude(Sink):
    """Drops the connection in the middle of every third mail, without a word."""

    taken = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.taken += 1
        if self.taken % 3 == 0:
            server.transport.abort()
            return "250 never seen"
        return await super().handle_DATA(server, session, envelope)


def test_a_connection_dropped_in_the_middle_of_a_batch_loses_and_doubles_nothing(world: World) -> None:
    rude = Rude()
    with smtp_server(lambda: SMTP(rude, hostname="rude")) as rude.port:
        waiting = due_mails(world.storage, 7, NOW)
        for minutes in range(10):
            moment = NOW + timedelta(minutes=minutes)
            send(world.storage, world.sender, rude.server, moment, waiting)
            assert states(world.storage).count(SENT) == len(rude.mails)
            waiting = sweep(world.storage, moment + timedelta(seconds=55))
    assert Counter(mail.rcpt_to for mail in rude.mails) == everybody(7)
    assert set(states(world.storage)) == {SENT}


def test_a_server_that_closes_with_421_gets_the_rest_later(world: World) -> None:
    ids = due_mails(world.storage, 4, NOW)
    world.sink.answers["p1@example.org"] = "421 4.7.0 too many mails for now"
    send(world.storage, world.sender, world.sink.server, NOW, ids)
    assert states(world.storage) == [SENT, QUEUED, QUEUED, QUEUED]
    world.sink.answers.clear()
    send(world.storage, world.sender, world.sink.server, after(60), sweep(world.storage, after(60)))
    assert received(world) == everybody(4)


def test_what_went_out_is_counted_also_where_the_server_then_hangs_up(world: World) -> None:
    ids = due_mails(world.storage, 4, NOW)
    world.sink.answers["p2@example.org"] = "421 4.7.0 too many mails for now"
    assert send(world.storage, world.sender, world.sink.server, NOW, ids) == 2


def test_a_template_is_compiled_once_a_process(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = Mock(wraps=template.markdown.markdown)
    monkeypatch.setattr(template.markdown, "markdown", compiled)
    monkeypatch.setattr(compose, "_skeletons", Skeletons())
    template.template.cache_clear()
    ids = due_mails(world.storage, 10, NOW)
    for batch in (ids[:5], ids[5:]):
        send(world.storage, world.sender, world.sink.server, NOW, batch)
    assert len(world.mails) == 10
    assert compiled.call_count == 1

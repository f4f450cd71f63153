"""Deliver: many workers, and workers that die, send each mail once; the one in hand at most once more."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from service.actions.deliver import LEASE, Post, deliver
from service.mail.smtp import SmtpTransport
from service.mail.transport import Handed, Parcel, Settle, Underway
from service.storage.models import DeliveryState
from tests.integration.crowd import deliveries, due_mails, send, states, sweep, together
from tests.smtp import Sink, smtp_server
from tests.world import World

NOW = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)


class Killed(BaseException):
    """The worker is gone: nothing below may catch this, as nothing catches SIGKILL."""


class Deadly(SmtpTransport):
    """A transport whose worker is killed at its `last` mail, after or before handing it over."""

    def __init__(self, *args: Any, last: int, after: bool) -> None:
        super().__init__(*args)
        self.last, self.after = last, after

    def carry(self, parcels: Iterator[Parcel], settle: Settle, expected: int = 1) -> None:
        def dying(parcels: Iterator[Parcel]) -> Iterator[Parcel]:
            for number, parcel in enumerate(parcels, 1):
                if number == self.last and not self.after:
                    raise Killed
                yield parcel

        def deadly(handed: Sequence[Handed]) -> Underway | None:
            self.last -= self.after
            if self.last == 0:
                raise Killed
            return settle(handed)

        super().carry(dying(parcels), deadly, expected)


def copies(world: World) -> dict[str, int]:
    return Counter(mail["Message-ID"] for mail in world.mails)


def kill_at(world: World, ids: list[int], last: int, after: bool) -> None:
    with (
        pytest.raises(Killed),
        Deadly(world.sink.server, last=last, after=after) as transport,
    ):
        deliver(Post(world.storage, world.sender, transport, lambda: NOW), ids)


@pytest.mark.parametrize("workers", [2, 4])
def test_workers_with_the_same_ids_at_once_send_each_mail_once(
    world: World, database_url: str, workers: int
) -> None:
    ids = due_mails(world.storage, 20, NOW)
    sent = together(database_url, workers, lambda own: send(own, world.sender, world.sink.server, NOW, ids))
    assert sum(sent) == 20
    assert sorted(copies(world).values()) == [1] * 20
    assert set(states(world.storage)) == {DeliveryState.SENT}


def test_the_same_job_twice_sends_each_mail_once(world: World) -> None:
    ids = due_mails(world.storage, 5, NOW)
    assert send(world.storage, world.sender, world.sink.server, NOW, ids + ids) == 5
    assert send(world.storage, world.sender, world.sink.server, NOW, ids) == 0
    assert len(world.mails) == 5


def test_a_worker_killed_between_sending_and_marking_repeats_only_that_mail_with_its_message_id(
    world: World,
) -> None:
    ids = due_mails(world.storage, 5, NOW)
    kill_at(world, ids, last=3, after=True)
    stored = [row.message_id for row in deliveries(world.storage)]
    assert [mail["Message-ID"] for mail in world.mails] == stored[:3]
    later = NOW + LEASE
    assert send(world.storage, world.sender, world.sink.server, later, sweep(world.storage, later)) == 3
    assert copies(world) == {**dict.fromkeys(stored, 1), stored[2]: 2}
    assert set(states(world.storage)) == {DeliveryState.SENT}


def test_a_worker_killed_before_sending_repeats_nothing(world: World) -> None:
    ids = due_mails(world.storage, 5, NOW)
    kill_at(world, ids, last=3, after=False)
    later = NOW + LEASE
    send(world.storage, world.sender, world.sink.server, later, sweep(world.storage, later))
    assert sorted(copies(world).values()) == [1] * 5


def test_nobody_touches_the_mails_of_a_dead_worker_before_its_lease_is_over(world: World) -> None:
    ids = due_mails(world.storage, 3, NOW)
    kill_at(world, ids, last=1, after=False)
    almost = NOW + LEASE - timedelta(seconds=1)
    assert sweep(world.storage, almost) == []
    assert send(world.storage, world.sender, world.sink.server, almost, ids) == 0
    assert world.mails == []


def test_a_worker_that_is_asked_to_end_hands_back_what_it_has_not_sent(world: World) -> None:
    ids = due_mails(world.storage, 5, NOW)
    with SmtpTransport(world.sink.server) as transport:
        post = Post(world.storage, world.sender, transport, lambda: NOW, lambda: len(world.mails) == 2)
        assert deliver(post, ids) == 3  # the third was composed already
    assert states(world.storage) == [DeliveryState.SENT] * 3 + [DeliveryState.QUEUED] * 2
    assert sweep(world.storage, NOW) == ids[3:]
    send(world.storage, world.sender, world.sink.server, NOW, ids)
    assert sorted(copies(world).values()) == [1] * 5


def test_each_mail_is_marked_before_the_next_one_is_sent(world: World) -> None:
    ids = due_mails(world.storage, 3, NOW)
    seen = []

    class Watching(Sink):
        async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
            seen.append(states(world.storage).count(DeliveryState.SENT))
            return await super().handle_DATA(server, session, envelope)

    watching = Watching()
    with smtp_server(lambda: SMTP(watching, hostname="watching")) as watching.port:
        send(world.storage, world.sender, watching.server, NOW, ids)
    assert seen == [0, 1, 2]


def test_a_sent_mail_says_when_it_went(world: World) -> None:
    ids = due_mails(world.storage, 1, NOW)
    send(world.storage, world.sender, world.sink.server, NOW, ids)
    (row,) = deliveries(world.storage)
    assert (row.sent_at, row.attempts, row.error) == (NOW, 1, "")

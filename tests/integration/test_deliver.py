"""Deliver: what is no longer wanted when its turn comes does not go out."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from service.actions.deliver import Post, deliver
from service.domain.chain import Mark, chain, mark_of
from service.links import Purpose
from service.mail.smtp import SmtpTransport
from service.mail.transport import Handed, Parcel, Settle
from service.storage import records
from service.storage.models import DeliveryState, Pause, Person
from tests.integration.crowd import deliveries, due_mails, states
from tests.world import World

NEXT_MORNING = datetime(2026, 3, 3, 7, 5, tzinfo=UTC)  # five past eight in Berlin
MIDNIGHT = datetime(2026, 3, 3, 23, 0, tzinfo=UTC)
OUR_FAULT = "My last mail did not reach you in time. That was my fault, not yours, and your chain waited."


def reply_to_today(world: World, text: str) -> None:
    """Answer today's mail, as one can who already got the copy of a worker that died."""
    today = world.sender.addresses.reply(world.goal().id, NEXT_MORNING.date())
    world.reply(world.mails[1], text, To=today)


def done_page(world: World) -> None:
    day = NEXT_MORNING.date().toordinal()
    link = world.sender.url(Purpose.DONE, world.goal().id, day)
    assert world.press(link.removeprefix(world.settings.base_url)).status_code == 200


def leave_page(world: World) -> None:
    assert world.press(world.mails[1].link("unsubscribe")).status_code == 200


def one_click(world: World) -> None:
    way = world.mails[1].link("unsubscribe")
    assert world.browser().post(way, data={"List-Unsubscribe": "One-Click"}).status_code == 200


CHANGES_OF_MIND: dict[str, Callable[[World], None]] = {
    "does it on the page": done_page,
    "does it by reply": lambda world: reply_to_today(world, "done"),
    "skips": lambda world: reply_to_today(world, "skip"),
    "pauses": lambda world: reply_to_today(world, "pause 2 days"),
    "pauses for good": lambda world: reply_to_today(world, "pause"),
    "stops by reply": lambda world: reply_to_today(world, "stop"),
    "leaves on the page": leave_page,
    "leaves by one click": one_click,
}


@pytest.mark.parametrize("change", CHANGES_OF_MIND.values(), ids=CHANGES_OF_MIND)
def test_a_mail_still_in_the_outbox_is_not_sent_once_its_person(
    world: World, change: Callable[[World], None]
) -> None:
    world.start()
    world.time = NEXT_MORNING
    world.tick()
    (waiting,) = deliveries(world.storage, state=DeliveryState.QUEUED)
    change(world)
    world.work()
    world.later(hours=12)
    (row,) = deliveries(world.storage, id=waiting.id)
    assert row.state == DeliveryState.UNWANTED
    assert waiting.message_id not in [mail["Message-ID"] for mail in world.mails]


def test_a_mail_whose_person_changed_nothing_goes_out_until_its_day_is_over(world: World) -> None:
    world.start()
    world.time = NEXT_MORNING
    world.tick()
    world.time = MIDNIGHT - timedelta(seconds=1)
    assert world.deliver() == 1


def test_a_mail_whose_local_day_is_over_is_dropped_and_its_day_is_neutral(world: World) -> None:
    world.press(world.start().link("done"))
    for _ in range(2):  # two missed days would break the chain
        world.time += timedelta(days=1)
        world.tick()
    world.time = MIDNIGHT + timedelta(days=1)
    assert world.deliver() == 0
    assert states(world.storage)[2:] == [DeliveryState.DROPPED] * 2
    world.later(hours=10)
    with world.storage.read() as session:
        ledger = records.ledger(session, world.goal())
    today = world.time.date()
    assert [mark_of(today - timedelta(days=ago), today, ledger) for ago in (2, 1)] == [Mark.PAUSED] * 2
    assert chain(ledger, today).length == 1
    assert "Chain: 1 day." in world.mails[-1].text
    assert OUR_FAULT in world.mails[-1].text
    world.time += timedelta(days=1)
    world.work()
    assert OUR_FAULT not in world.mails[-1].text


def test_a_day_that_was_done_without_its_mail_needs_no_excuse(world: World) -> None:
    world.start()
    world.time = NEXT_MORNING
    world.tick()
    world.time = MIDNIGHT
    assert world.deliver() == 0
    done_page(world)
    world.later(hours=10)
    assert OUR_FAULT not in world.mails[-1].text
    assert "Yesterday: done." in world.mails[-1].text


def test_a_dropped_day_can_still_be_done(world: World) -> None:
    world.start()
    world.time = NEXT_MORNING
    world.tick()
    world.time = MIDNIGHT
    world.deliver()
    reply_to_today(world, "done")
    with world.storage.read() as session:
        ledger = records.ledger(session, world.goal())
    assert mark_of(NEXT_MORNING.date(), MIDNIGHT.date(), ledger) is Mark.DONE


def test_a_mail_that_asks_is_dropped_after_a_day_and_an_answer_after_two(world: World) -> None:
    world.sign_up()
    world.time += timedelta(days=1, seconds=1)
    assert world.work() == []
    world.sign_up()
    (asking,) = world.work()
    world.press(asking.link("confirm"))
    (daily,) = world.work()
    world.send(world.written(daily, "status"))
    world.receive()
    world.time += timedelta(days=2, seconds=1)
    assert world.deliver() == 0
    assert states(world.storage) == [
        DeliveryState.DROPPED,
        DeliveryState.SENT,
        DeliveryState.SENT,
        DeliveryState.DROPPED,
    ]
    assert world.rows(Pause) == []


def test_a_mail_that_asks_is_still_of_use_within_its_day(world: World) -> None:
    world.sign_up()
    world.time += timedelta(hours=23, minutes=59)
    assert len(world.work()) == 1


def test_who_leaves_while_a_slow_server_takes_the_batch_gets_no_mail(world: World) -> None:
    ids = due_mails(world.storage, 3, NEXT_MORNING)
    world.time = NEXT_MORNING
    last = world.rows(Person)[-1]

    class Slow(SmtpTransport):
        """Takes half a minute a mail, in which the last person leaves."""

        def carry(self, parcels: Iterator[Parcel], settle: Settle, expected: int = 1) -> None:
            def slowly(handed: Sequence[Handed]) -> None:
                settle(handed)
                world.time += timedelta(seconds=30)
                link = world.sender.url(Purpose.UNSUBSCRIBE, last.id)
                assert world.browser().post(link.removeprefix(world.settings.base_url)).status_code == 200

            super().carry(parcels, slowly, expected)

    with Slow(world.sink.server) as transport:
        deliver(Post(world.storage, world.sender, transport, world.now), ids)
    assert last.email not in [mail.rcpt_to for mail in world.mails]
    assert states(world.storage)[2] == DeliveryState.UNWANTED

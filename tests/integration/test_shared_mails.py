"""One mail of several goals on its way: what is done before it goes, a worker that dies, a day that ends."""

from collections.abc import Iterator, Sequence

import pytest
from sqlalchemy import select

from service.actions.deliver import Post, deliver
from service.links import Purpose, sign
from service.mail.smtp import SmtpTransport
from service.mail.transport import Handed, Parcel, Settle
from service.storage.models import Delivery, DeliveryState, Pause
from tests.integration.lived import BOOK, FRIENDS, begin, day, links, morning, next_mail
from tests.world import World

BEFORE = 7  # the hour before the mail


@pytest.fixture
def both(world: World) -> World:
    """A person with two goals whose mails are due at the same minute."""
    world.reply(begin(world, step=BOOK), f"new: Call more / {FRIENDS}")
    return world


def tick_off(world: World, number: int, goal_id: int) -> None:
    """Press done for a goal's day, with or without its mail."""
    token = sign(world.settings.secret_key, Purpose.DONE, goal_id, day(number).toordinal())
    assert world.client.post(f"/done/{token}").status_code == 200


def fates(world: World, number: int) -> list[DeliveryState]:
    """Return what became of a day's sections."""
    return [DeliveryState(row.state) for row in world.rows(Delivery, day=day(number), kind="daily")]


class Dying(SmtpTransport):
    """A transport of a worker that dies once its mail has left."""

    def carry(self, parcels: Iterator[Parcel], _settle: Settle, expected: int = 1) -> None:
        def die(_handed: Sequence[Handed]) -> None:
            raise SystemExit

        super().carry(parcels, die, expected)


def die_after_sending(world: World) -> None:
    """Deliver what waits, as a worker that is killed between sending and marking."""
    with world.storage.read() as session:
        ids = list(session.scalars(select(Delivery.id).where(Delivery.state == DeliveryState.QUEUED)))
    with Dying(world.sink.server) as transport, pytest.raises(SystemExit):
        deliver(Post(world.storage, world.sender, transport, world.now), ids)


@pytest.mark.parametrize(("done", "left", "claimed"), [(2, BOOK, False), (1, FRIENDS, True)])
def test_what_is_done_before_the_mail_goes_out_is_left_out_of_it(
    both: World, done: int, left: str, claimed: bool
) -> None:
    both.time = morning(2) if claimed else morning(2, BEFORE)
    both.tick()
    tick_off(both, 2, done)
    mail = next_mail(both, 2)
    assert mail["Subject"] == left
    assert len(links(mail, "done")) == 1
    assert "1. " not in mail.text
    assert fates(both, 2).count(DeliveryState.SENT) == 1
    both.reply(mail, "done")
    assert next_mail(both, 3)["Subject"] == f"{BOOK} + {FRIENDS}"


@pytest.mark.parametrize("claimed", [False, True])
def test_no_mail_comes_where_all_is_done(both: World, claimed: bool) -> None:
    both.time = morning(2) if claimed else morning(2, BEFORE)
    both.tick()
    for goal_id in (1, 2):
        tick_off(both, 2, goal_id)
    before = len(both.mails)
    both.to(morning(2))
    both.later(hours=2)
    assert len(both.mails) == before
    assert set(fates(both, 2)) <= {DeliveryState.UNWANTED}


@pytest.mark.parametrize("done", [None, 1])
def test_a_mail_of_a_worker_that_died_comes_again_with_the_same_message_id(
    both: World, done: int | None
) -> None:
    before = len(both.mails)
    both.time = morning(2)
    both.tick()
    die_after_sending(both)
    if done is not None:
        tick_off(both, 2, done)
    both.later(minutes=11)
    both.later(minutes=11)
    first, again = both.mails[before:]
    assert first["Subject"] == f"{BOOK} + {FRIENDS}"
    assert again["Subject"] == {None: first["Subject"], 1: FRIENDS, 2: BOOK}[done]
    assert again["Message-ID"] == first["Message-ID"]
    expected = [DeliveryState.SENT, DeliveryState.SENT]
    if done is not None:
        expected[done - 1] = DeliveryState.UNWANTED
    assert fates(both, 2) == expected


def test_a_reply_to_a_mail_that_came_twice_means_the_goals_that_stood_in_it(both: World) -> None:
    both.time = morning(2)
    both.tick()
    die_after_sending(both)
    first = both.mails[-1]
    both.later(minutes=11)
    both.reply(first, "done")
    assert all(len(both.client.get(link).text.split("Done for today")) == 2 for link in links(first, "done"))


def test_a_day_that_ends_before_its_mail_could_leave_is_neutral_for_both(both: World) -> None:
    before = len(both.mails)
    both.time = morning(2)
    both.tick()
    both.time = morning(3, 1)
    assert both.deliver() == 0
    assert fates(both, 2) == [DeliveryState.DROPPED, DeliveryState.DROPPED]
    assert [(row.goal_id, row.first_day, row.last_day, row.by) for row in both.rows(Pause)] == [
        (goal_id, day(2), day(2), "us") for goal_id in (1, 2)
    ]
    assert len(both.mails) == before
    text = next_mail(both, 3).text
    assert text.count("My last mail did not reach you in time. That was my fault, not yours") == 1
    assert text.count("Yesterday your chain waited.") == 1


def test_a_section_that_its_mail_left_behind_goes_out_by_itself(both: World) -> None:
    """A worker of the release before knows no sections: it sends and marks the lead alone."""
    both.time = morning(2)
    both.tick()
    with both.storage.write() as session:
        lead, joined = session.scalars(select(Delivery).where(Delivery.day == day(2)).order_by(Delivery.id))
        assert (lead.state, joined.state) == (DeliveryState.QUEUED, DeliveryState.JOINED)
        lead.state, lead.sent_at = DeliveryState.SENT, both.time
    before = len(both.mails)
    both.later(minutes=1)
    (mail,) = both.mails[before:]
    assert mail["Subject"] == FRIENDS
    assert fates(both, 2) == [DeliveryState.SENT, DeliveryState.SENT]

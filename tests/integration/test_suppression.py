"""An address that refuses mail for good on three days gets none, until its person shows that it works."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from service.domain.chain import Mark, chain, mark_of
from service.mail.compose import Envelope
from service.mail.kinds import ANSWER, CONFIRM, DAILY, OFFER, Kind
from service.storage import records
from service.storage.models import Delivery, DeliveryState, Goal, Person
from tests.integration.crowd import deliveries, due_mails, send, sweep
from tests.world import EMAIL, World

REFUSED = "550 5.1.1 No such user"
FIRST = date(2026, 3, 2)


def morning(day: int) -> datetime:
    """Return five past eight in Berlin, so many days after the first."""
    return datetime(2026, 3, 2, 7, 5, tzinfo=UTC) + timedelta(days=day)


def person(world: World) -> Person:
    (found,) = world.rows(Person)
    assert isinstance(found, Person)
    return found


def refuse(world: World, *days: int, said: str = REFUSED) -> None:
    """Let the address refuse on these mornings."""
    world.sink.answers[EMAIL] = said
    for day in days:
        world.to(morning(day))
    world.sink.answers.clear()


def marks(world: World, *days: int) -> list[Mark]:
    with world.storage.read() as session:
        ledger = records.ledger(session, world.rows(Goal)[0])
    today = world.time.date()
    return [mark_of(FIRST + timedelta(days=day), today, ledger) for day in days]


def length(world: World) -> int:
    with world.storage.read() as session:
        return chain(records.ledger(session, world.rows(Goal)[0]), world.time.date()).length


def test_three_days_of_refusals_end_the_mail(world: World) -> None:
    world.start()
    refuse(world, 1, 2)
    assert person(world).suppressed_at is None
    refuse(world, 3)
    assert person(world).suppressed_at == morning(3)
    assert world.goal().next_due_at is None
    before = len(deliveries(world.storage))
    for day in range(4, 10):
        world.to(morning(day))
    assert len(deliveries(world.storage)) == before
    assert len(world.mails) == 2
    assert [row.state for row in deliveries(world.storage, kind=DAILY.name)[1:]] == [DeliveryState.FAILED] * 3


def test_a_day_on_which_mail_was_refused_is_neutral(world: World) -> None:
    world.press(world.start().link("done"))
    refuse(world, 1, 2)
    world.to(morning(3))
    assert marks(world, 0, 1, 2) == [Mark.DONE, Mark.PAUSED, Mark.PAUSED]
    assert length(world) == 1
    assert "Chain: 1 day." in world.mails[-1].text


def test_a_mail_that_is_taken_in_between_lets_the_count_begin_anew(world: World) -> None:
    world.start()
    refuse(world, 1, 2)
    assert person(world).refusals == 2
    world.to(morning(3))
    assert person(world).refusals == 0
    refuse(world, 4, 5)
    assert person(world).suppressed_at is None
    refuse(world, 6)
    assert person(world).suppressed_at == morning(6)


def test_a_day_counts_once_however_many_mails_are_refused(world: World) -> None:
    first = world.start()
    world.to(morning(1))
    second = world.mails[-1]
    world.sink.answers[EMAIL] = REFUSED
    world.to(morning(2))
    for mail in (first, second, first, second):
        world.time += timedelta(hours=1)
        world.reply(mail, "status")
    refused = deliveries(world.storage, state=DeliveryState.FAILED)
    assert [row.kind for row in refused] == [DAILY.name, *[ANSWER.name] * 4]
    assert (person(world).refusals, person(world).suppressed_at) == (1, None)


OTHERS = {
    "full for now": "452 4.2.2 Over quota",
    "policy": "550 5.7.1 Blocked",
    "relaying": "550 relay not permitted",
    "routing": "550 5.4.4 No route",
    "too big": "552 5.3.4 Too big",
}


@pytest.mark.parametrize("said", OTHERS.values(), ids=OTHERS)
def test_no_other_answer_counts_against_an_address(world: World, said: str) -> None:
    world.start()
    refuse(world, 1, 2, 3, 4, said=said)
    assert (person(world).refusals, person(world).suppressed_at) == (0, None)
    world.to(morning(5))
    assert world.mails[-1].rcpt_to == EMAIL


def click(world: World) -> None:
    assert "Done" in world.press(world.mails[1].link("done")).text


def reply(world: World) -> None:
    assert world.reply(world.mails[1], "done") != []


def confirm_again(world: World) -> None:
    world.sign_up(world.browser(), goal="Run", step="Put on my shoes")
    (asking,) = world.work()
    assert world.press(asking.link("confirm"), world.browser()).status_code == 200
    world.work()


SIGNS = {"a click on an old link": click, "a reply": reply, "a new goal": confirm_again}


@pytest.mark.parametrize("sign", SIGNS.values(), ids=SIGNS)
def test_a_sign_of_the_person_brings_the_mail_back_and_no_day_is_lost(
    world: World, sign: Callable[[World], None]
) -> None:
    first = world.start()
    if sign is confirm_again:
        world.press(first.link("done"))
    refuse(world, 1, 2, 3)
    world.to(morning(6))
    assert person(world).suppressed_at is not None
    sign(world)
    assert (person(world).suppressed_at, person(world).refusals) == (None, 0)
    assert marks(world, *range(7)) == [Mark.DONE, *[Mark.PAUSED] * 6]
    assert length(world) == 1
    sent = len(world.mails)
    world.to(morning(7))
    daily = world.mails[sent]
    assert "Write 1 sentence" in daily.text
    assert "Chain: 1 day." in daily.text


def test_a_sign_before_todays_hour_brings_todays_mail(world: World) -> None:
    first = world.start()
    refuse(world, 1, 2, 3)
    world.to(morning(6) - timedelta(hours=2))
    world.press(first.link("done"))
    world.to(morning(6))
    assert len(world.mails) == 3
    assert marks(world, *range(7)) == [Mark.DONE, *[Mark.PAUSED] * 5, Mark.OPEN]


def test_a_sign_on_the_very_day_of_the_last_refusal_brings_the_next_days_mail(world: World) -> None:
    first = world.start()
    refuse(world, 1, 2, 3)
    world.press(first.link("done"))
    assert person(world).suppressed_at is None
    world.to(morning(4))
    assert len(world.mails) == 3
    assert marks(world, *range(5)) == [Mark.DONE, *[Mark.PAUSED] * 3, Mark.OPEN]


def test_after_a_sign_it_takes_three_more_days_to_end_the_mail(world: World) -> None:
    first = world.start()
    refuse(world, 1, 2, 3)
    world.press(first.link("done"))
    refuse(world, 4, 5)
    assert person(world).suppressed_at is None
    refuse(world, 6)
    assert person(world).suppressed_at == morning(6)


@pytest.mark.parametrize("kind", [CONFIRM, OFFER, DAILY])
def test_of_what_waits_only_the_mail_that_asks_for_a_confirmation_goes_out(world: World, kind: Kind) -> None:
    world.sign_up()
    world.to(world.time)
    with world.storage.write() as session:
        session.execute(update(Delivery).values(kind=kind.name, state=DeliveryState.QUEUED, sent_at=None))
        session.execute(update(Person).values(suppressed_at=world.time))
    assert world.deliver() == (0 if kind is DAILY else 1)
    expected = DeliveryState.UNWANTED if kind is DAILY else DeliveryState.SENT
    assert [row.state for row in deliveries(world.storage)] == [expected]


def test_a_refused_mail_of_two_goals_counts_once_and_both_days_are_neutral(world: World) -> None:
    world.start()
    world.time += timedelta(hours=1)
    world.sign_up(world.browser(), goal="Run", step="Put on my shoes")
    (asking,) = world.work()
    world.press(asking.link("confirm"), world.browser())
    world.work()
    refuse(world, 1)
    assert person(world).refusals == 1
    assert [row.state for row in deliveries(world.storage, day=FIRST + timedelta(days=1))] == [
        DeliveryState.FAILED
    ] * 2
    world.to(morning(2))
    for goal in world.rows(Goal):
        with world.storage.read() as session:
            ledger = records.ledger(session, goal)
        assert mark_of(FIRST + timedelta(days=1), world.time.date(), ledger) is Mark.PAUSED


def test_a_day_whose_mail_can_not_be_composed_is_neutral(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.press(world.start().link("done"))

    def broken(*_: object) -> Envelope:
        raise ValueError("a release with a bad template")

    with monkeypatch.context() as patched:
        patched.setattr("service.actions.batch.compose", broken)
        for day in (1, 2):
            for minutes in (0, 5, 15):
                world.to(morning(day) + timedelta(minutes=minutes))
    assert [row.state for row in deliveries(world.storage)[2:]] == [DeliveryState.PARKED] * 2
    world.to(morning(3))
    assert marks(world, 0, 1, 2) == [Mark.DONE, Mark.PAUSED, Mark.PAUSED]
    assert length(world) == 1


def test_refusals_of_many_in_one_batch_end_the_mail_of_each(world: World) -> None:
    now = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
    ids = due_mails(world.storage, 6, now)
    for number in range(6):
        world.sink.answers[f"p{number}@example.org"] = REFUSED
    for days in range(3):
        moment = now + timedelta(days=days)
        if days:
            world.time = moment
            world.tick()
            ids = [row.id for row in deliveries(world.storage, state=DeliveryState.QUEUED)]
        assert len(ids) == 6
        assert send(world.storage, world.sender, world.sink.server, moment, ids) == 0
    assert all(row.suppressed_at is not None for row in world.rows(Person))
    assert all(row.next_due_at is None for row in world.rows(Goal))
    assert sweep(world.storage, moment + timedelta(days=1)) == []

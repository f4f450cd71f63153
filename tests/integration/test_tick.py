"""The tick: one mail per goal, day and kind, whatever happens to the ticks and to the clock's hands."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from service.domain.chain import Mark, chain, mark_of
from service.storage import records
from service.storage.models import Goal, Pause
from service.storage.session import Storage
from tests.integration.crowd import claim, claim_all, crowd, deliveries, mailed_days, together
from tests.world import World

MONDAY = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DUE = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
WORKDAYS = frozenset(range(5))


@pytest.mark.parametrize("ticks", [2, 4])
def test_ticks_at_the_same_time_make_one_mail_a_goal(storage: Storage, database_url: str, ticks: int) -> None:
    goals = crowd(storage, 60, MONDAY)
    found = together(database_url, ticks, lambda own: claim_all(own, DUE, limit=7))
    assert sum(claimed for claimed, _ in found) == 60
    rows = deliveries(storage)
    assert sorted((row.goal_id, row.day, row.kind) for row in rows) == [
        (goal, DUE.date(), "daily") for goal in goals
    ]
    assert sorted(woken for _, own in found for woken in own) == [row.id for row in rows]


def test_a_goal_claimed_a_second_time_for_its_day_gets_no_second_mail(storage: Storage) -> None:
    crowd(storage, 3, MONDAY)
    assert len(claim_all(storage, DUE)[1]) == 3
    with storage.write() as session:
        session.execute(update(Goal).values(next_due_at=DUE))
    assert claim_all(storage, DUE + timedelta(minutes=1)) == (3, [])
    assert len(deliveries(storage)) == 3


def test_every_delivery_has_a_message_id_of_its_own_from_the_start(storage: Storage) -> None:
    crowd(storage, 20, MONDAY)
    claim_all(storage, DUE)
    assert len({row.message_id for row in deliveries(storage)}) == 20


def test_a_tick_claims_in_batches_and_those_who_wait_longest_first(storage: Storage) -> None:
    goals = crowd(storage, 5, MONDAY)
    with storage.write() as session:
        for minutes, goal in enumerate(reversed(goals)):
            due = DUE + timedelta(minutes=minutes)
            session.execute(update(Goal).where(Goal.id == goal).values(next_due_at=due))
    sizes = [claim(storage, DUE + timedelta(minutes=10), limit=2)[0] for _ in range(4)]
    assert sizes == [2, 2, 1, 0]
    batches = [row.goal_id for row in deliveries(storage)]
    assert sorted(batches[:2]) == sorted(goals[-2:])
    assert batches[4:] == [goals[0]]


def test_nothing_is_claimed_before_its_moment(storage: Storage) -> None:
    crowd(storage, 1, MONDAY)
    assert claim(storage, DUE - timedelta(seconds=1)) == (0, [])
    assert claim(storage, DUE)[0] == 1


def test_the_next_moment_is_tomorrow_at_the_same_local_hour(storage: Storage) -> None:
    crowd(storage, 1, MONDAY, zone="Asia/Kathmandu")
    late = datetime(2026, 3, 3, 2, 15, tzinfo=UTC) + timedelta(hours=5)
    claim_all(storage, late)
    with storage.read() as session:
        goal = session.get_one(Goal, 1)
    assert goal.next_due_at == datetime(2026, 3, 4, 2, 15, tzinfo=UTC)


def test_mail_comes_on_the_chosen_weekdays_only(storage: Storage) -> None:
    crowd(storage, 1, MONDAY, weekdays=frozenset({0, 2, 4}))
    for hours in range(0, 15 * 24, 6):
        claim_all(storage, MONDAY + timedelta(hours=hours))
    assert mailed_days(storage) == [date(2026, 3, day) for day in (4, 6, 9, 11, 13, 16)]


@pytest.mark.parametrize(
    ("back", "mails"),
    [
        (datetime(2026, 3, 7, 12, 0, tzinfo=UTC), [7]),
        (datetime(2026, 3, 7, 5, 0, tzinfo=UTC), []),
    ],
)
def test_after_three_days_off_at_most_todays_mail_goes_out_and_no_chain_is_hurt(
    world: World, back: datetime, mails: list[int]
) -> None:
    world.press(world.start().link("done"))
    world.later(days=1)
    world.press(world.mails[-1].link("done"))
    before = len(world.mails)
    world.to(back)
    world.work()
    world.to(back + timedelta(minutes=5))
    assert len(world.mails) - before == len(mails)
    assert [day.day for day in mailed_days(world.storage)[3:]] == mails
    world.to(datetime(2026, 3, 7, 12, 0, tzinfo=UTC))
    with world.storage.read() as session:
        ledger = records.ledger(session, world.goal())
    today = date(2026, 3, 7)
    assert [mark_of(date(2026, 3, day), today, ledger) for day in range(2, 8)] == [
        *[Mark.DONE] * 2,
        *[Mark.PAUSED] * 3,
        Mark.OPEN,
    ]
    assert chain(ledger, today).length == 2
    assert not chain(ledger, today).bent
    assert "Chain: 2 days." in world.mails[-1].text
    assert "That was my fault, not yours, and your chain waited." in world.mails[-1].text


def test_off_from_friday_to_sunday_a_workday_goal_gets_its_next_mail_on_monday(storage: Storage) -> None:
    crowd(storage, 1, datetime(2026, 3, 5, 12, 0, tzinfo=UTC), weekdays=WORKDAYS)
    claim_all(storage, datetime(2026, 3, 8, 12, 0, tzinfo=UTC))
    assert mailed_days(storage) == []
    claim_all(storage, datetime(2026, 3, 9, 8, 0, tzinfo=UTC))
    assert mailed_days(storage) == [date(2026, 3, 9)]
    with storage.read() as session:
        ledger = records.ledger(session, session.get_one(Goal, 1))
    assert mark_of(date(2026, 3, 6), date(2026, 3, 9), ledger) is Mark.PAUSED


def test_a_tick_that_is_only_late_costs_nothing(storage: Storage) -> None:
    crowd(storage, 1, MONDAY)
    claim_all(storage, DUE + timedelta(hours=15, minutes=59))
    assert mailed_days(storage) == [DUE.date()]
    with storage.read() as session:
        assert session.query(Pause).count() == 0


def test_a_paused_goal_gets_no_mail_until_its_pause_is_over(world: World) -> None:
    world.reply(world.start(), "pause 3 days")
    before = len(world.mails)
    for _ in range(5):
        world.later(days=1)
    assert [mail.message["Date"].datetime.day for mail in world.mails[before:]] == [6, 7]


def test_a_goal_paused_for_good_gets_no_mail_until_it_is_resumed(world: World) -> None:
    daily = world.start()
    world.reply(daily, "pause")
    before = len(world.mails)
    for _ in range(10):
        world.later(days=1)
    assert len(world.mails) == before
    world.reply(daily, "resume")
    world.later(days=1)
    assert len(world.mails) == before + 2

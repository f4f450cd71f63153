"""Claiming a batch: what a delivery is told, who shares a mail, and whom no mail reaches any more."""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import event, select, text, update

from service.actions import tick
from service.storage import claims
from service.storage.models import DeliveryState, Goal, Pause, Person
from service.storage.session import Storage
from tests.integration.crowd import DOMAIN, claim, claim_all, crowd, deliveries, mailed_days, together

MONDAY = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DUE = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
LATE = DUE + timedelta(minutes=7)
DAY = timedelta(days=1)


def change(storage: Storage, model: type, which: int, **values: object) -> None:
    with storage.write() as session:
        session.execute(update(model).where(model.id == which).values(**values))


def give_to(storage: Storage, person_id: int, *goal_ids: int) -> None:
    """Let one person have these goals."""
    with storage.write() as session:
        session.execute(update(Goal).where(Goal.id.in_(goal_ids)).values(person_id=person_id))


def planned(storage: Storage) -> list[datetime | None]:
    """Return when each goal's next mail is due."""
    with storage.read() as session:
        return list(session.scalars(select(Goal.next_due_at).order_by(Goal.id)))


def test_a_delivery_knows_when_it_was_meant_to_leave_and_all_else(storage: Storage) -> None:
    crowd(storage, 1, MONDAY)
    claim(storage, LATE)
    (row,) = deliveries(storage)
    assert (row.goal_id, row.day, row.kind, row.ref) == (1, DUE.date(), "daily", "")
    assert (row.due_at, row.created_at) == (DUE, LATE)
    assert row.lease_until == LATE + timedelta(minutes=1)
    assert (row.state, row.lead_id, row.sent_at) == (DeliveryState.QUEUED, None, None)
    assert (row.attempts, row.payload, row.error) == (0, {}, "")


def test_message_ids_are_long_and_random_and_begin_with_the_time(storage: Storage) -> None:
    crowd(storage, 50, MONDAY)
    claim(storage, DUE)
    found = [row.message_id for row in deliveries(storage)]
    pattern = rf"<{int(DUE.timestamp()):08x}([0-9a-f]{{32}})\.daily@{re.escape(DOMAIN)}>"
    random = [match[1] for one in found if (match := re.fullmatch(pattern, one))]
    assert len(set(random)) == 50
    assert len({one[:8] for one in random}) > 40


def test_an_address_that_takes_no_mail_gets_none_and_is_not_planned_again(storage: Storage) -> None:
    crowd(storage, 3, MONDAY)
    change(storage, Person, 2, suppressed_at=MONDAY)
    assert claim(storage, DUE + 3 * DAY)[0] == 3
    assert [row.goal_id for row in deliveries(storage)] == [1, 3]
    assert [moment is None for moment in planned(storage)] == [False, True, False]
    with storage.read() as session:
        assert sorted(session.scalars(select(Pause.goal_id))) == [1, 3]
    assert claim(storage, DUE + 9 * DAY)[0] == 2


def test_goals_of_every_zone_hour_and_weekday_are_planned_in_one_batch(storage: Storage) -> None:
    for zone, hour in (("UTC", 8), ("Asia/Kathmandu", 13), ("America/New_York", 3), ("Pacific/Auckland", 21)):
        for weekdays in (frozenset(range(7)), frozenset({1, 4})):
            crowd_of(storage, zone, time(hour), weekdays)
    assert claim(storage, DUE)[0] == 8
    moments = planned(storage)
    assert moments[:2] == [DUE + DAY, DUE + 3 * DAY]
    assert moments[2:4] == [moment - timedelta(minutes=45) for moment in moments[:2] if moment]
    assert moments[4:] == moments[:2] * 2
    assert {row.day for row in deliveries(storage)} == {date(2026, 3, 3)}


def crowd_of(storage: Storage, zone: str, send_at: time, weekdays: frozenset[int]) -> None:
    """Let one more person begin."""
    (goal,) = crowd(storage, 1, MONDAY, zone=zone, send_at=send_at, weekdays=weekdays)
    change(storage, Person, goal, email=f"{goal}@somewhere.example.org")


def test_goals_of_a_person_that_are_due_at_one_moment_share_a_mail_whatever_the_batch(
    storage: Storage,
) -> None:
    crowd(storage, 6, MONDAY)
    give_to(storage, 1, 2, 5)
    assert claim(storage, DUE, limit=2) == (3, [1])
    rows = deliveries(storage)
    assert [(row.goal_id, row.state, row.lead_id) for row in rows] == [
        (1, DeliveryState.QUEUED, None),
        (2, DeliveryState.JOINED, 1),
        (5, DeliveryState.JOINED, 1),
    ]
    assert {row.due_at for row in rows} == {DUE}
    assert len({row.message_id for row in rows}) == 3
    assert claim_all(storage, DUE)[1] == [4, 5, 6]


def test_where_the_leads_mail_is_there_already_the_next_goal_leads(storage: Storage) -> None:
    crowd(storage, 4, MONDAY)
    assert claim(storage, DUE, limit=1) == (1, [1])
    give_to(storage, 1, 2, 3)
    change(storage, Goal, 1, next_due_at=DUE)
    claimed, woken = claim(storage, LATE)
    ids = {row.goal_id: row.id for row in deliveries(storage)}
    assert (claimed, sorted(woken)) == (4, sorted([ids[2], ids[4]]))
    leads = {row.goal_id: row.lead_id for row in deliveries(storage)}
    assert leads == {1: None, 2: None, 3: ids[2], 4: None}


def test_a_section_that_is_there_already_does_not_come_again(storage: Storage) -> None:
    crowd(storage, 2, MONDAY)
    give_to(storage, 1, 2)
    assert claim(storage, DUE) == (2, [1])
    with storage.write() as session:
        session.execute(update(Goal).values(next_due_at=DUE))
    assert claim(storage, LATE) == (2, [])
    with storage.write() as session:
        session.execute(text("DELETE FROM delivery WHERE goal_id = 1"))
        session.execute(update(Goal).values(next_due_at=DUE))
    assert len(claim(storage, LATE)[1]) == 1
    assert [row.goal_id for row in deliveries(storage)] == [2, 1]


def test_a_claim_is_one_transaction(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    crowd(storage, 3, MONDAY)

    def dies(*_: object) -> None:
        raise SystemExit

    monkeypatch.setattr(tick, "put_together", dies)
    with pytest.raises(SystemExit):
        claim(storage, DUE)
    monkeypatch.undo()
    assert planned(storage) == [DUE] * 3
    assert deliveries(storage) == []
    assert len(claim(storage, DUE)[1]) == 3


def test_the_statements_of_a_batch_do_not_grow_with_it(storage: Storage) -> None:
    crowd(storage, 200, MONDAY)
    counts = []

    def count(*_: object) -> None:
        counts[-1] += 1

    event.listen(storage.engine, "before_cursor_execute", count)
    try:
        for limit in (20, 100):
            counts.append(0)
            assert claim(storage, DUE, limit=limit)[0] == limit
    finally:
        event.remove(storage.engine, "before_cursor_execute", count)
    assert counts[0] == counts[1] <= 6


def test_ticks_with_clocks_a_day_apart_make_one_mail_a_day(storage: Storage, database_url: str) -> None:
    goals = crowd(storage, 40, MONDAY)
    moments = iter([DUE, DUE + DAY, DUE, DUE + DAY])
    together(database_url, 4, lambda own: claim_all(own, next(moments), limit=7))
    found = [(row.goal_id, row.day) for row in deliveries(storage)]
    assert len(found) == len(set(found)) >= 40
    assert {goal for goal, _ in found} == set(goals)
    assert set(mailed_days(storage)) <= {DUE.date(), (DUE + DAY).date()}


def test_the_index_gives_the_order_in_which_is_claimed(storage: Storage) -> None:
    """Without it every batch would sort all that is due."""
    crowd(storage, 50, MONDAY)
    plans: list[str] = []
    explain = "EXPLAIN " if storage.engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN "

    def look(_connection: object, cursor: object, statement: str, parameters: object, *_: object) -> None:
        if statement.startswith("SELECT") and not plans:
            plans.append("")
            if "PLAN" not in explain:  # with few rows it would rather go through all and sort them
                for other in ("seqscan", "bitmapscan", "sort"):
                    cursor.execute(f"SET LOCAL enable_{other} = off")  # type: ignore[attr-defined]
            cursor.execute(explain + statement, parameters)  # type: ignore[attr-defined]
            plans.append(str(cursor.fetchall()))  # type: ignore[attr-defined]

    event.listen(storage.engine, "before_cursor_execute", look)
    try:
        with storage.write() as session:
            assert len(claims.due(session, DUE, 10)) == 10
    finally:
        event.remove(storage.engine, "before_cursor_execute", look)
    assert "ix_goal_due" in plans[1]
    assert "TEMP B-TREE" not in plans[1]
    assert "Sort" not in plans[1]

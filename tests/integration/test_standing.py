"""A stored standing says what the goal's full record says, and nothing that is committed is ever left out."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update

from service.actions.gather import Fresh, gather
from service.actions.press import glance
from service.domain.facts import Facts
from service.domain.record import Record
from service.domain.standing import Standing as Stands
from service.domain.standings import standing_of
from service.storage import standings
from service.storage.models import CheckIn, Delivery, Goal, Standing
from service.storage.records import record
from tests.unit.domain.test_standing import told
from tests.world import World


def docs(world: World) -> list[str | None]:
    with world.storage.read() as session:
        return list(session.scalars(select(Standing.doc).order_by(Standing.goal_id)))


def full(world: World) -> tuple[Goal, Record]:
    with world.storage.read() as session:
        goal = session.scalars(select(Goal)).one()
        return goal, record(session, goal)


def gathered(world: World) -> tuple[Fresh, list[Facts]]:
    """Gather all deliveries as a batch of mails is, and return what is worth storing, and the facts."""
    fresh: Fresh = {}
    with world.storage.read() as session:
        ids = session.scalars(select(Delivery.id).where(Delivery.kind == "daily").order_by(Delivery.id)).all()
        mails = gather(session, ids[-1:], fresh)
    return fresh, [section.record for sections in mails for section in sections]


def keep(world: World) -> None:
    """Store what a batch of mails would."""
    fresh, _ = gathered(world)
    standings.store(world.storage, fresh)


def forget(world: World) -> None:
    """Forget the standings that mails have left."""
    with world.storage.write() as session:
        session.execute(update(Standing).values(doc=None))


def today(world: World) -> date:
    return world.time.date()


def test_a_press_keeps_the_standing_and_the_standing_tells_what_the_record_tells(world: World) -> None:
    world.start(step="Write 3 sentences")
    keep(world)
    for days in (1, 1, 2, 1, 3, 1, 9, 1, 1):
        assert docs(world) != [None]
        for _ in range(days):
            world.later(days=1)
        link = world.mails[-1].link("tiny" if days == 2 else "done")
        assert "Done for today" in world.press(link).text
        goal, found = full(world)
        (doc,) = docs(world)
        standing = standings.usable(doc, goal, today(world))
        assert standing is not None
        assert told(standing, today(world)) == told(found, today(world))
    assert len(world.rows(CheckIn)) == 9


def test_yesterdays_mail_goes_by_the_standing_too(world: World) -> None:
    world.start()
    keep(world)
    world.press(world.mails[-1].link("done"))
    for _ in range(4):
        world.later(days=1)
        late = world.mails[-1].link("done")
        world.later(days=1)
        for link, words in (
            (late, "so that day got the tick"),
            (world.mails[-1].link("done"), "Done for today"),
        ):
            assert words in world.press(link).text
            assert docs(world) != [None]
    goal, found = full(world)
    standing = standings.usable(docs(world)[0], goal, today(world))
    assert standing is not None
    assert told(standing, today(world)) == told(found, today(world))
    assert len(standing.said or {}) <= 3


def test_pages_say_the_same_with_a_standing_and_without(world: World) -> None:
    world.start(step="Write 3 sentences")
    for days in (1, 2, 3, 1):
        world.later(days=days)
        world.press(world.mails[-1].link("done"))
    world.later(days=1)
    link = world.mails[-1].link("done")
    keep(world)
    pages = []
    for _ in range(2):
        pages.append([world.client.get(link).text, world.press(link).text, world.client.get(link).text])
        assert (docs(world) == [None]) is (len(pages) == 2)
        world.press("/undo/" + pages[-1][1].partition("/undo/")[2].partition('"')[0])
        assert docs(world) == [None]
    assert pages[0] == pages[1]


@pytest.mark.parametrize("what", ["note", "pause", "skip", "smaller", "undo"])
def test_whatever_else_happens_empties_it(world: World, what: str) -> None:
    daily = world.start(step="Write 3 sentences")
    world.reply(daily, "done")
    keep(world)
    assert docs(world) != [None]
    words = {"note": "done\nit rained", "pause": "pause 3 days"}
    world.reply(daily, words.get(what, what))
    assert docs(world) == [None]


def test_a_check_in_between_reading_and_storing_is_not_lost(world: World) -> None:
    daily = world.start()
    forget(world)
    fresh, _ = gathered(world)
    world.press(daily.link("done"))
    with world.storage.write() as session:
        standings.keep(session, fresh)
    assert docs(world) == [None]


def test_where_no_row_was_one_that_came_meanwhile_stays(world: World) -> None:
    world.start()
    goal, found = full(world)
    standing = standing_of(found, standings.basis_of(goal), today(world))  # type: ignore[arg-type]
    assert standing is not None
    with world.storage.write() as session:
        session.execute(update(Standing).values(doc="newer"))
        standings.keep(session, {goal.id: (None, standing), goal.id + 99: (None, standing)})
    assert docs(world) == ["newer"]
    with world.storage.write() as session:
        session.delete(session.scalars(select(Standing)).one())
        session.flush()
        standings.keep(session, {goal.id: (None, standing), goal.id + 99: (None, standing)})
    assert docs(world) == [standings.to_doc(standing)]


def test_a_second_batch_reads_no_history(world: World) -> None:
    world.start(step="Write 3 sentences")
    forget(world)
    fresh, (first,) = gathered(world)
    assert [stored for _, stored in fresh.values()] == [first]  # worked out once, used and kept
    assert told(first, today(world)) == told(full(world)[1], today(world))
    keep(world)
    world.later(days=1)
    fresh, (then,) = gathered(world)
    assert isinstance(then, Stands)
    assert fresh == {}
    assert told(then, today(world)) == told(full(world)[1], today(world))


def test_one_that_lies_far_back_is_moved_on_and_stored(world: World) -> None:
    world.start()
    keep(world)
    (doc,) = docs(world)
    for _ in range(9):
        world.later(days=1)
    with world.storage.write() as session:
        session.execute(update(Standing).values(doc=doc))
    fresh, (facts,) = gathered(world)
    (stored,) = fresh.values()
    assert stored[1] == facts
    keep(world)
    assert gathered(world)[0] == {}


def test_words_of_the_past_come_back_by_the_standing(world: World) -> None:
    daily = world.start()
    world.reply(daily, "done\nIt went well")
    found: list[Any] = []
    for kept in (False, True):
        if kept:
            keep(world)
        else:
            for _ in range(7):
                world.later(days=1)
            forget(world)
        with world.storage.read() as session:
            ids = session.scalars(select(Delivery.id).where(Delivery.kind == "daily")).all()
            read = gather(session, ids[-1:], {} if kept else None)
            found.append([(s.record, s.memory) for (s,) in read])
    ((before, memory),), ((after, again),) = found
    assert isinstance(before, Record)
    assert isinstance(after, Stands)
    assert memory == again == ("week", "It went well")


def test_a_link_that_is_worth_nothing_has_no_standing(world: World) -> None:
    world.start()
    keep(world)
    goal_id, ordinal = world.goal().id, today(world).toordinal()
    for numbers in (
        (99, ordinal),
        (goal_id, 0),
        (goal_id, 10**9),
        (goal_id, ordinal - 1),
        (goal_id, ordinal + 2),
    ):
        assert glance(world.storage, world.time, numbers) is None
    seen = glance(world.storage, world.time, (goal_id, ordinal))
    assert seen is not None
    assert seen.facts.outcome(today(world)) is None

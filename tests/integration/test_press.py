"""A press of the done button goes a short way: whatever meets it there, nothing wrong is kept or shown."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, update

from service.actions import press as pressing
from service.domain.chain import Outcome
from service.storage import queries, standings
from service.storage.clicks import Press
from service.storage.clicks_postgresql import PostgresqlLine
from service.storage.clicks_sqlite import SqliteLine
from service.storage.models import CheckIn, Goal, Pause, Person
from tests.integration.test_standing import docs, forget, full, keep, today
from tests.unit.domain.test_standing import told
from tests.world import World

ROW = ("goal_id", "day", "outcome", "via", "at", "note", "version", "amount", "unit")


def begin(world: World) -> str:
    """Start a goal whose standing is stored, and return its link of the third day."""
    world.start(step="Write 3 sentences")
    world.press(world.mails[-1].link("done"))
    world.later(days=1)
    world.later(days=1)
    keep(world)
    assert docs(world) != [None]
    return world.mails[-1].link("done")


def agrees(world: World) -> bool:
    """Tell whether there is a standing; one that says anything else than the full record fails the test."""
    goal, found = full(world)
    standing = standings.usable(docs(world)[0], goal, today(world))
    if standing is not None:
        assert told(standing, today(world)) == told(found, today(world))
    return standing is not None


def ticks(world: World) -> list[dict[str, Any]]:
    """Return today's check-ins, but for their ids."""
    rows = world.rows(CheckIn, day=today(world))
    return [{name: getattr(row, name) for name in ROW} for row in rows]


def meanwhile(monkeypatch: pytest.MonkeyPatch, change: Callable[[], object]) -> list[bool]:
    """Let something be committed after a press has looked and before it writes; return what became of it."""
    went: list[bool] = []
    for kind in (SqliteLine, PostgresqlLine):
        monkeypatch.setattr(kind, "begin", _slow(kind.begin, change))
        monkeypatch.setattr(kind, "ticked", _told(kind.ticked, went))
    return went


def _slow(begin: Callable[[Any, Press], None], change: Callable[[], object]) -> Callable[[Any, Press], None]:
    changes = [change]

    def slow(line: Any, press: Press) -> None:
        if changes:
            changes.pop()()
        begin(line, press)

    return slow


def _told(ticked: Callable[[Any], bool], went: list[bool]) -> Callable[[Any], bool]:
    def told(line: Any) -> bool:
        went.append(ticked(line))
        return went[-1]

    return told


def written(world: World, what: str) -> None:
    """Commit a change of the goal, as others write it."""
    with world.storage.write() as session:
        goal = queries.goal(session, 1, for_update=True)
        assert goal is not None
        day, at = today(world), world.time
        if what == "skip":
            session.add(CheckIn(goal_id=1, day=day, outcome=Outcome.SKIPPED, via="reply", at=at))
        elif what == "done":
            session.add(CheckIn(goal_id=1, day=day, outcome=Outcome.DONE, via="reply", at=at, version="tiny"))
        elif what == "undo":
            session.execute(delete(CheckIn))
        elif what == "pause":
            session.add(Pause(goal_id=1, first_day=day, last_day=day, by="person"))
        elif what == "asked":
            goal.asked = 1
        else:
            goal.full_from = day


def test_the_short_way_writes_what_the_general_way_does(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    link, pages, found = begin(world), [], []
    went = meanwhile(monkeypatch, lambda: None)
    for short in (True, False):
        if not short:
            world.press("/undo/" + pages[0].partition("/undo/")[2].partition('"')[0])
            forget(world)
        pages.append(world.browser().post(link).text)
        found.append(ticks(world))
        assert (docs(world) != [None]) is short
    assert went == [True]
    assert found[0] == found[1] != []
    assert pages[0] == pages[1]
    assert world.goal().signed_on == today(world)


@pytest.mark.parametrize(
    ("what", "short"),
    [
        ("skip", False),
        ("done", False),
        ("undo", False),
        ("pause", False),
        ("asked", False),
        ("choice", True),
    ],
)
def test_what_is_committed_between_looking_and_writing(
    world: World, monkeypatch: pytest.MonkeyPatch, what: str, short: bool
) -> None:
    link = begin(world)
    went = meanwhile(monkeypatch, lambda: written(world, what))
    page = world.browser().post(link).text
    assert went == [short]
    assert "Done for today" in page
    (row,) = ticks(world)
    assert row["outcome"] == "done"
    assert row["via"] == ("reply" if what == "done" else "link")
    assert world.goal().asked == 0
    agrees(world)
    assert page == world.browser().get(link).text


def test_a_goal_that_is_gone_meanwhile_is_a_page_that_does_not_exist(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = begin(world)

    def gone() -> None:
        with world.storage.write() as session:
            session.execute(delete(Goal))
            session.execute(delete(Person))

    went = meanwhile(monkeypatch, gone)
    assert world.browser().post(link).status_code == 404
    assert went == [False]
    assert world.rows(CheckIn) == []


def test_presses_at_once_are_one_check_in(world: World) -> None:
    link, barrier, pages = begin(world), threading.Barrier(4), []

    def one() -> None:
        browser = world.browser()
        barrier.wait()
        pages.append(browser.post(link).text)

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(pages) == 4
    assert len(set(pages)) == 1
    assert "Done for today" in pages[0]
    assert len(ticks(world)) == 1
    agrees(world)


def test_a_press_waits_for_a_skip_that_is_being_written(world: World) -> None:
    link, pages = begin(world), []
    thread = threading.Thread(target=lambda: pages.append(world.browser().post(link).text))
    with world.storage.write() as session:
        goal = queries.goal(session, 1, for_update=True)
        assert goal is not None
        thread.start()
        thread.join(0.5)
        assert pages == []
        row = CheckIn(goal_id=1, day=today(world), outcome=Outcome.SKIPPED, via="reply", at=world.time)
        session.add(row)
    thread.join()
    assert "Done for today" in pages[0]
    assert [row["outcome"] for row in ticks(world)] == ["done"]
    agrees(world)


def test_a_second_press_writes_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    link = begin(world)
    went = meanwhile(monkeypatch, lambda: None)
    first, second = (world.browser().post(link).text for _ in range(2))
    assert first == second
    assert went == [True]


def test_a_second_press_by_somebody_who_was_not_seen_today_is_a_sign(world: World) -> None:
    link = begin(world)
    world.browser().post(link)
    with world.storage.write() as session:
        session.execute(update(Goal).values(signed_on=None))
    assert "Done for today" in world.browser().post(link).text
    assert world.goal().signed_on == today(world)


def test_a_standing_that_changes_never_tells_less_than_before(world: World) -> None:
    """A look, without any lock, goes by what was committed."""
    link = begin(world)
    numbers = (1, today(world).toordinal())
    seen = pressing.glance(world.storage, world.time, numbers)
    assert seen is not None
    world.browser().post(link)
    after = pressing.glance(world.storage, world.time, numbers)
    assert after is not None
    assert (seen.facts.outcome(today(world)), after.facts.outcome(today(world))) == (None, Outcome.DONE)

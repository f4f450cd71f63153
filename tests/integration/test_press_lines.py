"""The connections of presses: who has one, what becomes of a bad one, and of one that a fork inherits."""

import os
import threading
from typing import Any

import pytest
from sqlalchemy import text

from service.domain.chain import Outcome
from service.storage import lines
from service.storage.clicks import Lost
from service.storage.clicks_postgresql import PostgresqlLine
from service.storage.session import Storage
from service.web import done
from tests.integration.test_press import agrees, begin, meanwhile, ticks, written
from tests.integration.test_standing import today
from tests.world import World


@pytest.fixture(autouse=True)
def no_lines(storage: Storage) -> None:
    """All tests share a storage: what the one before has left would be in the way."""
    while storage.lines:
        storage.lines.pop().close()


def test_a_page_that_was_drawn_for_nothing_is_thrown_away(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A skip is committed after the page was drawn from the standing; what is shown is what is true then."""
    link, drawn = begin(world), []
    went = meanwhile(monkeypatch, lambda: written(world, "undo"))
    page = done._done

    def watched(app: Any, root: str, seen: done.Seen) -> str:
        drawn.append(page(app, root, seen))
        return drawn[-1]

    monkeypatch.setattr(done, "_done", watched)
    shown = world.browser().post(link).text
    assert went == [False]
    assert len(drawn) == 2
    assert drawn[0] != drawn[1] == shown  # the first counts a day that was taken back meanwhile
    agrees(world)


def test_each_click_gives_its_connection_back(world: World) -> None:
    link = begin(world)
    world.browser().get(link)
    (line,) = world.storage.lines
    for _ in range(2):
        world.browser().post(link)
        assert list(world.storage.lines) == [line]


def test_a_page_that_can_not_be_drawn_closes_the_connection_of_its_press(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its answer would be taken for another's."""
    link = begin(world)
    world.browser().get(link)
    (line,) = world.storage.lines

    def broken(*_: object) -> str:
        raise RuntimeError("no page")

    with monkeypatch.context() as patch:
        patch.setattr(done, "_done", broken)
        assert world.browser().post(link).status_code == 500
    assert line not in world.storage.lines
    assert "Done for today" in world.browser().post(link).text
    assert len(ticks(world)) == 1
    agrees(world)


def test_presses_at_once_have_a_connection_each(world: World) -> None:
    link, barrier, taken = begin(world), threading.Barrier(3), []

    def one() -> None:
        line = lines.take(world.storage)
        taken.append(line)
        barrier.wait()
        assert line.goal(1) is not None
        lines.give_back(world.storage, line)

    threads = [threading.Thread(target=one) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(line) for line in taken}) == 3
    assert {id(line) for line in world.storage.lines} == {id(line) for line in taken}
    assert "Done for today" in world.browser().post(link).text
    assert len(world.storage.lines) == 3


def test_a_process_that_was_forked_takes_a_connection_of_its_own(world: World) -> None:
    link = begin(world)
    world.browser().get(link)
    (line,) = world.storage.lines
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            mine = lines.take(world.storage)
            found = mine.goal(1)
            os.write(write, b"ok" if mine is not line and found is not None else b"no")
            mine.close()
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    os.close(write)
    assert os.read(read, 2) == b"ok"
    os.close(read)
    assert line.goal(1) is not None  # the child has not ended it
    assert "Done for today" in world.browser().post(link).text


@pytest.mark.parametrize("storage", ["postgresql"], indirect=True)
def test_a_connection_that_dies_while_the_page_is_drawn(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the press was committed nobody knows then: the general way finds out."""
    link = begin(world)
    ticked = PostgresqlLine.ticked

    def dead(line: PostgresqlLine) -> bool:
        with world.storage.write() as session:
            session.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": line._pg.backend_pid})
        ticked(line)
        return ticked(line)  # the server had answered before: what comes now is the end

    monkeypatch.setattr(PostgresqlLine, "ticked", dead)
    assert "Done for today" in world.browser().post(link).text
    assert [row["outcome"] for row in ticks(world)] == [Outcome.DONE]
    assert not world.storage.lines
    agrees(world)


@pytest.mark.parametrize("storage", ["postgresql"], indirect=True)
def test_a_row_comes_as_the_other_database_gives_it(world: World, sqlite_storage: Any) -> None:
    link = begin(world)
    line = lines.take(world.storage)
    found = line.goal(1)
    assert found is not None
    goal = world.goal()
    told = found._asdict()
    for name in ("person_id", "title", "step", "direction", "starts_on", "full_from", "strict", "weekdays"):
        assert told[name] == getattr(goal, name), name
        assert type(told[name]) in {type(getattr(goal, name)), str}, name
    assert (told["signed_on"], told["asked"], told["suppressed"]) == (goal.signed_on, goal.asked, False)
    assert line.goal(2) is None
    with world.storage.write() as session:
        session.execute(text("UPDATE person SET suppressed_at = now()"))
        session.execute(
            text("UPDATE goal SET title = 'Schöne Grüße, „Ann“', full_from = starts_on, strict = true")
        )
    found = line.goal(1)
    assert found is not None
    assert (found.suppressed, found.title, found.strict) == (True, "Schöne Grüße, „Ann“", True)
    assert found.full_from == found.starts_on
    lines.give_back(world.storage, line)
    assert "Done for today" in world.browser().post(link).text
    assert [row["day"] for row in ticks(world)] == [today(world)]


@pytest.mark.parametrize("storage", ["postgresql"], indirect=True)
def test_what_fails_on_a_connection_ends_it(world: World) -> None:
    begin(world)
    line = PostgresqlLine(world.storage)
    line.goal(1)
    line.close()
    with pytest.raises(Lost):
        line.goal(1)
    line.close()


def test_a_press_that_took_the_short_way_has_the_headers_of_every_page(world: World) -> None:
    link = begin(world)
    general = world.app.short_ways.copy()  # type: ignore[attr-defined]
    short = world.browser().post(link)
    world.app.short_ways.clear()  # type: ignore[attr-defined]
    try:
        long = world.browser().post(link)
    finally:
        world.app.short_ways.update(general)  # type: ignore[attr-defined]
    assert short.text == long.text
    assert sorted(short.headers) == sorted(long.headers)


@pytest.mark.parametrize(
    "path", ["/done", "/done/", "/done/x", "/done/x/y", "/done/ü", "/tiny//", "//done/x"]
)
def test_what_is_no_link_of_ours_is_a_page_that_does_not_exist(world: World, path: str) -> None:
    assert world.browser().post(path).status_code == 404


def test_a_link_keeps_to_where_the_app_is_mounted(world: World) -> None:
    link = begin(world)
    path = link[link.index("/done/") :]
    page = world.browser().post(path, environ_overrides={"SCRIPT_NAME": "/kaizen"}).text
    assert 'action="/kaizen/undo/' in page
    assert 'href="/kaizen/static/kaizen.css' in page
    assert "Done for today" in page

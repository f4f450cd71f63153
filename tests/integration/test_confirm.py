"""Confirming: only the button starts a goal, it starts what was shown, and links grow old politely."""

from datetime import UTC, datetime, timedelta
from http.cookies import Morsel, SimpleCookie
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from service.storage.models import Base, Delivery, Goal, GoalState, Person, StepChange
from tests.smtp import Mail
from tests.world import World


def everything(world: World) -> dict[str, list[Any]]:
    """Return every row of every table."""
    with world.storage.read() as session:
        tables = [table for table in Base.metadata.sorted_tables if table.name != "standing"]  # a copy
        return {table.name: list(session.execute(select(table)).all()) for table in tables}


def asked(world: World, **fields: Any) -> tuple[Mail, str]:
    """Sign up; return the mail that asks and the path of its link."""
    world.sign_up(**fields)
    (asking,) = world.work()
    return asking, asking.link("confirm")


def shown_at(world: World, path: str) -> str:
    """Open the page and return what its button would say was shown."""
    return world.client.get(path).text.split('name="shown" value="')[1].split('"')[0]


def device(response: TestResponse) -> "Morsel[str] | None":
    """Return the device cookie that a response sets."""
    for header in response.headers.getlist("Set-Cookie"):
        found = SimpleCookie(header).get("kaizen_device")
        if found is not None:
            return found
    return None


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("days", [0, 4])
def test_looking_changes_nothing_not_even_at_an_old_link(world: World, method: str, days: int) -> None:
    _, path = asked(world)
    world.later(days=days)
    before = everything(world)
    for page in (path, f"{path}/again"):
        response = world.client.open(page, method=method)
        assert device(response) is None
    assert everything(world) == before
    assert world.work() == []
    assert world.goal().state == GoalState.PENDING


def test_the_button_starts_today_and_tomorrow_comes_at_their_hour(world: World) -> None:
    _, path = asked(world, timezone="Europe/Berlin", send_at="07:30")
    assert "It has started" in world.press(path).text
    assert len(world.woken) == 2
    (daily,) = world.work()
    assert daily["Subject"] == "Write 1 sentence"
    assert [row.day.isoformat() for row in world.rows(Delivery, kind="daily")] == ["2026-03-02"]
    goal = world.goal()
    assert goal.next_due_at == datetime(2026, 3, 3, 6, 30, tzinfo=UTC)
    assert goal.starts_on.isoformat() == "2026-03-02"
    assert [change.step for change in world.rows(StepChange)] == ["Write 1 sentence"]
    world.to(datetime(2026, 3, 3, 6, 29, 59, tzinfo=UTC))
    assert len(world.mails) == 2
    world.to(datetime(2026, 3, 3, 6, 30, tzinfo=UTC))
    assert len(world.mails) == 3


def test_today_is_the_persons_own_day_and_not_the_servers(world: World) -> None:
    world.time = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    _, path = asked(world, timezone="Pacific/Auckland", send_at="20:00")
    world.press(path)
    (row,) = world.rows(Delivery, kind="daily")
    assert row.day.isoformat() == "2026-03-03"
    assert world.goal().next_due_at == datetime(2026, 3, 4, 7, 0, tzinfo=UTC)  # not a second one today


def test_confirming_twice_is_harmless_and_sends_one_first_mail(world: World) -> None:
    _, path = asked(world)
    shown = shown_at(world, path)
    world.press(path)
    world.work()
    world.time += timedelta(hours=2)
    before = everything(world)
    world.browser().post(f"{path}/again")
    again = world.browser().post(path, data={"shown": shown}, follow_redirects=True)
    assert "It has started" in again.text
    assert everything(world) == before
    assert world.work() == []
    assert len(world.rows(Delivery, kind="daily")) == 1


def test_an_old_link_offers_a_new_one_which_comes_and_works(world: World) -> None:
    _, path = asked(world, goal="Write a saga")
    world.later(days=3, seconds=1)
    page = world.client.get(path)
    assert page.status_code == 410
    assert "Send me a new link" in page.text
    assert "Start</button>" not in page.text
    sent = world.press(path)
    assert sent.status_code == 200
    assert "Look into your mail" in sent.text
    (asking,) = world.work()
    assert asking.link("confirm") != path
    assert "It has started" in world.press(asking.link("confirm")).text
    assert world.goal().title == "Write a saga"


def test_a_link_still_works_a_moment_before_its_three_days_are_over(world: World) -> None:
    _, path = asked(world)
    world.later(days=2, hours=23, minutes=59)
    assert "It has started" in world.press(path).text


def test_an_old_link_starts_nothing_by_its_button_either(world: World) -> None:
    _, path = asked(world)
    shown = shown_at(world, path)
    world.later(days=4)
    response = world.client.post(path, data={"shown": shown})
    assert response.status_code == 303
    assert device(response) is None
    assert world.goal().state == GoalState.PENDING
    assert world.client.get(path).status_code == 410


def test_asking_for_new_links_again_and_again_sends_one_an_hour(world: World) -> None:
    _, path = asked(world)
    world.later(days=4)
    for _ in range(3):
        assert world.client.post(f"{path}/again").status_code == 303
    assert len(world.work()) == 1
    world.later(minutes=61)
    world.client.post(f"{path}/again")
    assert len(world.work()) == 1


def test_a_wish_that_changed_meanwhile_is_shown_again_and_not_started(world: World) -> None:
    _, path = asked(world, goal="First wish")
    shown = shown_at(world, path)
    for change in ({"goal": "Second wish"}, {"step": "Other"}, {"send_at": "09:00"}, {"timezone": "UTC"}):
        world.sign_up(world.browser(), **{"goal": "First wish", **change})
        page = world.client.post(path, data={"shown": shown}, follow_redirects=True)
        assert world.goal().state == GoalState.PENDING, change
        assert "Shall we start?" in page.text
    world.sign_up(world.browser(), goal="Second wish", days=["fri"])
    page = world.client.post(path, data={"shown": shown}, follow_redirects=True)
    assert "Second wish" in page.text
    assert world.rows(Delivery, kind="daily") == []
    world.press(path)
    assert world.goal().title == "Second wish"


@pytest.mark.parametrize("shown", [None, "", "0" * 16, "é" * 16, "a" * 10_000])
def test_a_button_press_without_what_was_shown_starts_nothing(world: World, shown: str | None) -> None:
    _, path = asked(world)
    response = world.client.post(path, data={} if shown is None else {"shown": shown})
    assert response.status_code == 303
    assert device(response) is None
    assert world.goal().state == GoalState.PENDING


def test_the_press_remembers_the_browser_in_a_cookie_that_scripts_cannot_read(world: World) -> None:
    _, path = asked(world)
    shown = shown_at(world, path)
    cookie = device(world.client.post(path, data={"shown": shown}))
    assert cookie is not None
    assert cookie["httponly"] is True
    assert cookie["secure"] is True
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert int(cookie["max-age"]) >= 30 * 86400


def test_a_link_to_a_goal_that_ended_is_a_page_that_does_not_exist(world: World) -> None:
    _, path = asked(world)
    world.press(path)
    world.press(world.work()[0].link("unsubscribe"))
    assert world.client.get(path).status_code == 404
    assert world.client.post(path).status_code == 404
    assert world.client.post(f"{path}/again").status_code == 404
    assert [goal.state for goal in world.rows(Goal)] == [GoalState.ENDED]
    assert [person.left_at for person in world.rows(Person)] != [None]

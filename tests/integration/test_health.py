"""How the service says that it is well: 200 while mail can go out on time, 503 otherwise."""

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from service.app import create_app
from service.settings import Settings
from tests.integration.test_confirm import everything
from tests.world import World


def health(world: World) -> tuple[int, dict[str, Any]]:
    response = world.browser().get("/healthz")
    assert response.mimetype == "application/json"
    assert response.headers["Cache-Control"] == "no-store"
    return response.status_code, response.json


def asked_apart(
    settings: Settings, redis_alive: Callable[[], bool] = lambda: True
) -> tuple[int, dict[str, Any]]:
    """Return what an app of its own says of itself."""
    app = create_app(settings, lambda ids: None, redis_alive)
    try:
        response = app.test_client().get("/healthz")
        return response.status_code, response.json
    finally:
        app.extensions["kaizen"].storage.close()


def test_a_service_at_work_is_well_and_tells_its_parts(world: World) -> None:
    world.start()
    world.time += timedelta(seconds=40)
    assert health(world) == (
        200,
        {
            "status": "ok",
            "database": "ok",
            "redis": "ok",
            "sending": "ok",
            "held_since": None,
            "held_reason": None,
            "last_tick_seconds": 40.0,
            "oldest_due_seconds": 0,
        },
    )


def test_before_the_first_tick_it_is_not_well(world: World) -> None:
    code, said = health(world)
    assert (code, said["status"], said["last_tick_seconds"]) == (503, "unhealthy", None)
    assert (said["database"], said["redis"]) == ("ok", "ok")


def test_a_tick_that_stopped_makes_it_unwell_until_it_ticks_again(world: World) -> None:
    world.tick()
    world.time += timedelta(seconds=120)
    assert health(world)[0] == 200
    world.time += timedelta(seconds=1)
    code, said = health(world)
    assert (code, said["status"], said["last_tick_seconds"]) == (503, "unhealthy", 121.0)
    world.tick()
    assert health(world)[0] == 200


def test_a_redis_that_is_down_makes_it_unwell(world: World) -> None:
    world.tick()
    code, said = asked_apart(world.settings, lambda: False)
    assert (code, said["status"], said["redis"], said["database"]) == (503, "unhealthy", "down", "ok")
    assert asked_apart(world.settings)[0] == 200


@pytest.mark.parametrize(
    "url", ["sqlite:////no/such/folder/kaizen.db", "postgresql+psycopg://nobody:secret-word@127.0.0.1:1/none"]
)
def test_a_database_that_is_down_makes_it_unwell_without_a_word_about_where_it_is(
    world: World, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    world.tick()
    code, said = asked_apart(dataclasses.replace(world.settings, database_url=url))
    assert (code, said["status"], said["database"], said["redis"]) == (503, "unhealthy", "down", "ok")
    assert (said["last_tick_seconds"], said["sending"]) == (None, "unknown")
    assert set(said) == set(health(world)[1])
    for secret in ("secret-word", "/no/such/folder", "127.0.0.1"):
        assert secret not in f"{said} {caplog.text}"


def test_an_empty_database_makes_it_unwell(world: World, tmp_path_factory: pytest.TempPathFactory) -> None:
    empty = f"sqlite:///{tmp_path_factory.mktemp('empty')}/kaizen.db"
    assert asked_apart(dataclasses.replace(world.settings, database_url=empty))[0] == 503


def test_a_mail_that_waits_in_the_outbox_for_too_long_makes_it_unwell(world: World) -> None:
    world.sign_up()
    world.time += timedelta(minutes=15)
    world.tick()
    code, said = health(world)
    assert (code, said["oldest_due_seconds"]) == (200, 900.0)
    world.time += timedelta(seconds=1)
    world.tick()
    code, said = health(world)
    assert (code, said["status"], said["oldest_due_seconds"]) == (503, "unhealthy", 901.0)
    world.work()
    assert health(world)[0] == 200


def test_a_goal_that_is_due_and_not_claimed_for_too_long_makes_it_unwell(world: World) -> None:
    world.start()
    goal = world.goal()
    world.time = goal.next_due_at + timedelta(minutes=16)
    code, said = health(world)
    assert (code, said["oldest_due_seconds"]) == (503, 960.0)
    world.work()
    code, said = health(world)
    assert (code, said["oldest_due_seconds"]) == (200, 0)


def test_a_mail_server_that_is_down_makes_it_unwell(world: World) -> None:
    world.sign_up()
    world.sink.answers["ann@example.org"] = "421 4.3.2 Going down"
    for _ in range(4):
        world.later(minutes=5)
    assert world.mails == []
    assert health(world)[0] == 503


def test_a_mail_that_is_refused_for_good_does_not_make_it_unwell(world: World) -> None:
    world.sink.answers["ann@example.org"] = "550 5.1.1 No such user"
    world.sign_up()
    world.work()
    world.later(hours=1)
    assert health(world)[0] == 200


def test_one_recipient_who_asks_to_wait_does_not_make_the_service_unwell(world: World) -> None:
    world.sink.answers["bob@example.org"] = "451 4.7.1 Greylisted, come back later"
    world.sign_up(email="bob@example.org")
    world.sign_up(world.browser())
    world.work()
    world.later(minutes=20)
    assert [mail.rcpt_to for mail in world.mails] == ["ann@example.org"]
    assert health(world)[0] == 200


def test_asking_needs_no_cookie_sets_none_and_changes_nothing(world: World) -> None:
    world.start()
    before = everything(world)
    browser = world.app.test_client(use_cookies=False)
    for method in ("GET", "HEAD", "OPTIONS"):
        response = browser.open("/healthz", method=method)
        assert response.status_code == 200
        assert response.headers.getlist("Set-Cookie") == []
    assert browser.post("/healthz").status_code == 405
    assert everything(world) == before

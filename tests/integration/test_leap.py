"""A first step that is a leap is met with a smaller one, and one press takes that or keeps one's own."""

import re
from html import unescape
from urllib.parse import quote

import pytest
from werkzeug.test import TestResponse

from service.storage.models import Delivery, Goal, Person, StepChange
from tests.integration.lived import begin
from tests.integration.replies import everything
from tests.world import World

LEAP = {
    "goal": "Read more",
    "step": "read 30 pages",
    "send_at": "06:45",
    "timezone": "Asia/Tokyo",
    "email": "bob@example.org",
}
HOSTILE = {
    **LEAP,
    "goal": "\"><script>alert('x')</script> {{7*7}} & more",
    "step": "read 30 pages \"><script>alert('x')</script> {{7*7}}",
}


def fields(page: TestResponse) -> list[tuple[str, str]]:
    """Return the hidden fields of the page that asks, as a browser would send them."""
    found = re.findall(r'<input[^>]*type="hidden"[^>]*>', page.text)
    return [
        (name[1], unescape(value[1]))
        for tag in found
        if (name := re.search(r'name="([^"]*)"', tag)) and (value := re.search(r'value="([^"]*)"', tag))
    ]


def choose(world: World, page: TestResponse, choice: str) -> TestResponse:
    """Press one of the two buttons."""
    data: dict[str, list[str]] = {"choice": [choice]}
    for name, value in fields(page):
        data.setdefault(name, []).append(value)
    return world.client.post("/signup", data=data)


def test_the_page_asks_with_two_buttons_and_no_script_keeps_all_fields_and_stores_nothing(
    world: World,
) -> None:
    wish = HOSTILE
    page = world.sign_up(**wish, days=["mon", "thu"])
    assert page.status_code == 200
    assert "A smaller beginning?" in page.text
    assert "<script" not in page.text
    assert "onclick" not in page.text
    assert page.text.count("<form") == 1
    assert 'method="post" action="/signup"' in page.text
    buttons = re.findall(
        r'<button type="submit" name="choice" value="(\w+)"[^>]*>([^<]*)</button>', page.text
    )
    smaller = wish["step"].replace("30 pages", "1 page")
    told = [(name, unescape(text)) for name, text in buttons]
    assert told == [("take", smaller), ("keep", f"Keep my own: {wish['step']}")]
    kept = [pair for pair in fields(page) if pair[0] != "csrf_token"]
    assert sorted(kept) == sorted([*wish.items(), ("direction", "more"), ("days", "mon"), ("days", "thu")])
    assert world.rows(Person) == world.rows(Goal) == world.rows(Delivery) == []


@pytest.mark.parametrize(("wish", "choice"), [(LEAP, "take"), (HOSTILE, "keep")])
def test_one_press_takes_the_smaller_step_and_another_keeps_ones_own(
    world: World, wish: dict[str, str], choice: str
) -> None:
    page = world.sign_up(**wish, days=["mon", "thu"])
    response = choose(world, page, choice)
    assert response.status_code == 303
    assert response.location.endswith("/sent")
    goal = world.goal()
    step = wish["step"] if choice == "keep" else wish["step"].replace("30 pages", "1 page")
    assert (goal.title, goal.step, goal.leap) == (wish["goal"], step, choice == "keep")
    assert (f"{goal.send_at:%H:%M}", goal.zone, goal.weekdays) == ("06:45", "Asia/Tokyo", 0b1001)
    assert (goal.direction, goal.person.email) == ("more", "bob@example.org")
    (asking,) = world.work()
    assert asking.rcpt_to == "bob@example.org"


def test_a_leap_that_is_kept_begins_and_has_its_sizes(world: World) -> None:
    daily = begin(world, step="Read 30 pages", choice="keep")
    assert daily["Subject"] == "Read 30 pages"
    (rung,) = world.rows(StepChange)
    assert rung.amount == 30
    assert rung.versions["light"] == ["Read 15 pages", "15"]
    assert world.goal().leap


def test_any_other_answer_asks_again(world: World) -> None:
    page = world.sign_up(**LEAP)
    for choice in ("", "neither", "take "):
        again = choose(world, page, choice)
        assert again.status_code == 200
        assert "A smaller beginning?" in again.text
    assert world.rows(Goal) == []


def test_what_was_filled_in_is_checked_again_on_the_second_press(world: World) -> None:
    page = world.sign_up(**LEAP)
    token = dict(fields(page))["csrf_token"]
    data = {**LEAP, "csrf_token": token, "choice": "take"}
    for wrong in ({"email": "nobody"}, {"send_at": "25:00"}, {"csrf_token": ""}, {"step": ""}):
        assert world.client.post("/signup", data={**data, **wrong}).status_code == 422
    assert world.rows(Person) == []


def test_a_step_that_is_tiny_or_not_known_goes_straight_on_and_stays_as_it_is(world: World) -> None:
    steps = ("Write 1 sentence", "read 1 page", "Open the notebook", "Lire une page")
    for number, step in enumerate(steps):
        for choice in ("", "take", "keep"):
            email = f"{number}{choice}@example.org"
            assert world.sign_up(step=step, choice=choice, email=email).status_code == 303
    assert [(goal.step, goal.leap) for goal in world.rows(Goal)] == [
        (step, False) for step in steps for _ in "123"
    ]


def test_the_form_can_ask_for_a_smaller_step_and_that_changes_nothing(world: World) -> None:
    before = everything(world)
    asked = {
        "read 30 pages": "read 1 page",
        "go to the gym": "put on your gym shoes",
        "read 1 page": None,
        "": None,
        "x" * 5000: None,
        "read 30 pages\x00\r\n {{7*7}}": "read 1 page {{7*7}}",
    }
    for step, smaller in asked.items():
        response = world.browser().get(f"/smaller?step={quote(step)}")
        assert response.status_code == 200
        assert response.mimetype == "application/json"
        assert response.get_json() == {"smaller": smaller}, step[:40]
    assert world.browser().get("/smaller").get_json() == {"smaller": None}
    assert world.browser().post("/smaller").status_code == 405
    assert "Set-Cookie" not in world.browser().get("/smaller?step=x").headers
    assert everything(world) == before

"""Signing up: one answer for everybody, one mail that asks, and the newest wish wins."""

import dataclasses
from collections.abc import Sequence
from datetime import time
from html.parser import HTMLParser
from typing import Any

import pytest
from sqlalchemy import select

from service.actions.outbox import Outbox
from service.actions.signup import ask
from service.domain.zones import zones
from service.storage.models import Delivery, DeliveryState, Goal, GoalState, Person
from tests.world import EMAIL, World


class Form(HTMLParser):
    """What a browser without JavaScript would send of a page's form, untouched."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        name = found.get("name", "")
        if tag == "select":
            self._select = name
        elif tag == "option" and "selected" in found:
            self.fields[self._select] = [found["value"]]
        elif tag == "input" and (found["type"] != "checkbox" or "checked" in found):
            self.fields[name] = [*self.fields.get(name, []), found.get("value", "")]


def answer(world: World, **fields: Any) -> tuple[int, str, str, int]:
    """Return all that a stranger at the keyboard gets to see."""
    browser = world.browser()
    response = world.sign_up(browser, **fields)
    page = browser.get(response.location)
    return response.status_code, response.text, page.text, page.status_code


def test_the_answer_is_the_same_for_a_new_a_waiting_a_known_and_a_gone_address(world: World) -> None:
    new = answer(world)
    waiting = answer(world)
    (asking,) = world.work()
    world.press(asking.link("confirm"))
    (daily,) = world.work()
    known = answer(world)
    world.press(daily.link("unsubscribe"))
    gone = answer(world)
    assert new[0] == 303
    assert new[3] == 200
    assert new == waiting == known == gone


def test_one_confirmation_mail_goes_out_without_a_word_of_the_wish(world: World) -> None:
    world.sign_up(goal="Zebras with ÄÖÜ", step="Kiss 1 frog")
    (asking,) = world.work()
    assert asking.rcpt_to == EMAIL
    assert asking["To"] == EMAIL
    everything = f"{asking.raw.decode()} {asking['Subject']} {asking.text} {asking.html}".casefold()
    for word in ("zebra", "äöü", "kiss", "frog", "8:00", "berlin"):
        assert word not in everything
    assert asking["List-Unsubscribe"] == "None"
    world.later(days=4)
    assert len(world.mails) == 1


def test_asking_again_within_the_hour_sends_nothing_and_after_it_one_more(world: World) -> None:
    world.sign_up()
    world.work()
    for _ in range(3):
        world.later(minutes=19)
        assert world.sign_up(goal="Another goal").status_code == 303
        world.work()
    assert len(world.mails) == 1
    world.later(minutes=3)
    world.sign_up()
    world.sign_up()
    world.work()
    assert len(world.mails) == 2
    assert world.mails[1]["Message-ID"] != world.mails[0]["Message-ID"]


def test_an_address_in_capitals_is_the_same_person(world: World) -> None:
    world.sign_up(email="Ann@Example.ORG ")
    world.sign_up(email="ann@example.org")
    assert len(world.work()) == 1
    assert [person.email for person in world.rows(Person)] == ["ann@example.org"]


def test_the_newest_wish_wins_and_is_what_the_confirm_page_shows(world: World) -> None:
    world.sign_up(goal="Old goal", step="Old step")
    (asking,) = world.work()
    newest = {"timezone": "America/New_York", "send_at": "21:30", "days": ["mon", "sun"]}
    world.sign_up(goal="New goal", step="New step", **newest)
    page = world.client.get(asking.link("confirm")).text
    for words in ("New goal", "New step", "21:30", "America/New York", "On Monday and Sunday"):
        assert words in page
    assert "Old" not in page
    world.press(asking.link("confirm"))
    goal = world.goal()
    assert (goal.title, goal.step, goal.send_at) == ("New goal", "New step", time(21, 30))
    assert (goal.weekdays, goal.person.zone) == (0b1000001, "America/New_York")


def test_a_known_person_is_offered_the_goal_and_the_one_they_have_goes_on(world: World) -> None:
    world.start()
    world.later(hours=2)
    world.sign_up(goal="Run far", step="Put on 1 shoe", send_at="22:00")
    (offer,) = world.work()
    assert offer["Subject"] == "Add another goal?"
    assert "Run far" not in offer.raw.decode()
    world.later(days=1)
    assert [mail["Subject"] for mail in world.mails[3:]] == ["Write 1 sentence"]
    world.press(offer.link("confirm"))
    assert [mail["Subject"] for mail in world.work()] == ["Put on 1 shoe"]
    assert [goal.state for goal in world.rows(Goal)] == [GoalState.ACTIVE] * 2
    world.later(days=1)
    assert {mail["Subject"] for mail in world.mails[-2:]} == {"Write 1 sentence", "Put on 1 shoe"}


def test_a_person_who_left_can_sign_up_again(world: World) -> None:
    world.press(world.start().link("unsubscribe"))
    world.later(days=2)
    world.sign_up(goal="Second try", step="Open the notebook")
    (asking,) = world.work()
    assert asking["Subject"] == "Shall we start?"
    assert "It has started" in world.press(asking.link("confirm")).text
    (daily,) = world.work()
    assert daily["Subject"] == "Open the notebook"
    world.later(days=1)
    assert [mail["Subject"] for mail in world.mails[4:]] == ["Open the notebook"]


@pytest.mark.parametrize(
    ("days", "mask", "words"),
    [
        ([], 0b1111111, "Every day"),
        (["mon"], 1, "On Monday"),
        (["sat", "sun", "sat"], 0b1100000, "On Saturday and Sunday"),
    ],
)
def test_the_ticked_days_are_kept_and_none_means_every_day(
    world: World, days: list[str], mask: int, words: str
) -> None:
    world.sign_up(days=days)
    (asking,) = world.work()
    assert world.goal().weekdays == mask
    assert f"{words} at 08:00" in world.client.get(asking.link("confirm")).text


def test_the_form_works_without_javascript(world: World) -> None:
    form = Form(world.client.get("/").text)
    assert form.fields["days"] == ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    filled = {**form.fields, "goal": "Draw", "step": "Draw 1 line", "email": EMAIL}
    assert world.client.post("/signup", data=filled).status_code == 303
    goal = world.goal()
    assert (goal.title, goal.zone, goal.weekdays) == ("Draw", "UTC", 0b1111111)


def test_without_cookies_a_friendly_sentence_comes_and_all_input_is_kept(world: World) -> None:
    browser = world.app.test_client(use_cookies=False)
    sent = {"send_at": "21:45", "timezone": "Asia/Tokyo", "days": ["tue", "sat"]}
    token = world.token_of(browser)
    page = world.sign_up(browser, goal="Learn to juggle", step="Throw 1 ball", csrf_token=token, **sent)
    assert page.status_code == 422
    assert "please press the button once more" in page.text
    kept = Form(page.text).fields
    assert (kept["goal"], kept["step"], kept["email"]) == (["Learn to juggle"], ["Throw 1 ball"], [EMAIL])
    assert {name: kept[name] for name in sent} == {**sent, "send_at": ["21:45"], "timezone": ["Asia/Tokyo"]}
    assert world.rows(Person) == []


def test_the_workers_are_woken_with_the_deliveries_only_after_the_commit(world: World) -> None:
    seen: list[tuple[int, ...]] = []

    def wake(ids: Sequence[int]) -> None:
        with world.storage.read() as session:  # another connection: it sees only what is committed
            query = select(Delivery.id).where(Delivery.state == DeliveryState.QUEUED)
            seen.append((*ids, *session.scalars(query)))

    world.app.extensions["kaizen"] = dataclasses.replace(world.app.extensions["kaizen"], wake=wake)
    world.sign_up()
    assert seen == [(world.rows(Delivery)[0].id,) * 2]


def test_nobody_is_woken_where_nothing_is_committed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def ask_and_fail(outbox: Outbox, goal: Goal) -> None:
        ask(outbox, goal)
        assert outbox.woken
        raise RuntimeError("disk full")

    monkeypatch.setattr("service.actions.signup.ask", ask_and_fail)
    page = world.sign_up()
    assert page.status_code == 500
    assert "try again" in page.text
    assert world.woken == []
    assert world.rows(Person) == world.rows(Delivery) == []


def test_each_zone_is_chosen_on_its_own_page_whoever_asked_before(world: World) -> None:
    for zone in ["Asia/Tokyo", "Europe/Berlin", "Asia/Tokyo", "Nowhere/Atlantis", "UTC", *zones()[:40]]:
        page = world.browser().post("/signup", data={"timezone": zone}).text
        assert page.count(" selected") == (zone in zones())
        assert Form(page).fields.get("timezone") == ([zone] if zone in zones() else None)

"""Leaving: one press, one click of a mail program, or one mail, and nothing comes any more."""

import dataclasses
import re
import smtplib
from datetime import timedelta
from email.message import EmailMessage

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.app import sender_of
from service.storage.models import Delivery, DeliveryState, Goal, GoalState, Inbound, Person
from tests.integration.test_confirm import everything
from tests.smtp import Mail
from tests.world import EMAIL, World

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def header(mail: Mail, name: str) -> str:
    """Return a header as mail programs read it: unfolded, and never decoded (RFC 2369 and RFC 8058)."""
    head = mail.raw.partition(b"\r\n\r\n")[0].decode("ascii")
    lines = re.sub(r"\r\n(?=[ \t])", "", head).split("\r\n")
    (found,) = [
        line.partition(":")[2].strip() for line in lines if line.lower().startswith(f"{name.lower()}:")
    ]
    return found


def address_of(mail: Mail) -> str:
    """Return the address in List-Unsubscribe."""
    found = re.search(r"<mailto:([^?>]+)", mail["List-Unsubscribe"])
    assert found is not None
    return found[1]


def click(browser: FlaskClient, path: str, content_type: str) -> TestResponse:
    """Do what a mail program does for its own unsubscribe button."""
    return browser.post(path, data=ONE_CLICK, content_type=content_type)


def gone(world: World) -> bool:
    """Tell whether the person has left for good; nobody is in between."""
    states = {goal.state for goal in world.rows(Goal)}
    (person,) = world.rows(Person)
    assert states in ({GoalState.ACTIVE}, {GoalState.ENDED})
    assert (person.left_at is None) == (states == {GoalState.ACTIVE})
    return person.left_at is not None


def unsubscribe_mail(to: str, sender: str = EMAIL) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, "unsubscribe"
    message.set_content("")
    return message


def test_the_daily_mail_offers_one_click_by_web_and_by_mail(world: World) -> None:
    daily = world.start()
    found = header(daily, "List-Unsubscribe")
    assert found.startswith(f"<https://localhost{daily.link('unsubscribe')}>,")
    assert re.search(r"[ ,]<mailto:leave-[\w-]+@kaizen\.example\.org(\?subject=\w+)?>$", found)
    assert header(daily, "List-Unsubscribe-Post") == "List-Unsubscribe=One-Click"
    assert re.search(r"<[^<>\s@]+>$", header(daily, "List-ID"))


def test_a_long_base_url_is_never_encoded_away_in_the_header(world: World) -> None:
    long = "https://kaizen.a-rather-long-name-of-a-rather-long-company.example.org"
    world.sender = sender_of(dataclasses.replace(world.settings, base_url=long))
    daily = world.start()
    assert f"<{long}{daily.link('unsubscribe')}>" in header(daily, "List-Unsubscribe")
    assert "=?" not in header(daily, "List-Unsubscribe")


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_one_click_needs_no_cookie_and_no_csrf_and_may_be_repeated(world: World, content_type: str) -> None:
    path = world.start().link("unsubscribe")
    for _ in range(3):
        browser = world.app.test_client(use_cookies=False)
        response = click(browser, path, content_type)
        assert response.status_code == 200
        assert response.headers.getlist("Set-Cookie") == []
        assert gone(world)
    before = everything(world)
    world.time += timedelta(hours=1)
    click(world.app.test_client(use_cookies=False), path, content_type)
    assert everything(world) == before


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_looking_at_the_page_leaves_nobody_out(world: World, method: str) -> None:
    path = world.start().link("unsubscribe")
    before = everything(world)
    assert world.client.open(path, method=method).status_code == 200
    assert world.client.open(f"{path}?List-Unsubscribe=One-Click", method=method).status_code == 200
    assert everything(world) == before
    assert not gone(world)


def test_the_page_has_a_button_and_says_that_it_is_done(world: World) -> None:
    path = world.start().link("unsubscribe")
    assert "Stop all mails</button>" in world.client.get(path).text
    assert "You have left" in world.press(path).text
    page = world.client.get(path)
    assert page.status_code == 200
    assert "You have left" in page.text
    assert "</button>" not in page.text


def test_nothing_is_sent_afterwards_not_even_what_was_queued(world: World) -> None:
    daily = world.start()
    world.time = world.time.replace(day=3)
    world.tick()  # tomorrow's mail waits in the outbox
    assert [row.state for row in world.rows(Delivery, kind="daily")] == [
        DeliveryState.SENT,
        DeliveryState.QUEUED,
    ]
    world.send(world.written(daily, "status"))
    world.receive()  # and so does an answer
    world.press(daily.link("unsubscribe"))
    assert world.work() == []
    world.later(days=10)
    assert len(world.mails) == 2
    waiting = [DeliveryState.QUEUED, DeliveryState.SENDING]
    assert [row for row in world.rows(Delivery) if row.state in waiting] == []


def test_a_second_goal_and_a_wish_that_waits_end_too(world: World) -> None:
    daily = world.start()
    world.later(hours=2)
    world.sign_up(goal="Run far", step="Put on 1 shoe")
    (offer,) = world.work()
    world.press(offer.link("confirm"))
    world.later(hours=2)
    world.sign_up(goal="A third", step="Wait")
    world.press(daily.link("unsubscribe"))
    sent = len(world.mails)
    assert gone(world)
    assert len(world.rows(Goal)) == 3
    world.later(days=3)
    assert len(world.mails) == sent


def test_another_persons_mails_go_on(world: World) -> None:
    daily = world.start()
    world.sign_up(world.browser(), email="bob@example.org", step="Bob's step")
    world.press(world.work()[0].link("confirm"), world.browser())
    world.work()
    world.press(daily.link("unsubscribe"))
    world.later(days=1)
    assert [mail.rcpt_to for mail in world.mails[4:]] == ["bob@example.org"]


@pytest.mark.parametrize("sender", [EMAIL, "ann@another-address.example.org"])
def test_a_mail_to_the_list_unsubscribe_address_leaves_and_is_not_answered(world: World, sender: str) -> None:
    address = address_of(world.start())
    for _ in range(2):
        world.send(unsubscribe_mail(address, sender), mail_from=sender)
        assert world.work() == []
        assert gone(world)
    world.later(days=2)
    assert len(world.mails) == 2


def test_an_address_that_was_tampered_with_is_refused_by_the_listener(world: World) -> None:
    address = address_of(world.start())
    swapped = address.replace("leave-1", "leave-2")
    assert swapped != address
    for wrong in (swapped, address.replace("@", "a@"), address.replace("leave-", "reply-")):
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            world.send(unsubscribe_mail(wrong))
    assert world.rows(Inbound) == []
    assert not gone(world)


def test_a_link_that_was_tampered_with_is_a_page_that_does_not_exist(world: World) -> None:
    daily = world.start()
    path = daily.link("unsubscribe")
    for wrong in (path[:-1], path.replace("/1-", "/2-"), f"/unsubscribe/{daily.link('done')[6:]}"):
        assert world.client.get(wrong).status_code == 404
        assert world.client.post(wrong, data=ONE_CLICK).status_code == 404
    assert not gone(world)


def test_only_the_answer_to_stop_goes_out_and_a_late_reply_gets_none(world: World) -> None:
    daily = world.start()
    (answer,) = world.reply(daily, "stop")
    assert "You have left" in answer.text
    assert gone(world)
    assert world.reply(daily, "status") == []
    assert world.reply(daily, "stop") == []
    world.later(days=3)
    assert len(world.mails) == 3

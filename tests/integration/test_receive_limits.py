"""Answers are bounded, so that two machines that answer each other fall silent; all is obeyed."""

from datetime import timedelta

from service.storage.models import Inbound
from tests.integration.replies import HOUR, at, check_ins
from tests.world import World


def last_reason(world: World) -> str:
    reason: str = world.rows(Inbound)[-1].reason
    return reason


def test_the_same_help_comes_once_an_hour_in_a_thread(world: World) -> None:
    mail = world.start()
    for text in ("help", "status", "donut"):
        assert len(world.reply(mail, text)) == 1
        assert world.reply(mail, text) == []
        assert last_reason(world) == "not answered: said within the hour"
    world.time += HOUR
    assert len(world.reply(mail, "help")) == 1


def test_another_thread_is_answered(world: World) -> None:
    first = world.start()
    world.to(at(3, 7, 5))
    second = world.mails[-1]
    assert len(world.reply(first, "status")) == 1
    assert len(world.reply(second, "status")) == 1
    assert world.reply(first, "status") == []


def test_a_change_is_answered_each_time_up_to_ten_a_day_and_obeyed_after_that(world: World) -> None:
    mail = world.start()
    for count in range(10):
        assert len(world.reply(mail, "undo" if count % 2 else "done")) == 1
    assert check_ins(world) == {}
    assert world.reply(mail, "done") == []
    assert last_reason(world) == "not answered: 10 answers in 24 hours"
    assert len(check_ins(world)) == 1
    world.later(hours=24)
    assert len(world.reply(mail, "undo")) == 1


def test_two_machines_that_answer_each_other_fall_silent(world: World) -> None:
    mail = world.start()
    newest, answers = mail, 0
    for _ in range(40):
        came = world.reply(newest, "Your ticket was opened, we will be in touch.")
        answers += len(came)
        newest = came[-1] if came else newest
        world.time += timedelta(minutes=10)
    assert answers == 7  # one an hour
    world.time += timedelta(minutes=30)
    for _ in range(10):
        world.time += HOUR
        answers += len(world.reply(mail, "Your ticket was opened, we will be in touch."))
    assert answers == 10


def test_the_limit_is_each_persons_own(world: World) -> None:
    ann = world.start()
    bob = world.start(client=world.browser(), email="bob@example.org")
    for count in range(11):
        world.reply(ann, "undo" if count % 2 else "done")
    assert len(world.reply(bob, "done", "bob@example.org")) == 1

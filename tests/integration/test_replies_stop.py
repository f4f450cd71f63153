"""Stop by reply or by mail: nothing is sent afterwards but the answer to that reply."""

from service.storage.models import Delivery, GoalState
from tests.integration.replies import at, daily, everything
from tests.world import World


def silence(world: World) -> None:
    """See that nothing is sent for a week."""
    before = len(world.mails)
    for day in range(world.time.day, world.time.day + 7):
        for moment in (at(day, 6, 59), at(day, 7, 1), at(day, 23)):
            if moment > world.time:
                world.to(moment)
    assert len(world.mails) == before


def test_stop_ends_all_mail_with_one_answer(world: World) -> None:
    (answer,) = world.reply(world.start(), "STOP!")
    assert answer.text.startswith("You have left, and no more mail will come.")
    assert f"Start again:\n{world.settings.base_url}/\n" in answer.text.replace("\r\n", "\n")
    assert answer["Auto-Submitted"] == "auto-replied"
    assert world.goal().state == GoalState.ENDED
    silence(world)


def test_unsubscribe_and_leave_mean_the_same(world: World) -> None:
    for number, word in enumerate(("unsubscribe", "Leave.")):
        mail = world.start(client=world.browser(), email=f"p{number}@example.org")
        (answer,) = world.reply(mail, word, f"p{number}@example.org")
        assert answer.text.startswith("You have left")
    silence(world)


def test_a_second_stop_and_all_that_follows_is_silent(world: World) -> None:
    mail = world.start()
    (answer,) = world.reply(mail, "stop")
    before, outbox = everything(world), len(world.rows(Delivery))
    for command in ("stop", "done", "help", "status", "resume", "hello?", ""):
        assert world.reply(mail, command) == []
        assert world.reply(answer, command) == []
    assert everything(world) == before
    assert len(world.rows(Delivery)) == outbox
    silence(world)


def test_two_stops_at_once_are_answered_once(world: World) -> None:
    mail = world.start()
    world.send(world.written(mail, "stop"))
    world.send(world.written(mail, "stop"))
    (answer,) = world.work()
    assert answer.text.startswith("You have left")


def test_what_waits_in_the_outbox_is_not_sent_after_stop(world: World) -> None:
    first = world.start()
    world.time = at(3, 7, 1)
    world.tick()
    for text in ("done", "status", "help", "stop"):
        world.send(world.written(first, text))
    world.receive()
    assert world.deliver() == 1
    assert world.mails[-1].text.startswith("You have left")
    assert daily(world) == ["Mon 02"]
    silence(world)


def test_stop_ends_every_goal_of_the_person_and_nobody_elses(world: World) -> None:
    first = world.start()
    world.later(hours=2)
    second = world.start(goal="Run", step="Put on 1 shoe")
    world.later(hours=2)
    world.sign_up(goal="Read", step="Read 1 line")  # never confirmed
    world.work()
    world.start(client=world.browser(), email="bob@example.org")
    assert first.rcpt_to == second.rcpt_to
    world.reply(first, "stop")
    world.to(at(3, 7, 30))
    assert [mail.rcpt_to for mail in world.mails if mail.message["Date"].datetime.day == 3] == [
        "bob@example.org"
    ]


def test_stop_in_answer_to_the_confirmation_ends_it_before_it_began(world: World) -> None:
    world.sign_up()
    (asking,) = world.work()
    (answer,) = world.reply(asking, "stop")
    assert answer.text.startswith("You have left")
    silence(world)


def test_a_mail_to_the_leaving_address_ends_all_mail_without_an_answer(world: World) -> None:
    mail = world.start()
    header = mail["List-Unsubscribe"]
    address = header[header.index("<mailto:") + 8 : header.index("?subject=")]
    raw = b"From: Ann at work <ann@work.example>\r\nSubject: unsubscribe\r\n\r\n"
    world.send(raw, address)
    assert world.work() == []
    assert world.goal().state == GoalState.ENDED
    world.send(raw.replace(b"Subject", b"X: y\r\nSubject"), address)
    assert world.work() == []
    assert world.reply(mail, "stop") == []
    silence(world)


def test_whoever_comes_back_gets_mail_again_and_old_mails_stay_without_effect(world: World) -> None:
    old = world.start()
    world.reply(old, "stop")
    world.later(hours=2)
    new = world.start(step="Write 2 words")
    assert new["Subject"] == "Write 2 words"
    before = everything(world)
    (answer,) = world.reply(old, "done")
    assert answer.text.startswith("This goal is not getting a daily step at the moment")
    assert everything(world) == before
    world.to(at(3, 7, 30))
    assert world.mails[-1]["Subject"] == "Write 2 words"

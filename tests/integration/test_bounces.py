"""Mail that comes back after it was taken: its day is neutral, and a dead address gets no more."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from service.domain.chain import Mark
from service.mail.addresses import Addresses
from service.mail.kinds import ANSWER
from service.storage.models import Delivery, Inbound, Pause, PausedBy
from tests.integration.crowd import deliveries
from tests.integration.replies import check_ins, everything
from tests.integration.reports import come_back, dsn, stored
from tests.integration.test_suppression import FIRST, length, marks, morning, person
from tests.smtp import Mail
from tests.world import EMAIL, World


def bounce(world: World, status: str, *days: int, action: str = "failed") -> None:
    """Let the mails of these mornings be taken, and come back an hour later."""
    for day in days:
        world.to(morning(day))
        mail = world.mails[-1]
        world.time += timedelta(hours=1)
        come_back(world, mail, status, action)


def outcomes(world: World) -> list[tuple[str, str]]:
    return [(row.state, row.reason) for row in world.rows(Inbound)]


def test_three_days_on_which_mail_came_back_for_good_end_the_mail(world: World) -> None:
    world.start()
    bounce(world, "5.1.1", 1, 2)
    assert person(world).suppressed_at is None
    bounce(world, "5.1.1", 3)
    assert person(world).suppressed_at == morning(3) + timedelta(hours=1)
    assert world.goal().next_due_at is None
    sent = len(world.mails)
    for day in range(4, 10):
        world.to(morning(day))
    assert len(world.mails) == sent
    assert set(outcomes(world)) == {("done", "hard bounce")}


def test_the_day_of_a_mail_that_came_back_is_neutral(world: World) -> None:
    world.press(world.start().link("done"))
    bounce(world, "5.1.1", 1)
    bounce(world, "5.2.2", 2)
    bounce(world, "5.7.1", 3)
    world.to(morning(4))
    assert marks(world, *range(5)) == [Mark.DONE, *[Mark.PAUSED] * 3, Mark.OPEN]
    assert length(world) == 1
    assert [row.by for row in world.rows(Pause)] == [PausedBy.REFUSED, PausedBy.REFUSED, PausedBy.US]


def test_a_day_that_was_done_all_the_same_stays_done(world: World) -> None:
    world.start()
    world.to(morning(1))
    world.reply(world.mails[-1], "done")
    come_back(world, world.mails[1], "5.1.1")
    world.to(morning(2))
    assert marks(world, 1) == [Mark.DONE]
    assert length(world) == 1


def test_a_mail_that_stays_there_in_between_lets_the_count_begin_anew(world: World) -> None:
    world.start()
    bounce(world, "5.1.1", 1, 2)
    world.to(morning(3))
    bounce(world, "5.1.1", 4, 5)
    assert person(world).suppressed_at is None
    bounce(world, "5.1.1", 6)
    assert person(world).suppressed_at is not None


def test_a_mail_comes_back_only_once(world: World) -> None:
    world.start()
    world.to(morning(1))
    for _ in range(4):
        come_back(world, world.mails[-1], "5.1.1")
    assert person(world).suppressed_at is None
    assert len(world.rows(Pause)) == 1
    assert outcomes(world)[-1] == ("done", "a bounce that was counted already")


def test_bounces_of_three_days_that_arrive_in_any_order_count(world: World) -> None:
    world.start()
    mails: list[Mail] = []
    for day in (1, 2, 3):
        world.to(morning(day))
        mails.append(world.mails[-1])
    for mail in (mails[2], mails[0], mails[1]):
        assert person(world).suppressed_at is None
        come_back(world, mail, "5.1.1")
    assert person(world).suppressed_at is not None


def test_a_full_mailbox_ends_the_mail_after_five_days(world: World) -> None:
    world.start()
    bounce(world, "5.2.2", 1, 2, 3, 4)
    assert person(world).suppressed_at is None
    bounce(world, "4.4.7", 5)
    assert person(world).suppressed_at is not None


def test_warnings_that_mail_is_late_do_nothing(world: World) -> None:
    world.start()
    bounce(world, "4.4.1", *range(1, 8), action="delayed")
    assert (person(world).suppressed_at, world.rows(Pause)) == (None, [])
    assert set(outcomes(world)) == {("ignored", "bounce")}


def test_refusals_by_policy_tell_the_operator_and_count_half(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.start()
    bounce(world, "5.7.1", *range(1, 10))
    assert person(world).suppressed_at is None
    (told, *_) = [record for record in caplog.records if "refused for what we are" in record.message]
    assert (told.levelname, told.message[-5:]) == ("WARNING", "5.7.1")
    assert EMAIL not in caplog.text
    bounce(world, "5.7.1", 10)
    assert person(world).suppressed_at is not None


def click(world: World) -> None:
    world.press(world.mails[1].link("done"))


def reply(world: World) -> None:
    world.reply(world.mails[1], "done")


@pytest.mark.parametrize("sign", [click, reply])
def test_a_sign_of_the_person_brings_the_mail_back_and_wipes_out_what_was(
    world: World, sign: Callable[[World], None]
) -> None:
    world.start()
    bounce(world, "5.1.1", 1, 2, 3)
    world.to(morning(6))
    sign(world)
    assert person(world).suppressed_at is None
    world.to(morning(7))
    assert world.mails[-1].rcpt_to == EMAIL
    assert "Write 1 sentence" in world.mails[-1].text
    come_back(world, world.mails[-1], "5.1.1")
    bounce(world, "5.1.1", 8)
    assert person(world).suppressed_at is None
    bounce(world, "5.1.1", 9)
    assert person(world).suppressed_at is not None


def test_a_sign_before_the_end_wipes_out_what_was(world: World) -> None:
    world.start()
    bounce(world, "5.1.1", 1, 2)
    click(world)
    bounce(world, "5.1.1", 3, 4)
    assert person(world).suppressed_at is None


def test_confirmations_and_answers_that_come_back_count_too(world: World) -> None:
    world.sign_up()
    for day in range(3):
        world.to(morning(day) + timedelta(hours=4))
        world.sign_up(world.browser())
        asking = world.work()[-1] if day else world.mails[-1]
        come_back(world, asking, "5.1.1")
    assert person(world).suppressed_at is not None


def test_an_answer_that_comes_back_costs_no_day(world: World) -> None:
    mail = world.start()
    (answer,) = world.reply(mail, "status")
    come_back(world, answer, "5.1.1")
    (row,) = deliveries(world.storage, kind=ANSWER.name)
    assert (row.bounced, world.rows(Pause)) == ("hard", [])


def test_a_mail_of_two_goals_that_comes_back_makes_both_days_neutral(world: World) -> None:
    world.start()
    world.time += timedelta(hours=1)
    world.sign_up(world.browser(), goal="Run", step="Put on my shoes")
    (asking,) = world.work()
    world.press(asking.link("confirm"), world.browser())
    world.work()
    world.to(morning(1))
    come_back(world, world.mails[-1], "5.1.1")
    assert [(row.goal_id, row.first_day) for row in world.rows(Pause)] == [
        (1, FIRST + timedelta(days=1)),
        (2, FIRST + timedelta(days=1)),
    ]


def test_a_bounce_before_its_mail_is_marked_sent_counts(world: World) -> None:
    mail = world.start()
    with world.storage.write() as session:
        session.execute(update(Delivery).values(state="sending", sent_at=None))
    come_back(world, mail, "5.1.1")
    assert deliveries(world.storage, kind="daily")[0].bounced == "hard"


def test_a_forged_bounce_does_nothing(world: World) -> None:
    mail = world.start()
    before = everything(world)
    forged = Addresses("another secret", world.settings.reply_domain).bounce(1)
    fake = Mail(forged, EMAIL, mail.raw)
    assert stored(world, dsn(fake, "5.1.1"), forged) == "ignored: unknown address"
    for address in (mail["Reply-To"], *world.sender.addresses.plain):
        assert stored(world, dsn(fake, "5.1.1"), address) == "ignored: a bounce of no mail of ours"
    gone = world.sender.addresses.bounce(999)
    assert stored(world, dsn(fake, "5.1.1"), gone) == "done: a bounce of a mail that is no more"
    assert everything(world) == before


def test_a_bounce_that_went_to_the_wrong_address_is_known_by_ours_inside(world: World) -> None:
    mail = world.start()
    assert stored(world, dsn(mail, "5.1.1"), mail["Reply-To"]) == "done: hard bounce"
    assert deliveries(world.storage, kind="daily")[0].bounced == "hard"


def test_a_free_form_bounce_counts_and_a_vacation_reply_does_not(world: World) -> None:
    mail = world.start()
    away = (
        f"From: {EMAIL}\r\nAuto-Submitted: auto-replied\r\nSubject: Away\r\n\r\n"
        f"I am away. <{EMAIL}>: mailbox unavailable, user unknown, 550 5.1.1\r\n"
    )
    assert stored(world, away.encode(), mail.mail_from) == "ignored: bounce"
    assert stored(world, away.replace("5.1.1", "5.1.2").encode(), mail["Reply-To"]) == "ignored: bounce"
    free = (
        "From: MAILER-DAEMON@qmail.example.net\r\nSubject: failure notice\r\n\r\n"
        "Hi. This is the qmail-send program at qmail.example.net.\r\n"
        "I'm afraid I wasn't able to deliver your message to the following addresses.\r\n"
        "This is a permanent error; I've given up. Sorry it didn't work out.\r\n\r\n"
        f"<{EMAIL}>:\r\n192.0.2.25 does not like recipient.\r\nRemote host said: 550 unknown user\r\n\r\n"
        "--- Below this line is a copy of the message.\r\n\r\nSubject: x\r\n"
    )
    assert stored(world, free.encode(), mail.mail_from) == "done: hard bounce"
    assert check_ins(world) == {}

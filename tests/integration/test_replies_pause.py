"""Pause and resume by reply: no mail until the day that the answer named."""

import pytest

from tests.integration.replies import at, check_ins, daily, everything
from tests.smtp import Mail
from tests.world import World


def live(world: World, first: int, last: int) -> None:
    """Let the days of March pass, looking at each a minute before and after the hour, and at night."""
    for day in range(first, last + 1):
        for moment in (at(day, 6, 59), at(day, 7, 1), at(day, 22, 30)):
            if moment > world.time:
                world.to(moment)


def said(answer: Mail) -> str:
    """Return the first line of an answer."""
    return answer.text.splitlines()[0]


def test_pause_3_days_after_todays_mail_means_three_whole_days_without(world: World) -> None:
    (answer,) = world.reply(world.start(), "pause 3 days")
    assert said(answer).startswith("Paused. Your next step comes on Friday 6 March, and your chain waits.")
    live(world, 2, 7)
    assert daily(world) == ["Mon 02", "Fri 06", "Sat 07"]


def test_pause_3_days_before_todays_mail_counts_today(world: World) -> None:
    first = world.start()
    world.to(at(3, 5))
    (answer,) = world.reply(first, "pause 3 days")
    assert said(answer).startswith("Paused. Your next step comes on Friday 6 March")
    live(world, 3, 7)
    assert daily(world) == ["Mon 02", "Fri 06", "Sat 07"]


@pytest.mark.parametrize(
    ("command", "named", "last_quiet", "returns"),
    [
        ("pause until monday", "on Monday 9 March", 8, "Mon 09"),
        ("Pause until friday, please.", "on Friday 6 March", 5, "Fri 06"),
        ("pause for a week", "on Tuesday 10 March", 9, "Tue 10"),
        ("pause until 20 mar", "on Friday 20 March", 19, "Fri 20"),
    ],
)
def test_no_mail_comes_until_the_day_that_was_named(
    world: World, command: str, named: str, last_quiet: int, returns: str
) -> None:
    (answer,) = world.reply(world.start(), command)
    assert f"Your next step comes {named}," in said(answer)
    live(world, 2, last_quiet)
    assert daily(world) == ["Mon 02"]
    live(world, last_quiet + 1, last_quiet + 1)
    assert daily(world) == ["Mon 02", returns]


def test_pause_until_24_dec_waits_over_both_changes_of_the_clock(world: World) -> None:
    (answer,) = world.reply(world.start(), "pause until 24 dec")
    assert "Your next step comes on Thursday 24 December," in said(answer)
    for moment in (at(30, 7), at(26, 7, month=10), at(24, 6, 59, month=12)):
        world.to(moment)
        assert daily(world) == ["Mon 02"]
    world.to(at(24, 7, month=12))
    assert daily(world) == ["Mon 02", "Thu 24"]
    assert "Yesterday your chain waited." in world.mails[-1].text


def test_pause_without_a_length_lasts_until_resume(world: World) -> None:
    mail = world.start()
    world.reply(mail, "done")
    (answer,) = world.reply(mail, "pause")
    assert (
        said(answer) == "Paused. No mail with this step comes until you reply resume, and your chain waits."
    )
    live(world, 2, 5)
    world.to(at(20, 5))
    assert daily(world) == ["Mon 02"]
    (status,) = world.reply(mail, "status")
    assert "It is paused until you reply resume." in status.text
    (back,) = world.reply(mail, "resume")
    assert said(back).startswith("Welcome back. Your next step comes today.")
    live(world, 20, 21)
    assert daily(world) == ["Mon 02", "Fri 20", "Sat 21"]
    assert "Chain: 1 day." in world.mails[-2].text


def test_resume_when_not_paused_changes_nothing(world: World) -> None:
    mail = world.start()
    before = everything(world)
    (answer,) = world.reply(mail, "resume")
    assert said(answer) == "You were not paused, so nothing has changed. Your next step comes tomorrow."
    assert everything(world) == before


def test_resume_on_the_day_of_the_pause_leaves_no_trace_of_it(world: World) -> None:
    mail = world.start()
    before = everything(world)
    world.reply(mail, "pause 3 days")
    (back,) = world.reply(mail, "resume")
    assert said(back).startswith("Welcome back. Your next step comes tomorrow.")
    assert everything(world) == before
    live(world, 2, 3)
    assert daily(world) == ["Mon 02", "Tue 03"]


def test_resume_after_the_hour_does_not_count_a_day_that_had_no_mail(world: World) -> None:
    mail = world.start()
    world.reply(mail, "done")
    world.reply(mail, "pause 10 days")
    world.to(at(4, 14))
    (back,) = world.reply(mail, "resume")
    assert said(back).startswith("Welcome back. Your next step comes tomorrow.")
    world.to(at(5, 7))
    assert daily(world) == ["Mon 02", "Thu 05"]
    assert "slipped by" not in world.mails[-1].text
    assert "○" not in world.mails[-1].text
    assert "Chain: 1 day." in world.mails[-1].text


def test_a_new_pause_takes_the_place_of_the_old_one(world: World) -> None:
    mail = world.start()
    world.reply(mail, "pause until 24 dec")
    world.to(at(3, 12))
    (shorter,) = world.reply(mail, "pause until friday")
    assert "Your next step comes on Friday 6 March," in said(shorter)
    live(world, 3, 6)
    assert daily(world) == ["Mon 02", "Fri 06"]
    (endless,) = world.reply(mail, "pause")
    assert "until you reply resume" in said(endless)
    live(world, 7, 9)
    assert daily(world) == ["Mon 02", "Fri 06"]


def test_a_pause_on_chosen_weekdays_names_the_next_of_them(world: World) -> None:
    mail = world.start(days=["mon", "wed"])
    (answer,) = world.reply(mail, "pause 3 days")
    assert "Your next step comes on Monday 9 March," in said(answer)
    live(world, 2, 9)
    assert daily(world) == ["Mon 02", "Mon 09"]


def test_a_step_done_in_a_pause_counts(world: World) -> None:
    mail = world.start()
    world.reply(mail, "pause 3 days")
    (answer,) = world.reply(mail, "done")
    assert said(answer).startswith("Done for today.")
    assert "Chain: 1 day." in answer.text
    assert len(check_ins(world)) == 1
    live(world, 2, 6)
    assert daily(world) == ["Mon 02", "Fri 06"]


def test_a_mail_that_waits_in_the_outbox_is_not_sent_after_a_pause(world: World) -> None:
    first = world.start()
    world.time = at(3, 7, 1)
    world.tick()
    world.send(world.written(first, "pause 3 days"))
    assert world.receive() == ["done"]
    assert world.deliver() == 1
    assert said(world.mails[-1]).startswith("Paused. Your next step comes on")
    assert daily(world) == ["Mon 02"]
    named = "Sat 07" if "Saturday 7 March" in said(world.mails[-1]) else "Fri 06"
    live(world, 3, 8)
    assert daily(world)[1] == named


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("pause 0 days", "A pause needs a length I know"),
        ("pause forever and ever", "A pause needs a length I know"),
        ("pause 500 days", "A pause can last up to a year."),
        ("pause until 2020-01-01", "That day has passed."),
    ],
)
def test_a_pause_of_no_length_changes_nothing_and_says_why(world: World, command: str, why: str) -> None:
    mail = world.start()
    before = everything(world)
    (answer,) = world.reply(mail, command)
    assert f'I read "{command}", and nothing has changed. {why}' in answer.text
    assert "would have ticked" not in answer.text
    assert everything(world) == before

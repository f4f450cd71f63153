"""A long silence: weekly mails that ask, then rest; and any sign brings the daily mail back."""

import pytest

from service.storage.models import Goal
from tests.integration.lived import begin, day, has, links, lived, morning, next_mail, rungs
from tests.integration.replies import everything
from tests.smtp import Mail
from tests.world import World

FOUR, HALF = "Write 4 sentences", "Write 2 sentences"
ASKING = "Smaller, a pause, or a rest?"


def silent(world: World, **fields: str) -> Mail:
    """Do the first day's step and nothing more for two weeks; return the first mail that asks."""
    world.press(begin(world, **{"step": FOUR, **fields}).link("done"))
    assert lived(world, "." * 12, since=2)["Subject"] != ASKING
    return next_mail(world, 15)


def quiet(world: World, first: int, last: int) -> None:
    """Let mornings pass that bring no mail."""
    before = len(world.mails)
    for number in range(first, last + 1):
        world.to(morning(number))
    assert [mail["Subject"] for mail in world.mails[before:]] == []


def resting(world: World) -> Mail:
    """Be silent for so long that the goal rests; return the mail that says so."""
    silent(world)
    for number in (22, 29, 36):
        assert next_mail(world, number)["Subject"] == ASKING
    return next_mail(world, 43)


def test_after_two_weeks_without_a_sign_the_mail_is_weekly_and_asks_and_then_it_rests(world: World) -> None:
    first = silent(world)
    assert first["Subject"] == ASKING
    assert "It has been quiet for a while" in first.text
    assert "Write a book" in first.text
    for page in ("smaller", "pause", "rest", "done", "tiny"):
        assert has(first, page)
    for number in (22, 29, 36):
        quiet(world, number - 6, number - 1)
        assert next_mail(world, number)["Subject"] == ASKING
    quiet(world, 37, 42)
    last = next_mail(world, 43)
    assert last["Subject"] == "I let this rest now"
    assert "Write a book rests now" in last.text
    quiet(world, 44, 60)
    for month in range(3, 12):
        quiet(world, 30 * month, 30 * month)


@pytest.mark.parametrize("sign", ["done", "I will be back soon, I promise", "keep"])
def test_any_sign_brings_the_daily_mail_back_and_the_days_between_are_neutral(
    world: World, sign: str
) -> None:
    silent(world)
    asked = next_mail(world, 22)
    quiet(world, 23, 24)
    if has(asked, sign):
        world.press(asked.link(sign))
    else:
        world.reply(asked, sign)
    assert world.goal().asked == 0
    mail = next_mail(world, 25)
    assert mail["Subject"] in (FOUR, HALF)
    # Days 12 to 15 were missed. From day 16 on nothing is held against anybody, and day 22 is what was said.
    said = "●" if sign == "done" else "–"
    assert f"○ ○ ○ ○ – – – – – – {said} – " in mail.text
    assert next_mail(world, 26)["Subject"] != ASKING


def test_the_day_of_the_sign_is_neutral_too_where_no_mail_came_on_it(world: World) -> None:
    silent(world)
    asked = next_mail(world, 22)
    quiet(world, 23, 24)
    world.reply(asked, "status")
    assert "○ ○ ○ ○ – – – – – – – – – ◌" in next_mail(world, 25).text


@pytest.mark.parametrize("how", ["link", "what was this again"])
def test_a_goal_that_rests_begins_again_at_any_sign(world: World, how: str) -> None:
    last = resting(world)
    quiet(world, 44, 49)
    if how == "link":
        page = world.press(last.link("resume")).text
        assert "Welcome back" in page
        assert "The next mail comes tomorrow." in page
    else:
        world.reply(last, how)
    mail = next_mail(world, 50)
    assert mail["Subject"] == HALF
    assert f"\n{'– ' * 12}" in mail.text
    assert next_mail(world, 51)["Subject"] == HALF


def test_the_smaller_link_makes_the_step_smaller_and_the_mail_daily(world: World) -> None:
    asked = silent(world)
    before = everything(world)
    assert HALF in world.client.get(asked.link("smaller")).text
    assert everything(world) == before
    world.press(asked.link("smaller"))
    world.client.post(asked.link("smaller"))
    assert rungs(world)[1:] == [(str(day(15)), "kept", HALF)]
    mail = next_mail(world, 16)
    assert mail["Subject"] == HALF
    assert "Just for now" not in mail.text


def test_the_pause_link_pauses_for_two_weeks_and_then_the_mail_is_daily(world: World) -> None:
    asked = silent(world)
    page = world.press(asked.link("pause")).text
    assert "Paused" in page
    assert "on Tuesday 31 March" in page
    quiet(world, 16, 29)
    assert [next_mail(world, number)["Subject"] for number in (30, 31)] == [HALF, HALF]
    assert lived(world, "." * 12, since=31)["Subject"] == HALF
    assert next_mail(world, 44)["Subject"] == ASKING


def test_the_rest_link_ends_the_mail_until_a_resume(world: World) -> None:
    asked = silent(world)
    page = world.press(asked.link("rest")).text
    assert "No mail with this step comes until you reply" in page
    quiet(world, 16, 25)
    quiet(world, 60, 60)
    (said,) = world.reply(asked, "resume")
    assert "Welcome back." in said.text
    assert "Your next step comes tomorrow." in said.text
    assert next_mail(world, 61)["Subject"] == HALF


def test_a_pause_is_no_silence(world: World) -> None:
    first = begin(world, step=FOUR)
    world.reply(first, "pause 21 days")
    quiet(world, 2, 22)
    assert next_mail(world, 23)["Subject"] == FOUR
    assert lived(world, "." * 13, since=23)["Subject"] == HALF
    assert next_mail(world, 37)["Subject"] == ASKING


def test_our_own_downtime_is_not_taken_for_the_persons_silence(world: World) -> None:
    begin(world, step=FOUR)
    mail = next_mail(world, 40)
    assert mail["Subject"] == FOUR
    assert "missed" not in mail.text
    for number in (41, 42):
        assert next_mail(world, number)["Subject"] != ASKING
    # One day of silence before the fault and thirteen after it are two weeks.
    world.time = morning(52)
    with world.storage.write() as session:
        session.get_one(Goal, 1).next_due_at = morning(53)
    assert next_mail(world, 53)["Subject"] == ASKING


def test_two_silent_goals_at_the_same_minute_give_one_mail_that_asks(world: World) -> None:
    first = begin(world, step=FOUR)
    world.reply(first, "new: Call more / send 1 message")
    with world.storage.write() as session:
        for goal_id in (1, 2):
            session.get_one(Goal, goal_id).next_due_at = morning(15)
    asked = next_mail(world, 15)
    assert asked["Subject"] == ASKING
    assert len(links(asked, "rest")) == len(links(asked, "done")) == 2
    assert "Write a book" in asked.text
    assert "Call more" in asked.text
    world.press(links(asked, "done")[1])
    after = next_mail(world, 16)
    assert after["Subject"] == "send 1 message"
    assert [goal.asked for goal in world.rows(Goal)] == [1, 0]

"""A goal that eases off: less is the next size, a looser limit the lighter one, and days can be the size."""

import re

import pytest

from service.storage.models import Goal, StepChange
from tests.integration.lived import begin, day, deed, has, line, lived, morning, next_mail, rungs
from tests.world import World

LIMIT = {"goal": "Smoke less", "step": "At most 10 cigarettes", "direction": "less"}
EVENING = {"goal": "A calm evening", "step": "Leave the phone in the kitchen", "direction": "less"}


def test_the_form_asks_for_the_direction_and_builds_up_where_nothing_is_said(world: World) -> None:
    page = world.browser().get("/").text
    offered = re.findall(r'<input[^>]*name="direction"[^>]*value="(\w+)"', page)
    assert offered == ["more", "less"]
    world.sign_up(**LIMIT)
    world.sign_up(email="bob@example.org")
    refused = world.sign_up(email="eve@example.org", direction="sideways")
    assert refused.status_code == 422
    assert "Choose one of the two." in refused.text
    assert [goal.direction for goal in world.rows(Goal)] == ["less", "more"]


def test_the_pages_and_mails_say_i_kept_to_it(world: World) -> None:
    first = begin(world, **LIMIT)
    assert "It is meant to feel almost too easy." in first.text
    assert "I kept to it:" in first.text
    assert "I did it" not in first.text
    assert "I did it" not in first.html
    assert "I kept to it</button>" in world.browser().get(first.link("done")).text
    mail = lived(world, "d..")
    assert mail["Subject"] == "At most 12 cigarettes"
    assert mail.text.startswith("Just for now, easier")
    assert "Keep it like this:" in mail.text


def test_when_it_has_become_easy_a_lower_limit_is_offered(world: World) -> None:
    begin(world, **LIMIT)
    mail = lived(world, "d" * 14)
    assert "The next size would be: At most 9 cigarettes" in mail.text
    world.press(mail.link("grow"))
    world.press(mail.link("done"))
    assert deed(world, 15) == ("full", "9", "cigarette")
    assert next_mail(world, 16)["Subject"] == "At most 9 cigarettes"


def test_after_two_misses_the_limit_is_looser_for_now(world: World) -> None:
    begin(world, **LIMIT)
    mail = lived(world, "d..")
    world.press(mail.link("done"))
    assert deed(world, 4) == ("light", "12", "cigarette")
    assert next_mail(world, 5)["Subject"] == "At most 10 cigarettes"


def test_smaller_lowers_the_limit_and_bigger_raises_it(world: World) -> None:
    first = begin(world, **LIMIT)
    for reply, limit in (("smaller", 9), ("bigger", 10), ("bigger", 11), ("5", 5)):
        (said,) = world.reply(first, reply)
        assert f"Your step is now: At most {limit} cigarettes" in said.text
        assert world.goal().step == f"At most {limit} cigarettes"


def test_a_limit_of_one_is_the_smallest_and_there_is_nothing_lower_to_offer(world: World) -> None:
    first = begin(world, **{**LIMIT, "step": "At most 1 cigarette"})
    (said,) = world.reply(first, "smaller")
    assert "is as low as a number gets, and that is a fine place to be." in said.text
    mail = lived(world, "d" * 14)
    assert "This has become easy." in mail.text
    assert not has(mail, "grow")
    assert world.goal().step == "At most 1 cigarette"


def test_a_limit_is_never_called_a_leap(world: World) -> None:
    assert world.sign_up(**{**LIMIT, "step": "Read 30 pages"}).status_code == 303
    assert not world.goal().leap


@pytest.mark.parametrize(
    ("step", "grown"),
    [
        ("Leave the phone in the kitchen", "Leave the phone in the kitchen"),
        ("Skip the pick-up one evening", "Skip the pick-up two evenings"),
    ],
)
def test_where_days_are_the_size_four_weeks_make_it_easy_and_another_weekday_is_offered(
    world: World, step: str, grown: str
) -> None:
    begin(world, **{**EVENING, "step": step}, days=["mon"])
    early = lived(world, "d......" * 3)
    assert not has(early, "grow")
    mail = lived(world, "d......", since=22)
    named = "on Monday and Thursday" if grown == step else f"{grown}, on Monday and Thursday"
    assert f"The next size would be: {named}" in line(mail.text)
    page = world.browser().get(mail.link("grow")).text
    assert f"Next: {named}" in page
    world.press(mail.link("grow"))
    assert (world.goal().step, world.goal().weekdays) == (grown, 0b1001)
    assert rungs(world)[-1] == (str(day(30)), "offer", grown)


def test_another_weekday_holds_from_the_next_free_day_on_and_past_days_stay_as_they_were(
    world: World,
) -> None:
    begin(world, **EVENING, days=["mon"])
    mail = lived(world, "d......" * 4)
    world.press(mail.link("grow"))
    page = world.press(mail.link("done")).text
    assert "<strong>5</strong> days in your chain" in page
    assert "5 of your last 5 days done" in page
    assert page.count('class="day off"') == 12
    before = len(world.mails)
    for number in (30, 31):
        world.to(morning(number))
    assert len(world.mails) == before
    thursday = next_mail(world, 32)
    assert "Chain: 5 days." in thursday.text
    world.press(thursday.link("done"))
    assert "6 of your last 6 days done." in next_mail(world, 36).text
    assert [row.weekdays for row in world.rows(StepChange)] == [1, 0b1001]


def test_smaller_takes_a_weekday_off_and_the_last_one_stays(world: World) -> None:
    first = begin(world, **EVENING, days=["mon", "thu"])
    (said,) = world.reply(first, "smaller")
    assert "Your step is now: Leave the phone in the kitchen, on Monday" in said.text
    assert world.goal().weekdays == 1
    (said,) = world.reply(first, "smaller")
    assert 'I could not make "Leave the phone in the kitchen" smaller by myself' in said.text
    assert world.goal().weekdays == 1
    assert "Chain: 1 day." in lived(world, "d......").text

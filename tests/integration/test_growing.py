"""A step that has become easy is offered one notch bigger, and grows only by the person's own choice."""

from datetime import timedelta

import pytest

from service.links import Purpose, sign
from service.storage.models import StepChange
from tests.integration.lived import begin, day, deed, has, line, lived, next_mail, rungs
from tests.integration.replies import everything
from tests.integration.test_done import BY_ITSELF, dead, stranger
from tests.world import World

THREE, FOUR, FIVE = (f"Write {number} sentences" for number in (3, 4, 5))


@pytest.mark.parametrize(
    ("marks", "offered"),
    [
        ("ddddd.dddddddd", True),
        ("ddddddtddddddd", True),  # a day in its small version is forgiven as a missed one is
        ("ddddddddddddd", False),
        ("ddddd.ddddtddd", False),
        ("dddddddsdppddddd", False),  # 13 done: days that were skipped or paused don't count
        ("dddddddsdppdddddd", True),
    ],
)
def test_after_fourteen_days_at_its_size_the_mail_offers_the_next(
    world: World, marks: str, offered: bool
) -> None:
    begin(world, step=THREE)
    mail = lived(world, marks)
    assert mail["Subject"] == THREE
    assert [has(mail, "grow"), has(mail, "stay")] == [offered, offered]
    assert (f"This has become easy. The next size would be: {FOUR}" in line(mail.text)) is offered


def test_grow_changes_the_step_from_today_on_and_is_kept_as_a_rung(world: World) -> None:
    begin(world, step=THREE)
    mail = lived(world, "d" * 14)
    world.press(mail.link("grow"))
    assert rungs(world) == [("2026-03-02", "start", THREE), ("2026-03-16", "offer", FOUR)]
    newest = world.rows(StepChange)[-1]
    assert (newest.amount, newest.unit, newest.weekdays) == (4, "sentence", 127)
    assert newest.versions["grown"] == [FIVE, "5"]
    assert newest.versions["light"] == ["Write 2 sentences", "2"]
    assert newest.versions["tiny"] == ["Write 1 sentence", "1"]
    world.press(mail.link("done"))
    assert [deed(world, number) for number in (14, 15)] == [
        ("full", "3", "sentence"),
        ("full", "4", "sentence"),
    ]
    assert next_mail(world, 16)["Subject"] == FOUR


def test_looking_at_the_offer_changes_nothing(world: World) -> None:
    begin(world, step=THREE)
    mail = lived(world, "d" * 14)
    before = everything(world)
    for page in ("grow", "stay"):
        for method in ("GET", "HEAD", "OPTIONS"):
            for browser in (world.client, world.browser()):
                assert browser.open(mail.link(page), method=method).status_code == 200
    assert everything(world) == before


def test_a_second_press_and_a_link_of_an_earlier_size_change_nothing_more(world: World) -> None:
    begin(world, step=THREE)
    old = lived(world, "d" * 14).link("grow")
    for browser in (world.client, world.client, world.browser()):
        assert FOUR in browser.post(old, follow_redirects=True).text
    assert len(rungs(world)) == 2
    world.client.post(lived(world, "d" * 14, since=15).link("grow"))
    assert world.goal().step == FIVE
    page = world.browser().post(old, follow_redirects=True).text
    assert FIVE in page
    assert "<form" not in world.browser().get(old).text
    assert [step for *_, step in rungs(world)] == [THREE, FOUR, FIVE]


def test_an_offer_that_nobody_answers_comes_again_after_seven_scheduled_days(world: World) -> None:
    begin(world, step=THREE)
    offers = {15: has(lived(world, "d" * 14), "grow")}
    for since, marks in ((15, "d"), (16, "ddddd"), (21, "d"), (22, "d"), (23, "ddddds"), (29, "d")):
        offers[since + len(marks)] = has(lived(world, marks, since=since), "grow")
    # Day 28 was skipped and does not count: the next time is day 30.
    assert offers == {15: True, 16: False, 21: False, 22: True, 23: False, 29: False, 30: True}
    assert rungs(world) == [("2026-03-02", "start", THREE)]


def test_stay_lets_the_offer_rest_for_two_weeks(world: World) -> None:
    begin(world, step=THREE)
    mail = lived(world, "d" * 14)
    page = world.press(mail.link("stay")).text
    assert "It stays as it is" in page
    assert "in two weeks at the earliest" in page
    offers = [has(lived(world, "d" * 7, since=since), "grow") for since in (15, 22)]
    assert offers == [False, True]
    assert world.goal().step == THREE


@pytest.mark.parametrize(
    ("reply", "answer", "step"),
    [
        ("grow", f"Your step is now: {FOUR}", FOUR),
        ("stay", f"It stays as it is: {THREE}. I ask again in two weeks at the earliest.", THREE),
    ],
)
def test_the_offer_can_be_answered_in_a_word(world: World, reply: str, answer: str, step: str) -> None:
    begin(world, step=THREE)
    (said,) = world.reply(lived(world, "d" * 14), reply)
    assert answer in line(said.text)
    assert world.goal().step == step
    assert world.goal().rests_until == (day(15) + timedelta(days=14) if step == THREE else None)


def test_a_goal_that_grows_by_itself_says_so_and_its_link_takes_it_back(world: World) -> None:
    (said,) = world.reply(begin(world, step=THREE), "grow on")
    assert "From now on your step grows by itself" in said.text
    mail = lived(world, "d" * 14)
    assert mail["Subject"] == FOUR
    assert "Your step has moved on by itself" in mail.text
    assert not has(mail, "grow")
    assert rungs(world)[-1] == ("2026-03-16", "grew", FOUR)
    page = world.press(mail.link("smaller")).text
    assert THREE in page
    assert world.goal().rests_until == day(29)
    world.press(mail.link("done"))
    assert deed(world, 15) == ("full", "3", "sentence")
    assert [step for *_, step in rungs(world)] == [THREE, FOUR, THREE]
    assert lived(world, "d" * 12, since=16)["Subject"] == THREE


def test_a_goal_that_grew_by_itself_is_taken_back_only_once_and_grow_off_ends_it(world: World) -> None:
    first = begin(world, step=THREE)
    world.reply(first, "grow on")
    mail = lived(world, "d" * 14)
    world.press(mail.link("smaller"))
    page = world.client.post(mail.link("smaller"), follow_redirects=True)
    assert THREE in page.text
    assert len(rungs(world)) == 3
    (said,) = world.reply(mail, "grow off")
    assert "From now on I ask before your step grows." in line(said.text)
    again = lived(world, "d" * 14, since=15)
    assert again["Subject"] == THREE
    assert has(again, "grow")


def test_only_a_known_device_presses_by_itself_and_only_where_there_is_a_choice(world: World) -> None:
    begin(world, step=THREE)
    mail = lived(world, "d" * 14)
    other = stranger(world)
    for name in ("grow", "stay"):
        for browser, by_itself in ((world.client, True), (world.browser(), False), (other, False)):
            page = browser.get(mail.link(name)).text
            assert (BY_ITSELF in page) is by_itself
            assert 'id="done"' in page
        ahead = world.client.get(mail.link(name), headers={"Sec-Purpose": "prefetch"}).text
        assert BY_ITSELF not in ahead
    browser = world.browser()
    browser.post(mail.link("grow"))
    for name in ("grow", "done"):
        assert (BY_ITSELF in browser.get(mail.link(name)).text) is (name == "done")


def test_a_token_that_is_forged_or_meant_for_something_else_is_a_page_that_does_not_exist(
    world: World,
) -> None:
    mail = begin(world, step=THREE)
    before, secret, today = everything(world), world.settings.secret_key, day(1).toordinal()
    done = mail.link("done").rpartition("/")[2]
    for name in ("grow", "stay", "keep", "back", "smaller", "pause", "rest", "resume"):
        good = sign(secret, Purpose(name), 1, 1)
        wrong = "stay" if name == "grow" else "grow"
        for token in (
            done,
            sign(secret, Purpose(wrong), 1, 1),
            sign("another secret of ours", Purpose(name), 1, 1),
            sign(secret, Purpose(name), 99, 1),
            f"{good[:-1]}!",
            good.replace("1-1-", "1-2-", 1),
            "1-1",
        ):
            dead(world, f"/{name}/{token}")
    for name in ("stay", "back", "pause", "rest", "resume"):
        for number in (0, 10**17):
            dead(world, f"/{name}/{sign(secret, Purpose(name), 1, number)}")
    dead(world, f"/done/{sign(secret, Purpose.GROW, 1, today)}")
    assert everything(world) == before

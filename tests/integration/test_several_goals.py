"""Up to three goals a person, and what is due at the same minute comes as one mail with a section each."""

from datetime import timedelta

import pytest

from service.storage.models import CheckIn, Goal, GoalState, StepChange
from tests.integration.lived import (
    BOOK,
    FRIENDS,
    begin,
    day,
    line,
    links,
    lived,
    mark,
    morning,
    next_mail,
    two_goals,
)
from tests.integration.replies import everything
from tests.smtp import Mail
from tests.world import World


def three(world: World) -> Mail:
    """Start three goals; return the first mail of the first."""
    first = begin(world, step=BOOK)
    for goal in ("Call more / send 1 message", "Move more / do 2 squats"):
        world.reply(first, f"new: {goal}")
    assert [goal.state for goal in world.rows(Goal)] == [GoalState.ACTIVE] * 3
    return first


def said(world: World) -> dict[int, str]:
    """Return what day 2 says of each goal."""
    return {row.goal_id: str(row.outcome) for row in world.rows(CheckIn, day=day(2))}


def test_a_new_goal_is_added_in_a_line_and_its_first_step_comes_at_once(world: World) -> None:
    daily, answer = world.reply(begin(world, step=BOOK), f"new: Call more / {FRIENDS}")
    assert "Added: Call more" in answer.text
    assert f"Its first step is on its way to you: {FRIENDS}" in line(answer.text)
    assert daily["Subject"] == FRIENDS
    assert daily.text.startswith("Your first step")
    goal = world.rows(Goal)[1]
    assert (goal.title, f"{goal.send_at:%H:%M}", goal.weekdays, goal.leap) == (
        "Call more",
        "08:00",
        127,
        False,
    )
    world.press(daily.link("done"))
    assert [row.goal_id for row in world.rows(CheckIn)] == [2]


def test_a_new_goal_that_begins_with_a_leap_is_added_and_offered_a_smaller_step(world: World) -> None:
    _, answer = world.reply(begin(world), "new: Read more / read 30 pages")
    assert "That may take more than two minutes." in answer.text
    assert "answer that mail with step: read 1 page." in line(answer.text)
    assert world.rows(Goal)[1].leap


def test_a_new_goal_that_is_none_adds_nothing_and_says_how_it_is_written(world: World) -> None:
    first = begin(world)
    before = everything(world)
    for words, why in (
        ("Read more", "such as new: Write a book / write one sentence."),
        ("/ read 1 page", "such as new: Write a book / write one sentence."),
        (f"Read more / {'x' * 201}", "A goal and a step have at most 200 characters each."),
    ):
        (answer,) = world.reply(first, f"new: {words}")
        assert ", and nothing has changed." in answer.text
        assert why in line(answer.text)
    assert everything(world) == before


def test_a_fourth_goal_is_refused_with_a_sentence_until_one_rests(world: World) -> None:
    first = three(world)
    before = everything(world)
    (answer,) = world.reply(first, "new: Sing more / sing 1 line")
    assert "You have three goals already" in answer.text
    assert everything(world) == before
    world.time += timedelta(hours=1)
    world.sign_up(goal="Sing more", step="Sing 1 line", timezone="UTC")
    (asking,) = world.work()
    before = everything(world)
    for _ in range(2):
        full = world.press(asking.link("confirm"))
        assert full.status_code == 409
        assert "Three goals are enough for now" in full.text
    assert everything(world) == before
    assert world.work() == []
    world.reply(first, "pause 3 days")
    assert world.press(asking.link("confirm")).status_code == 409
    world.reply(first, "pause")
    assert world.press(asking.link("confirm")).status_code == 200
    assert [mail["Subject"] for mail in world.work()] == ["Sing 1 line"]
    assert [goal.state for goal in world.rows(Goal)] == [GoalState.ACTIVE] * 4


def test_goals_due_at_the_same_minute_come_as_one_mail_and_others_by_themselves(world: World) -> None:
    first = three(world)
    (answer,) = world.reply(first, "time 9:00")
    assert "Arranged." in answer.text
    both = next_mail(world, 2)
    assert both["Subject"] == "send 1 message + do 2 squats"
    assert "1. Call more" in both.text
    assert "2. Move more" in both.text
    assert "Plain done means all of them." in line(both.text)
    assert len(links(both, "done")) == len(links(both, "tiny")) == 2
    assert len(links(both, "unsubscribe")) == 1
    before = len(world.mails)
    world.to(morning(2, 9))
    assert [mail["Subject"] for mail in world.mails[before:]] == [BOOK]


def test_the_link_of_a_section_credits_its_own_goal_only(world: World) -> None:
    mail = two_goals(world)
    world.press(links(mail, "done")[1])
    assert said(world) == {2: "done"}
    assert next_mail(world, 3)["Subject"] == f"{BOOK} + {FRIENDS}"


def test_a_reply_means_all_goals_of_the_mail_or_the_one_that_it_names(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.domain.answering.MOST_A_DAY", 20)
    mail = two_goals(world)
    steps = {1: BOOK, 2: FRIENDS}
    for reply, outcomes in (
        ("done", {1: "done", 2: "done"}),
        ("skip", {1: "skipped", 2: "skipped"}),
        ("done 2", {2: "done"}),
        ("2 done", {2: "done"}),
        ("Skip 1.", {1: "skipped"}),
        ("1: done, and gladly", {1: "done"}),
    ):
        (answer,) = world.reply(mail, reply)
        assert said(world) == outcomes, reply
        named = [goal_id for goal_id, step in steps.items() if f"- {step}" in answer.text]
        assert named == ([1, 2] if len(outcomes) == 2 else []), reply
        world.reply(mail, "undo")
        assert said(world) == {}


def test_what_changes_one_step_asks_which_and_a_number_answers(world: World) -> None:
    mail = two_goals(world)
    before = everything(world)
    for verb in ("smaller", "bigger", "step: Open the notebook", "time 9:00", "grow on", "strict on", "keep"):
        (answer,) = world.reply(mail, verb)
        assert "That mail had several steps, so nothing has changed." in answer.text, verb
        assert f"- 1: {BOOK}" in answer.text
        assert f"- 2: {FRIENDS}" in answer.text
    assert everything(world) == before
    smaller, sized = (world.reply(mail, reply)[0] for reply in ("smaller 2", "1: 5 sentences"))
    assert [goal.step for goal in world.rows(Goal)] == ["Write 5 sentences", "Send 1 message"]
    assert next_mail(world, 3)["Subject"] == "Write 5 sentences + Send 1 message"
    assert "Your step is now: Write 5 sentences" in sized.text
    assert "Your step is now: Send 1 message" in smaller.text


def test_pause_and_resume_mean_all_and_a_number_means_one(world: World) -> None:
    mail = two_goals(world)
    world.reply(mail, "pause 2")
    assert next_mail(world, 3)["Subject"] == BOOK
    world.reply(mail, "pause")
    before = len(world.mails)
    world.to(morning(4))
    assert len(world.mails) == before
    world.reply(mail, "resume")
    assert next_mail(world, 5)["Subject"] == f"{BOOK} + {FRIENDS}"


def test_each_section_has_its_own_lighter_step_and_only_one_idea_beside(world: World) -> None:
    two_goals(world)
    mark(world, "d" * 11 + "..", since=2, goal_id=2)
    mail = lived(world, "d" * 13, since=2)
    assert mail["Subject"] == f"{BOOK} + Send 1 message"
    assert len(links(mail, "grow")) == len(links(mail, "keep")) == 1
    world.press(mail.link("keep"))
    world.press(mail.link("grow"))
    assert [goal.step for goal in world.rows(Goal)] == ["Write 5 sentences", "Send 1 message"]
    assert [row.goal_id for row in world.rows(StepChange)] == [1, 2, 2, 1]

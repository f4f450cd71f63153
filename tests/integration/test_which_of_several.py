"""Which of several steps a reply means, and that nothing is done where that is not clear."""

import pytest

from service.domain.chain import Outcome
from service.storage.models import CheckIn, Goal, Pause
from tests.integration.lived import BOOK, FRIENDS, begin, day, line, lived, morning, next_mail, two_goals
from tests.world import World


def ticked(world: World) -> list[int]:
    return [row.goal_id for row in world.rows(CheckIn, day=day(2), outcome=Outcome.DONE)]


@pytest.mark.parametrize("words", ["done 3", "done 1 2", "done 2 and 1", "done 1, 2"])
def test_numbers_that_name_no_one_step_are_asked_about(world: World, words: str) -> None:
    (said,) = world.reply(two_goals(world), words)
    assert said.text.startswith("That mail had several steps, so nothing has changed.")
    assert f"1: {BOOK}" in said.text
    assert ticked(world) == []


def test_a_note_with_a_number_is_still_a_note_for_all(world: World) -> None:
    world.reply(two_goals(world), "done, 2 pages more than planned")
    assert ticked(world) == [1, 2]


def test_to_stop_one_of_several_lets_it_rest_and_leaves_the_other_alone(world: World) -> None:
    (said,) = world.reply(two_goals(world), "stop 2")
    words = line(said.text)
    assert words.startswith(f"For this step: {FRIENDS} Paused. No mail with this step comes until you reply")
    assert [row.goal_id for row in world.rows(Pause)] == [2]
    assert next_mail(world, 3)["Subject"] == BOOK


def test_an_answer_about_one_of_several_names_it_and_one_about_all_names_all(world: World) -> None:
    first = two_goals(world)
    for words, step, said in (
        ("done 2", FRIENDS, "Done for today."),
        ("undo 2", FRIENDS, "Taken back: today is open again."),
        ("1: skip", BOOK, "Skipped for today."),
        ("pause 1", BOOK, "Paused."),
    ):
        (answer,) = world.reply(first, words)
        assert line(answer.text).startswith(f"For this step: {step} {said}")
    (answer,) = world.reply(first, "pause")
    assert line(answer.text).startswith(
        f"For these steps: - {BOOK} - {FRIENDS} Paused. No mail with these steps"
    )


def test_an_answer_is_about_the_step_that_was_meant(world: World) -> None:
    (said,) = world.reply(two_goals(world), "status 2")
    assert said.text.startswith(f"Your step: {FRIENDS}")
    assert "It leads to: Call more" in said.text


def test_what_rests_comes_back_only_where_there_is_room(world: World) -> None:
    first = begin(world, step=BOOK)
    (paused,) = world.reply(first, "pause")
    for goal in ("Call more / send 1 message", "Move more / do 2 squats", "Sing / hum 1 song"):
        world.reply(first, f"new: {goal}")
    (said,) = world.reply(first, "resume")
    assert said.text.startswith("You have three goals already")
    page = world.press(paused.link("resume"))
    assert page.status_code == 409
    assert "Three goals are enough for now" in page.text
    assert world.rows(Goal, id=1)[0].next_due_at is None


def test_a_long_rest_ends_by_the_link_of_its_answer(world: World) -> None:
    (paused,) = world.reply(begin(world, step=BOOK), "pause")
    world.time = morning(200)
    assert "Welcome back" in world.press(paused.link("resume")).text
    assert next_mail(world, 201)["Subject"] == BOOK


def test_resume_after_a_silence_says_welcome_back(world: World) -> None:
    begin(world, step=BOOK)
    asking = lived(world, "." * 14)
    assert asking["Subject"] == "Smaller, a pause, or a rest?"
    (said,) = world.reply(asking, "resume")
    assert line(said.text).startswith("Welcome back. Your next step comes tomorrow.")


def test_a_late_done_leaves_what_todays_mail_asked_for_as_it_was(world: World) -> None:
    begin(world, step=BOOK)
    third = lived(world, "d.")
    fourth = lived(world, ".", since=3)
    assert fourth["Subject"] == "Write 2 sentences"
    world.press(third.link("done"))
    assert "Write 2 sentences" in world.press(fourth.link("done")).text
    (row,) = world.rows(CheckIn, day=day(4))
    assert (row.version, row.amount) == ("light", 2)

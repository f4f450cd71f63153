"""Replies over real SMTP: done, skip, undo, status, help, and what is not understood."""

from datetime import timedelta

import pytest

from service.domain.commands import COMMANDS
from tests.integration.replies import HOUR, MONDAY, at, check_ins, everything
from tests.world import World


def test_done_ticks_the_day_of_the_mail(world: World) -> None:
    (answer,) = world.reply(world.start(), "Done!")
    assert answer.text.startswith("Done for today. To take it back, reply undo.")
    assert "Chain: 1 day." in answer.text
    assert check_ins(world) == {MONDAY: ("done", "reply", "")}


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("done, it felt easy", "it felt easy"),
        ("done\nIt felt easy.\nAnd short.", "It felt easy. And short."),
        ("done: easy\n\nTwo pages even.\n\n-- \nAnn\nstop", "easy Two pages even."),
    ],
)
def test_a_note_is_kept_from_the_same_line_and_from_the_lines_below(
    world: World, text: str, note: str
) -> None:
    (answer,) = world.reply(world.start(), text)
    assert answer.text.startswith("Done for today. Your note is kept with it.")
    assert check_ins(world) == {MONDAY: ("done", "reply", note)}


def test_done_again_changes_nothing_but_a_new_note(world: World) -> None:
    mail = world.start()
    world.reply(mail, "done, easy")
    (again,) = world.reply(mail, "done")
    assert again.text.startswith("Done for today.")
    assert check_ins(world) == {MONDAY: ("done", "reply", "easy")}
    world.reply(mail, "done, twice as easy")
    assert check_ins(world) == {MONDAY: ("done", "reply", "twice as easy")}


def test_skip_lets_the_day_pass_and_the_chain_waits(world: World) -> None:
    world.reply(world.start(), "done")
    world.to(at(3, 7))
    (answer,) = world.reply(world.mails[-1], "skip")
    assert answer.text.startswith("Skipped for today. Your chain waits where it is.")
    assert check_ins(world)[MONDAY + timedelta(days=1)] == ("skipped", "reply", "")
    world.to(at(4, 7))
    assert "Chain: 1 day." in world.mails[-1].text
    assert "Yesterday: skipped, which is fine." in world.mails[-1].text


def test_undo_takes_back_what_the_day_says(world: World) -> None:
    mail = world.start()
    for said in ("done", "skip"):
        world.reply(mail, said)
        assert check_ins(world)
        (answer,) = world.reply(mail, "undo")
        assert answer.text.startswith("Taken back: today is open again.")
        assert check_ins(world) == {}


def test_undo_with_nothing_to_take_back_says_so(world: World) -> None:
    (answer,) = world.reply(world.start(), "undo")
    assert answer.text.startswith("There was nothing to take back for today, so nothing has changed.")


def test_an_answer_can_be_answered_and_is_about_the_same_day(world: World) -> None:
    (answer,) = world.reply(world.start(), "done")
    world.to(at(3, 6))
    (undone,) = world.reply(answer, "undo")
    assert undone.text.startswith("Taken back: Monday 2 March is open again.")
    assert check_ins(world) == {}


def test_a_late_done_credits_the_mails_own_day_and_says_which(world: World) -> None:
    first = world.start()
    world.to(at(3, 7))
    world.to(at(4, 7))
    (answer,) = world.reply(first, "done, on the train")
    assert answer.text.startswith("Done for Monday 2 March.")
    assert check_ins(world) == {MONDAY: ("done", "reply", "on the train")}
    (other,) = world.reply(world.mails[-2], "done")
    assert other.text.startswith("Done for today.")
    assert check_ins(world)[MONDAY + timedelta(days=2)] == ("done", "reply", "")


def test_a_mail_counts_for_seven_days_and_no_longer(world: World) -> None:
    first = world.start()
    world.to(at(9, 22, 59))  # still the seventh day in Berlin
    (answer,) = world.reply(first, "done")
    assert answer.text.startswith("Done for Monday 2 March.")
    world.to(at(9, 23))
    before = everything(world)
    for command in ("done", "skip", "undo"):
        world.time += HOUR
        (answer,) = world.reply(first, command)
        assert answer.text.startswith("That mail is more than a week old, so nothing has changed.")
    assert everything(world) == before


def test_status_tells_step_goal_chain_and_what_comes_next(world: World) -> None:
    mail = world.start()
    world.reply(mail, "done")
    before = everything(world)
    (answer,) = world.reply(mail, "status")
    for line in (
        "Your step: Write 1 sentence",
        "It leads to: Write a book",
        "The next one comes tomorrow at 08:00.",
        "Chain: 1 day.",
    ):
        assert line in answer.text.splitlines()
    assert everything(world) == before


def test_help_lists_every_command_and_changes_nothing(world: World) -> None:
    mail = world.start()
    before = everything(world)
    (answer,) = world.reply(mail, "HELP")
    for row in (row for row in COMMANDS if row.usage):
        assert f"- {row.usage} – {row.does}" in answer.text.splitlines()
    assert everything(world) == before


def test_what_is_not_understood_changes_nothing_and_says_what_would_have(world: World) -> None:
    mail = world.start()
    before = everything(world)
    for line in (
        "donut",
        "Did I do it? done",
        "stop sending me this so early",
        "skip or undo",
    ):
        world.time += HOUR
        (answer,) = world.reply(mail, f"{line}\ndone\nstop")
        assert f'I read "{line}" and did not understand it' in answer.text
        assert "so nothing has changed." in answer.text
        assert "done would have ticked today, skip would have let it pass" in answer.text
        assert everything(world) == before


@pytest.mark.parametrize("text", ["not done", "done?", "I am not done", "noch nicht"])
def test_what_is_not_done_yet_is_not_called_something_we_do_not_understand(world: World, text: str) -> None:
    mail = world.start()
    before = everything(world)
    (answer,) = world.reply(mail, text)
    words = " ".join(answer.text.split())
    assert words.startswith(
        f'I read "{text}", and nothing has changed. If it is not done yet, nothing is lost'
    )
    assert "did not understand" not in words
    assert "would have ticked" not in words
    assert "to take a done back, write undo." in words
    assert everything(world) == before


@pytest.mark.parametrize("text", ["", "\n\n", "   \n\t"])
def test_a_reply_without_words_changes_nothing_and_says_so(world: World, text: str) -> None:
    mail = world.start()
    before = everything(world)
    (answer,) = world.reply(mail, text)
    assert answer.text.startswith(
        "I found no words of yours at the top of your mail, so nothing has changed."
    )
    assert everything(world) == before


def test_a_reply_before_the_start_changes_nothing_and_says_how_to_start(world: World) -> None:
    world.sign_up()
    (asking,) = world.work()
    before = everything(world)
    for command in ("done", "pause", "bigger", "status"):
        world.time += HOUR
        (answer,) = world.reply(asking, command)
        assert answer.text.startswith("This goal is not getting a daily step at the moment")
    assert everything(world) == before

"""Smaller, bigger, and a step in one's own words, by reply."""

import pytest

from service.storage.models import StepChange
from tests.integration.replies import at, everything
from tests.world import World


def history(world: World) -> list[str]:
    """Return the goal's steps, oldest first."""
    return [row.step for row in world.rows(StepChange)]


def test_smaller_and_bigger_move_the_step_by_a_notch_and_back(world: World) -> None:
    mail = world.start(step="Write 3 sentences")
    for command, step in (
        ("smaller", "Write 2 sentences"),
        ("smaller please", "Write 1 sentence"),
        ("bigger", "Write 2 sentences"),
        ("Bigger!", "Write 3 sentences"),
    ):
        (answer,) = world.reply(mail, command)
        assert f"Your step is now: {step}" in answer.text
        assert world.goal().step == step
    assert history(world) == [
        "Write 3 sentences",
        "Write 2 sentences",
        "Write 1 sentence",
        "Write 2 sentences",
        "Write 3 sentences",
    ]


def test_the_next_mail_brings_the_new_step_in_subject_and_text(world: World) -> None:
    world.reply(world.start(step="Write 3 sentences"), "smaller")
    world.to(at(3, 7))
    assert world.mails[-1]["Subject"] == "Write 2 sentences"
    assert "Write 2 sentences" in world.mails[-1].text.splitlines()
    assert "3 sentences" not in world.mails[-1].text


def test_smaller_at_one_changes_nothing_and_says_so_kindly(world: World) -> None:
    mail = world.start(step="Write 1 sentence")
    before = everything(world)
    (answer,) = world.reply(mail, "smaller")
    assert answer.text.startswith(
        '"Write 1 sentence" is as small as a number gets, and that is a fine place to be. '
        "If you want it smaller still, reply step: Write 1 word."
    )
    assert everything(world) == before


@pytest.mark.parametrize("command", ["smaller", "bigger"])
def test_a_step_without_an_amount_is_not_guessed_at(world: World, command: str) -> None:
    mail = world.start(step="Open the notebook")
    before = everything(world)
    (answer,) = world.reply(mail, command)
    assert f'I could not make "Open the notebook" {command} by myself, so nothing has changed.' in answer.text
    assert "Reply step: and" in answer.text
    assert everything(world) == before


def test_a_step_in_ones_own_words_takes_the_place_of_the_old_one(world: World) -> None:
    mail = world.start()
    (answer,) = world.reply(mail, "Step:  Écrire  deux lignes ✍️\nand below it a remark")
    assert "Your step is now: Écrire deux lignes ✍️" in answer.text
    assert world.goal().step == "Écrire deux lignes ✍️"
    assert history(world) == ["Write 1 sentence", "Écrire deux lignes ✍️"]
    world.to(at(3, 7))
    assert world.mails[-1]["Subject"] == "Écrire deux lignes ✍️"


@pytest.mark.parametrize("command", ["bigger", "5 sentences", "step: open the book", "step: read 30 pages"])
def test_an_answer_says_how_to_have_the_old_step_back_and_that_works(world: World, command: str) -> None:
    mail = world.start(step="Write 3 sentences")
    (answer,) = world.reply(mail, command)
    assert world.goal().step != "Write 3 sentences"
    said = next(line for line in answer.text.splitlines() if line.startswith("To take it back, reply "))
    world.reply(answer, said.removeprefix("To take it back, reply ").removesuffix("."))
    assert world.goal().step == "Write 3 sentences"


def test_an_old_step_that_would_be_read_as_a_command_is_not_offered_back(world: World) -> None:
    mail = world.start(step="Skip")
    (answer,) = world.reply(mail, "step: skip one song")
    assert "To change it again, reply smaller, bigger, or step: and your own words." in answer.text


def test_the_same_step_again_adds_no_history(world: World) -> None:
    mail = world.start()
    (answer,) = world.reply(mail, "step: Write 1 sentence")
    assert "Your step is now: Write 1 sentence" in answer.text
    assert history(world) == ["Write 1 sentence"]


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("step:", "Write the new step behind it, such as step: write two lines."),
        (f"step: {'x' * 201}", "A step has at most 200 characters."),
        (f"step: {'word ' * 100}", "A step has at most 200 characters."),
    ],
)
def test_a_step_that_is_none_changes_nothing_and_says_why(world: World, command: str, why: str) -> None:
    mail = world.start()
    before = everything(world)
    (answer,) = world.reply(mail, command)
    assert ", and nothing has changed." in answer.text
    assert why in " ".join(answer.text.split())
    assert everything(world) == before


def test_a_hostile_step_is_inert_text_in_the_answer_and_in_the_next_mail(world: World) -> None:
    mail = world.start()
    hostile = "{{7*7}} <b>x</b> [y](javascript:1) =?UTF-8?Q?=0A?=Bcc: z@example.org \u202eevil"
    kept = hostile.replace("\u202e", "")
    (answer,) = world.reply(mail, f"step: {hostile}")
    world.to(at(3, 7))
    next_mail = world.mails[-1]
    assert world.goal().step == kept
    assert next_mail["Subject"].lstrip() == kept.replace("=?", "= ?")
    for sent in (answer, next_mail):
        assert kept in " ".join(sent.text.split())
        assert "<b>" not in sent.html
        assert 'href="javascript' not in sent.html
        assert "Bcc" not in sent.message
        assert sent.message.keys().count("Subject") == 1


def test_the_step_changes_in_a_pause_too(world: World) -> None:
    mail = world.start()
    world.reply(mail, "pause until friday")
    world.reply(mail, "step: Open the notebook")
    for day in range(3, 7):
        world.to(at(day, 7))
    assert world.mails[-1]["Subject"] == "Open the notebook"
    assert len([sent for sent in world.mails if "List-ID" in sent.message]) == 2

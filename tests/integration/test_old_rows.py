"""Rows as the release before wrote them: a goal without signs, its rungs without sizes, or no rung at all."""

from typing import Any

import pytest
from sqlalchemy import delete, update

from service.storage.models import CheckIn, Goal, StepChange
from tests.integration.lived import FIRST, begin, day, deed, line, lived, morning, next_mail
from tests.world import World

STEP = "Write 3 sentences"
OLD: dict[str, Any] = {"amount": None, "unit": "", "weekdays": None, "why": "", "versions": None}


@pytest.fixture(params=["rungs without sizes", "no rung"])
def old(request: pytest.FixtureRequest, world: World) -> World:
    """A goal that an older release started and changed once, or whose history got lost."""
    begin(world, step=STEP)
    with world.storage.write() as session:
        if request.param == "no rung":
            session.execute(delete(StepChange))
        else:
            session.execute(update(StepChange).values(step="Write a page", **OLD))
            session.add(StepChange(goal_id=1, day=FIRST, at=world.time, step=STEP, **OLD))
        session.execute(update(Goal).values(signed_on=None))
    return world


def test_its_mails_come_and_its_links_work(old: World) -> None:
    mail = next_mail(old, 2)
    assert mail["Subject"] == STEP
    assert "just the beginning of it" in mail.text
    page = old.press(mail.link("done")).text
    assert "<strong>1</strong> day in your chain" in page
    assert deed(old, 2) == ("full", "", "")
    after = next_mail(old, 3)
    old.press(after.link("tiny"))
    assert deed(old, 3) == ("tiny", "", "")
    missed = lived(old, "..", since=4)
    assert missed["Subject"] == STEP
    assert "2 days done so far." in missed.text


def test_all_replies_are_answered_and_a_step_that_is_changed_has_sizes_from_then_on(
    old: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.domain.answering.MOST_A_DAY", 20)
    mail = next_mail(old, 2)
    for reply in ("keep", "back", "stay", "status", "grow on", "better: a pen", "skip", "undo", "time 8:00"):
        assert len(old.reply(mail, reply)) == 1, reply
    assert old.goal().step == STEP
    for reply, step in (
        ("smaller", "Write 2 sentences"),
        ("bigger", "Write 3 sentences"),
        ("5 sentences", "Write 5 sentences"),
        ("step: Open the notebook", "Open the notebook"),
        ("step: Write 4 sentences", "Write 4 sentences"),
    ):
        (answer,) = old.reply(mail, reply)
        assert f"Your step is now: {step}" in answer.text
    old.press(mail.link("done"))
    assert deed(old, 2) == ("full", "4", "sentence")
    assert next_mail(old, 3)["Subject"] == "Write 4 sentences"
    newest = old.rows(StepChange)[-1]
    assert newest.versions["grown"] == ["Write 5 sentences", "5"]
    assert newest.weekdays == 127


def test_other_days_leave_its_past_days_as_they_were(old: World) -> None:
    mail = lived(old, "dd.d")
    assert "3 of your last 4 days done." in mail.text
    old.reply(mail, "days sat sun")
    weekend = next_mail(old, 6)
    assert "● ● ○ ● ○ ◌" in weekend.text
    assert "3 of your last 5 days done." in weekend.text


def test_days_done_before_there_were_versions_count_in_full_and_make_it_easy(old: World) -> None:
    with old.storage.write() as session:
        for number in range(1, 14):
            row = CheckIn(goal_id=1, day=day(number), outcome="done", via="link", at=morning(number, 9))
            session.add(row)
    mail = lived(old, "d", since=14)
    assert mail["Subject"] == STEP
    assert "Chain: 14 days." in mail.text
    if old.rows(StepChange):
        assert "This has become easy." in line(mail.text)
    (answer,) = old.reply(mail, "grow")
    assert "Your step is now: Write 4 sentences" in answer.text
    assert next_mail(old, 16)["Subject"] == "Write 4 sentences"


def test_it_grows_by_itself_where_that_is_wanted(old: World) -> None:
    with old.storage.write() as session:
        session.execute(update(Goal).values(grows=True))
    grown = "Write 4 sentences" if old.rows(StepChange) else STEP
    assert lived(old, "d" * 14)["Subject"] == grown


def test_a_goal_without_any_sign_gets_its_mail_and_is_not_taken_for_silent(old: World) -> None:
    with old.storage.write() as session:
        session.execute(update(Goal).values(next_due_at=morning(60), signed_on=None))
    assert next_mail(old, 60)["Subject"] == STEP
    assert next_mail(old, 61)["Subject"] == STEP

"""What a person wrote comes back after a week, a month or a year; and milestones are told, sparsely."""

import re

from service.storage.models import CheckIn, Improvement
from tests.integration.lived import begin, day, line, lived, next_mail
from tests.integration.replies import HOUR, everything
from tests.smtp import Mail
from tests.world import World

KETTLE = "moved the book next to the kettle"


def recalled(mail: Mail) -> str:
    """Return what a mail brings back, such as `week: the first`; empty where it brings nothing back."""
    found = re.search(r"A (week|month|year) ago today you wrote: (.*?) ---", line(mail.text))
    return f"{found[1]}: {found[2]}" if found else ""


def test_better_is_kept_and_answered(world: World) -> None:
    first = begin(world)
    (said,) = world.reply(first, f"better: {KETTLE}\nand bought a pen")
    assert f"Kept: {KETTLE} and bought a pen" in line(said.text)
    assert "One day I will remind you of it." in said.text
    (kept,) = world.rows(Improvement)
    assert (kept.goal_id, kept.day, kept.text) == (1, day(1), f"{KETTLE} and bought a pen")
    assert world.rows(CheckIn) == []


def test_better_without_words_keeps_nothing_and_says_how_it_is_written(world: World) -> None:
    first = begin(world)
    before = everything(world)
    for reply in ("better", "better: ...", "Better!"):
        world.time += HOUR
        (said,) = world.reply(first, reply)
        assert "Write what you made better behind it, such as better: put the shoes" in line(said.text)
    assert everything(world) == before


def test_words_come_back_after_a_week_a_month_and_a_year_and_not_in_between(world: World) -> None:
    first = begin(world)
    world.reply(first, f"better: {KETTLE}")
    world.reply(first, "done, and it was easy")
    found = {}
    # 2 March: a week later is day 8, a month later day 32, a year later day 366.
    for since, marks in (
        (2, ".ddd.d"),
        (8, "d"),
        (9, "..d" * 7 + "d"),
        (31, "d"),
        (32, "d"),
        (33, "..d" * 111),
    ):
        found[since + len(marks)] = recalled(lived(world, marks, since=since))
    words = f"it was easy · {KETTLE}"
    told = {8: f"week: and {words}", 32: f"month: and {words}", 366: f"year: and {words}"}
    assert found == {9: "", 31: "", 33: "", **told}


def test_at_most_one_memory_comes_back_in_a_week(world: World) -> None:
    world.reply(begin(world), "done: the first")
    world.reply(lived(world, "."), "better: the second")
    world.reply(lived(world, "d", since=2), "done: the third")
    found = {}
    for since, marks in ((3, ".ddd."), (8, "d"), (9, "d"), (10, "d"), (11, "dddd")):
        found[since + len(marks)] = recalled(lived(world, marks, since=since))
    assert found == {8: "week: the first", 9: "", 10: "", 11: "", 15: ""}


def test_a_day_that_has_nothing_written_has_nothing_to_bring_back(world: World) -> None:
    world.reply(begin(world), "done")
    assert recalled(lived(world, "..dddd", since=2)) == ""


def test_words_of_another_goal_stay_with_it(world: World) -> None:
    first = begin(world)
    world.reply(first, f"better: {KETTLE}")
    world.sign_up(email="bob@example.org", timezone="UTC", send_at="08:30")
    world.press(world.work()[0].link("confirm"), world.browser())
    before = len(world.mails)
    world.later(days=7)
    mails = {mail.rcpt_to: mail for mail in world.mails[before:]}
    assert KETTLE in mails["ann@example.org"].text
    assert KETTLE not in mails["bob@example.org"].text


def test_hostile_words_are_inert_in_the_answer_and_when_they_come_back(world: World) -> None:
    first = begin(world)
    hostile = (
        '{{7*7}} <script>alert(1)</script> [x](javascript:alert(1)) ![i](https://e.example/i.png) "q" & *b*'
    )
    (answer,) = world.reply(first, f"better: {hostile}")
    mail = lived(world, ".ddd.dd", since=1)
    assert recalled(mail)
    for sent in (answer, mail):
        assert hostile in line(sent.text)
        assert "<script" not in sent.html
        assert "<img" not in sent.html
        assert 'href="javascript' not in sent.html
        assert "{{7*7}}" in sent.html


def milestones(mail: Mail) -> list[int]:
    """Return the milestones that a mail tells."""
    return [int(found) for found in re.findall(r"^(\d+) days done\. ", mail.text, re.MULTILINE)]


def test_milestones_are_told_on_the_morning_after_and_not_again(world: World) -> None:
    begin(world)
    told = {}
    for since, marks in ((1, "d.ddddd"), (8, "d"), (9, "."), (10, "dddd.ddd.ddd.ddd"), (26, "d"), (27, ".")):
        told[since + len(marks)] = milestones(lived(world, marks, since=since))
    assert told == {8: [], 9: [7], 10: [], 26: [], 27: [21], 28: []}


def test_a_milestone_that_was_told_is_not_told_again_after_a_skipped_day(world: World) -> None:
    begin(world)
    assert milestones(lived(world, "ddddddd")) == [7]
    world.reply(world.mails[-1], "skip")
    assert milestones(next_mail(world, 9)) == []

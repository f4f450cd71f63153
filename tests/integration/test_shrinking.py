"""A bad stretch is met with a smaller step, which counts in full, and the person's own size comes back."""

import pytest

from service.storage.models import CheckIn, StepChange
from tests.integration.lived import begin, deed, has, line, lived, next_mail, rungs
from tests.integration.replies import everything
from tests.integration.test_done import dead, undo_path
from tests.world import World

FOUR, HALF = "Write 4 sentences", "Write 2 sentences"


def test_after_two_missed_days_the_mail_asks_for_less_and_its_done_counts_that(world: World) -> None:
    begin(world, step=FOUR)
    mail = lived(world, "d..")
    assert mail["Subject"] == HALF
    assert mail.text.startswith("Just for now, smaller")
    assert "Two days slipped by, so today asks for less. It counts in full." in line(mail.text)
    assert HALF in world.browser().get(mail.link("done")).text
    page = world.press(mail.link("done")).text
    assert HALF in page
    assert "<strong>1</strong> day in your chain" in page
    assert "6 sentences so far" in page
    assert deed(world, 4) == ("light", "2", "sentence")
    after = next_mail(world, 5)
    assert after["Subject"] == FOUR
    assert "Just for now" not in after.text
    assert rungs(world) == [("2026-03-02", "start", FOUR)]


@pytest.mark.parametrize("marks", ["d.dp.", "dds."])
def test_less_than_two_missed_days_in_a_row_ask_for_no_less(world: World, marks: str) -> None:
    begin(world, step=FOUR)
    mail = lived(world, marks)
    assert mail["Subject"] == FOUR
    assert not has(mail, "keep")
    assert not has(mail, "back")


def test_a_lighter_step_stays_until_one_is_done_and_neutral_days_between_do_not_end_it(world: World) -> None:
    begin(world, step=FOUR)
    for since, marks in ((1, "d.."), (4, "."), (5, "sp"), (7, ".")):
        assert lived(world, marks, since=since)["Subject"] == HALF
    assert lived(world, "t", since=8)["Subject"] == FOUR


def test_a_strict_goal_breaks_at_one_miss_and_is_asked_for_less_after_two_as_any_other(world: World) -> None:
    world.reply(begin(world, step=FOUR), "strict on")
    mail = lived(world, "d.")
    assert mail["Subject"] == FOUR
    assert "1 day done so far" in mail.text
    assert lived(world, ".", since=3)["Subject"] == HALF


def test_keep_makes_the_lighter_step_the_step(world: World) -> None:
    begin(world, step=FOUR)
    mail = lived(world, "d..")
    before = everything(world)
    assert world.client.get(mail.link("keep")).status_code == 200
    assert everything(world) == before
    page = world.press(mail.link("keep")).text
    assert "Your step is now" in page
    assert HALF in page
    world.client.post(mail.link("keep"))
    assert rungs(world) == [("2026-03-02", "start", FOUR), ("2026-03-05", "kept", HALF)]
    world.press(mail.link("done"))
    assert deed(world, 4) == ("full", "2", "sentence")
    assert next_mail(world, 5)["Subject"] == HALF


def test_back_brings_the_own_size_back_on_todays_page_and_in_the_next_mail(world: World) -> None:
    begin(world, step=FOUR)
    mail = lived(world, "d..")
    assert HALF in world.client.get(mail.link("done")).text
    page = world.press(mail.link("back")).text
    assert "Your own size it is" in page
    assert FOUR in page
    today = world.client.get(mail.link("done")).text
    assert FOUR in today
    assert HALF not in today
    assert lived(world, ".", since=4)["Subject"] == FOUR
    assert lived(world, ".", since=5)["Subject"] == HALF
    assert rungs(world) == [("2026-03-02", "start", FOUR)]
    # A link of an earlier day says nothing of today.
    world.client.post(mail.link("back"))
    assert HALF in world.client.get(world.mails[-1].link("done")).text


@pytest.mark.parametrize(
    ("reply", "answer", "tomorrow"),
    [
        ("keep", f"Your step is now: {HALF}", HALF),
        ("back", f"Back to your own size: {FOUR}", FOUR),
    ],
)
def test_keep_and_back_work_by_reply_too(world: World, reply: str, answer: str, tomorrow: str) -> None:
    begin(world, step=FOUR)
    (said,) = world.reply(lived(world, "d.."), reply)
    assert answer in said.text
    assert lived(world, ".", since=4)["Subject"] == tomorrow


@pytest.mark.parametrize(
    ("fields", "offered", "credited", "told"),
    [
        ({"step": FOUR}, "Write 1 sentence", ("tiny", "1", "sentence"), "Write 1 sentence"),
        ({"step": "Write 1 sentence"}, "Write 1 word", ("tiny", "", "sentence"), "Write 1 word"),
        (
            {"step": "Open the notebook"},
            "just the beginning of it",
            ("tiny", "", ""),
            "The small version of it, and it counts in full.",
        ),
        (
            {"step": "At most 10 cigarettes", "direction": "less"},
            "At most 12 cigarettes",
            ("tiny", "12", "cigarette"),
            "At most 12 cigarettes",
        ),
    ],
)
def test_every_mail_has_a_version_for_a_bad_day_that_counts_in_full(
    world: World, fields: dict[str, str], offered: str, credited: tuple[str, str, str], told: str
) -> None:
    first = begin(world, **fields)
    day_is = "hard" if "direction" in fields else "bad"
    assert f"On a {day_is} day this counts too: {offered}:" in line(first.text)
    before = everything(world)
    assert "<form" in world.browser().get(first.link("tiny")).text
    assert everything(world) == before
    page = world.press(first.link("tiny"), world.browser()).text
    assert told in page
    assert "<strong>1</strong> day in your chain" in page
    assert deed(world, 1) == credited
    assert "Chain: 1 day." in next_mail(world, 2).text
    world.client.post(undo_path(page))
    assert world.rows(CheckIn) == []


def test_a_small_version_that_was_undone_may_be_done_in_full_and_the_first_word_counts(world: World) -> None:
    first = begin(world, step=FOUR)
    page = world.press(first.link("tiny")).text
    world.client.post(first.link("done"))
    assert deed(world, 1) == ("tiny", "1", "sentence")
    assert "Taken back" in world.client.post(undo_path(page), follow_redirects=True).text
    world.press(first.link("done"))
    assert deed(world, 1) == ("full", "4", "sentence")
    dead(world, first.link("done").replace("done", "tiny"))


def test_replies_set_any_size_and_past_days_keep_theirs(world: World) -> None:
    first = begin(world, step=FOUR)
    world.press(first.link("done"))
    second = next_mail(world, 2)
    for reply, step in (
        ("smaller", "Write 3 sentences"),
        ("ten", "Write 10 sentences"),
        ("5 sentences please", "Write 5 sentences"),
    ):
        (said,) = world.reply(second, reply)
        assert f"Your step is now: {step}" in said.text
    world.press(next_mail(world, 3).link("done"))
    world.press(second.link("done"))  # a day late, and after its size was set
    assert [deed(world, number)[1] for number in (1, 2, 3)] == ["4", "5", "5"]
    assert world.rows(StepChange)[-1].amount == 5


def test_a_late_done_credits_the_size_and_the_version_that_its_own_mail_asked_for(world: World) -> None:
    first = begin(world, step=FOUR)
    lighter = lived(world, "...")
    fifth = lived(world, ".", since=4)
    world.reply(fifth, "step: Write 9 sentences")
    world.press(lighter.link("done"))
    world.press(first.link("done"))
    world.press(fifth.link("done"))
    assert [deed(world, number)[:2] for number in (1, 4, 5)] == [
        ("full", "4"),
        ("light", "2"),
        ("full", "9"),
    ]


def test_a_size_that_is_none_or_does_not_fit_changes_nothing(world: World) -> None:
    first = begin(world, step=FOUR)
    before = everything(world)
    for reply in ("1e9 minutes", "-3", "٣", "99999999 pages", "0 sentences"):
        (said,) = world.reply(first, reply)
        assert "Write an amount like 5 minutes or 2 pages: more than nothing, and at most" in line(said.text)
    (said,) = world.reply(first, "5 minutes")
    assert f'I could not fit that amount into "{FOUR}", so nothing has changed.' in line(said.text)
    assert everything(world) == before

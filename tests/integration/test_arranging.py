"""Hour, days, zone, strictness, quiet and growing by itself, arranged by reply."""

import pytest

from service.storage.models import CheckIn, Goal
from tests.integration.lived import begin, day, line, lived, morning, next_mail
from tests.integration.replies import everything
from tests.smtp import Mail
from tests.world import World

STEP = "Write 3 sentences"


def mails_at(world: World, *moments: tuple[int, int]) -> list[str]:
    """Go to each day and hour; return the subjects of what comes there, empty where nothing does."""
    found = []
    for number, hour in moments:
        before = len(world.mails)
        world.to(morning(number, hour))
        found.append(" | ".join(mail["Subject"] for mail in world.mails[before:]))
    return found


def before_the_mail(world: World) -> Mail:
    """Do the first day's step and go to the hour before the second's mail; return the first mail."""
    first = begin(world, step=STEP)
    world.press(first.link("done"))
    world.to(morning(2, 7))
    return first


def test_an_hour_that_has_passed_today_brings_the_mail_now_and_once(world: World) -> None:
    first = before_the_mail(world)
    came = world.reply(first, "time 6:30")
    assert sorted(mail["Subject"] for mail in came) == [f"Re: {STEP}", STEP]
    (answer,) = (mail for mail in came if mail["Subject"].startswith("Re:"))
    assert "Arranged. Your step comes every day at 06:30, UTC. The next one comes tomorrow." in line(
        answer.text
    )
    assert mails_at(world, (2, 8), (3, 6), (3, 7), (3, 8)) == ["", "", STEP, ""]


def test_a_later_hour_today_brings_todays_mail_then(world: World) -> None:
    (answer,) = world.reply(before_the_mail(world), "time 11 am")
    assert "every day at 11:00, UTC. The next one comes today." in line(answer.text)
    assert mails_at(world, (2, 8), (2, 11), (3, 8), (3, 11)) == ["", STEP, "", STEP]


def test_after_todays_mail_another_hour_holds_from_tomorrow_on(world: World) -> None:
    (answer,) = world.reply(begin(world, step=STEP), "time 22:00")
    assert "every day at 22:00, UTC. The next one comes tomorrow." in line(answer.text)
    assert mails_at(world, (1, 22), (2, 8), (2, 22)) == ["", "", STEP]


@pytest.mark.parametrize(
    ("reply", "days", "mails"),
    [
        ("days mon wed fri", "on Monday, Wednesday and Friday", [3, 5, 8]),
        ("weekends", "on Saturday and Sunday", [6, 7]),
    ],
)
def test_other_days_hold_from_tomorrow_on_and_todays_mail_still_counts(
    world: World, reply: str, days: str, mails: list[int]
) -> None:
    world.press(begin(world, step=STEP).link("done"))
    tuesday = next_mail(world, 2)
    (answer,) = world.reply(tuesday, reply)
    assert f"Your step comes {days} at 08:00, UTC." in line(answer.text)
    page = world.press(tuesday.link("done")).text
    assert "<strong>2</strong> days in your chain" in page
    came = mails_at(world, *((number, 8) for number in range(3, 9)))
    assert [number for number, subject in enumerate(came, 3) if subject] == mails
    # Monday and Tuesday stay what they were, and a day that has no step is not a missed one.
    page = world.client.get(tuesday.link("done")).text
    assert page.count('class="day done"') == 2
    assert page.count('class="day missed"') == len([number for number in mails if number != 8])


def test_a_day_taken_off_before_its_mail_brings_none_and_is_not_missed(world: World) -> None:
    first = before_the_mail(world)
    (answer,) = world.reply(first, "days mon")
    assert "on Monday at 08:00, UTC. The next one comes on Monday 9 March." in line(answer.text)
    assert mails_at(world, (2, 8), (3, 8)) == ["", ""]
    mail = next_mail(world, 8)
    assert "● · · · · · · ◌" in mail.text
    (answer,) = world.reply(mail, "every day")
    assert "every day at 08:00, UTC. The next one comes tomorrow." in line(answer.text)
    assert "● · · · · · · ○ ◌" in next_mail(world, 9).text


@pytest.mark.parametrize(
    ("zone", "quiet", "comes"),
    [
        ("Asia/Tokyo", (2, 22), (2, 23)),  # 8:00 on day 3
        ("Pacific/Honolulu", (3, 17), (3, 18)),  # it is still day 1 there, and day 2 does not come twice
    ],
)
def test_another_zone_moves_all_goals_and_no_day_gets_a_second_mail(
    world: World, zone: str, quiet: tuple[int, int], comes: tuple[int, int]
) -> None:
    world.reply(begin(world, step=STEP), "new: Call more / send 1 message")
    both = next_mail(world, 2)
    world.time = morning(2, 9)
    answer = world.reply(both, f"zone {zone}")[0]
    assert "Arranged." in answer.text
    found = mails_at(world, (2, 10), (2, 18), quiet, comes)
    assert found[:3] == ["", "", ""]
    assert "send 1 message" in found[3]
    assert "sentence" in found[3]
    assert {goal.zone for goal in world.rows(Goal)} == {world.rows(Goal)[0].person.zone} != {"UTC"}


def test_strict_changes_what_a_missed_day_does_to_the_chain(world: World) -> None:
    world.reply(begin(world, step=STEP), "done")
    mail = lived(world, "dd.", since=2)
    assert "Chain: 3 days." in mail.text
    (answer,) = world.reply(mail, "strict on")
    assert "Strict it is: one missed day ends the chain." in line(answer.text)
    (answer,) = world.reply(mail, "status")
    assert "3 days done so far. A new chain begins with one small step." in line(answer.text)
    (answer,) = world.reply(mail, "strict off")
    assert "One missed day only bends your chain again." in line(answer.text)
    (answer,) = world.reply(mail, "status")
    assert "Chain: 3 days. It is bent by one missed day, not broken." in line(answer.text)


def test_quiet_leaves_a_plain_done_unanswered_and_nothing_else(world: World) -> None:
    first = begin(world, step=STEP)
    (answer,) = world.reply(first, "quiet")
    assert "Quiet it is: a plain done gets no answer any more." in line(answer.text)
    assert world.reply(first, "Done!") == []
    assert [row.day for row in world.rows(CheckIn)] == [day(1)]
    (answer,) = world.reply(first, "done, it was easy")
    assert "Your note is kept with it." in answer.text
    for reply in ("skip", "undo", "what?"):
        assert len(world.reply(first, reply)) == 1
    (answer,) = world.reply(first, "quiet off")
    assert "I answer every done again." in answer.text
    assert len(world.reply(first, "done")) == 1


def test_what_is_no_such_value_is_answered_and_changes_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.domain.answering.MOST_A_DAY", 30)
    first = begin(world, step=STEP)
    before = everything(world)
    sentences = {
        "A time is written like time 7:30 or time 19:30.": (
            "time",
            "time 25:00",
            "time 7:60",
            "time ٧:٣٠",
            "time -1",
        ),
        "Days are written like days mon wed fri": ("days", "days foo", "days mon foo", "days 8", "days none"),
        "A time zone is written like zone Europe/Paris.": (
            "zone",
            "zone Mars/Base",
            "zone ../../etc/passwd",
            "zone GMT+25",
        ),
        "Write strict on or strict off.": ("strict", "strict maybe"),
        "Write quiet on or quiet off.": ("quiet maybe",),
        "and did not understand it, so nothing has changed.": ("grow maybe", "weekdays maybe"),
    }
    for sentence, replies in sentences.items():
        for reply in replies:
            (answer,) = world.reply(first, reply)
            assert sentence in line(answer.text), reply
            assert "nothing has changed." in line(answer.text), reply
    assert everything(world) == before


def test_all_of_it_can_be_arranged_in_a_pause_and_holds_after_it(world: World) -> None:
    first = begin(world, step=STEP)
    world.reply(first, "pause")
    for reply in ("time 10:00", "days mon tue wed", "zone Europe/London"):
        (answer,) = world.reply(first, reply)
        assert "Arranged. Once you resume, your step comes" in line(answer.text)
    for reply in ("strict on", "quiet", "grow on"):
        assert len(world.reply(first, reply)) == 1
    goal = world.goal()
    assert (goal.strict, goal.grows, goal.person.quiet, goal.person.zone) == (
        True,
        True,
        True,
        "Europe/London",
    )
    assert mails_at(world, (2, 8), (2, 10), (3, 8)) == ["", "", ""]
    (answer,) = world.reply(first, "resume")
    assert "Your next step comes today." in answer.text
    assert mails_at(world, (3, 9), (3, 10), (4, 10), (8, 10)) == ["", STEP, "", STEP]

"""`kaizen simulate`: three people's mails, the same each time, through the ways that all mail goes."""

import pytest

from service.people import PEOPLE
from service.simulate import told


@pytest.fixture(scope="module")
def weeks() -> dict[str, str]:
    """What each of the people is told in their first weeks."""
    return {name: "\n".join(told(days, [name])) for name, days in (("steady", 30), ("erratic", 60))}


def test_a_steady_person_is_offered_the_next_size_and_climbs(weeks: dict[str, str]) -> None:
    text = weeks["steady"]
    assert "This has become easy. The next size would be: Write 2 sentences" in text
    assert "[ann@example.org presses grow]" in text
    assert "· Write 2 sentences" in text
    assert "7 days done. A week's worth" in text


def test_an_erratic_person_gets_one_mail_for_two_goals_and_smaller_steps(weeks: dict[str, str]) -> None:
    text = weeks["erratic"]
    assert "· Walk for 10 minutes + Give one compliment at dinner" in text
    assert "just for now smaller" in text
    assert "[ben@example.org presses tiny]" in text


def test_a_lapsing_person_is_asked_weekly_until_the_goal_rests() -> None:
    text = "\n".join(told(215, ["lapsing"]))
    assert text.count("· Smaller, a pause, or a rest?") >= 4
    assert "rests now" in text
    assert text.rstrip().count("==== ") > 100


def test_no_mail_shows_a_placeholder_or_fails_to_be_composed(
    weeks: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    for text in weeks.values():
        assert not [left for left in ("{{", "{%", "None", "Undefined", "://") if left in text]
    assert not caplog.records


def test_the_same_days_are_told_the_same_way_again(weeks: dict[str, str]) -> None:
    assert "\n".join(told(30, ["steady"])) == weeks["steady"]


def test_there_are_three_people() -> None:
    assert list(PEOPLE) == ["steady", "erratic", "lapsing"]

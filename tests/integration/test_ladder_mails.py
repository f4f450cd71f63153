"""The ladder, where the person sees it: once a week in the mail, on the done page, and in the status."""

from tests.integration.lived import begin, line, lived, next_mail
from tests.world import World

THREE, FOUR = "Write 3 sentences", "Write 4 sentences"


def climbed(world: World) -> None:
    """Live two weeks at three sentences and six days at four."""
    begin(world, step=THREE)
    world.press(lived(world, "d" * 14).link("grow"))
    lived(world, "dddddd", since=15)


def test_once_a_week_the_mail_tells_the_sum(world: World) -> None:
    begin(world, step=THREE)
    mails = {8: lived(world, "dd.dddd")}
    mails |= {
        9: lived(world, "d", since=8),
        14: lived(world, "ddddd", since=9),
        15: lived(world, "t", since=14),
    }
    told = {number: "so far, one small step at a time." in line(mail.text) for number, mail in mails.items()}
    assert told == {8: True, 9: False, 14: False, 15: True}
    assert "18 sentences so far, one small step at a time." in line(mails[8].text)
    # The small version counts as what it was: 12 days of three sentences and one of one word.
    assert "36 sentences so far, one small step at a time." in line(mails[15].text)


def test_where_the_step_has_grown_the_mail_tells_its_sizes_and_since_when(world: World) -> None:
    climbed(world)
    mail = lived(world, ".", since=21)
    assert "3 → 4 sentences since March; 66 sentences so far." in line(mail.text)
    page = world.press(mail.link("done")).text
    assert "3 → 4 sentences since March; 70 sentences so far." in line(page)
    # From the second month on, the last 30 days are told: here days 15 to 44.
    later = world.press(lived(world, "d" * 21, since=23).link("done")).text
    told = "3 → 4 sentences since March; 158 sentences so far, 116 of them in the last 30 days."
    assert told in line(later)


def test_status_lists_the_rungs_with_their_dates_and_days_done(world: World) -> None:
    climbed(world)
    mail = lived(world, ".", since=21)
    for reply in ("smaller", "bigger", "weekdays"):  # changed back on the same day, and no new size
        world.reply(mail, reply)
    (said,) = world.reply(mail, "status")
    assert said.text.count("\n- Write ") == 2
    assert "3 → 4 sentences since March; 66 sentences so far." in line(said.text)
    assert f"- {THREE} (2 March to 15 March): 14 days" in said.text
    assert f"- {FOUR} (since 16 March): 6 days" in said.text


def test_a_step_that_has_not_changed_has_no_list_of_rungs_in_its_status(world: World) -> None:
    (said,) = world.reply(begin(world, step=THREE), "status")
    assert f"Your step: {THREE}" in said.text
    assert "(since" not in said.text
    assert "so far" not in said.text


def test_a_step_without_an_amount_has_no_ladder_in_its_mail_and_days_in_its_status(world: World) -> None:
    begin(world, step="Open the notebook")
    mail = lived(world, "dd.dddd")
    assert "so far" not in line(mail.text)
    assert "so far" not in line(world.press(mail.link("done")).text)
    world.reply(mail, "step: Open the notebook and take a pen")
    (said,) = world.reply(next_mail(world, 9), "status")
    assert "- Open the notebook (2 March to 8 March): 6 days" in said.text
    assert "- Open the notebook and take a pen (since 9 March): 1 day" in said.text


def test_a_limit_has_no_sum_for_keeping_to_it_is_what_counts(world: World) -> None:
    begin(world, goal="Smoke less", step="At most 10 cigarettes", direction="less")
    mail = lived(world, "dd.dddd")
    assert "Kept to it on 6 days so far." in line(mail.text)
    world.reply(mail, "smaller")
    page = line(world.press(mail.link("done")).text)
    assert "10 → 9 cigarettes since March." in page
    (said,) = world.reply(mail, "status")
    weekly = line(lived(world, "ddddd.", since=9).text)
    assert "10 → 9 cigarettes since March; kept to it on 12 days." in weekly
    for text in (weekly, page, line(said.text)):
        assert "cigarettes so far" not in text


def test_another_unit_begins_a_ladder_of_its_own(world: World) -> None:
    begin(world, step=THREE)
    world.reply(lived(world, "dddd"), "step: Read 1 page")
    mail = lived(world, ".dd", since=5)
    assert "2 pages so far, one small step at a time." in line(mail.text)
    assert "sentences" not in mail.text

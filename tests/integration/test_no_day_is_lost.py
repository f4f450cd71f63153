"""Moves, changes and faults of ours never cost a day, nor bring two mails."""

from datetime import UTC, datetime

from service.actions.arrange import set_zone
from service.domain.chain import Mark, drawn
from service.storage import records
from service.storage.models import Delivery, DeliveryState, Goal, Pause
from tests.integration.lived import begin, day, has, lived, mark, morning, next_mail, two_goals
from tests.world import World

WEEKDAYS = ["mon", "tue", "thu"]


def last_marks(world: World, today: int) -> list[str]:
    """Return the marks of the days up to a day."""
    with world.storage.read() as session:
        ledger = records.ledger(session, session.get_one(Goal, 1))
    return [mark.value for _, mark in drawn(ledger, day(today))]


def test_new_weekdays_never_make_a_missed_day_of_a_day_off_whose_hour_has_passed(world: World) -> None:
    begin(world, days=WEEKDAYS)
    mail = lived(world, "d")
    world.time = morning(3, hour=10)  # a Wednesday
    world.reply(mail, "every day")
    assert next_mail(world, 4).text.count("Two days slipped by") == 0
    assert last_marks(world, 4) == [Mark.DONE, Mark.MISSED, Mark.OFF, Mark.OPEN]


def test_a_day_that_flying_east_jumps_over_is_neutral(world: World) -> None:
    mail = world.start(timezone="America/Los_Angeles", send_at="08:00")  # 2 March, 01:00 there
    world.to(datetime(2026, 3, 3, 16, tzinfo=UTC))
    world.press(world.mails[-1].link("done"))
    # 4 March, 13:00 in Tokyo, where today's hour has passed; in Los Angeles it is still the 3rd.
    world.time = datetime(2026, 3, 4, 4, tzinfo=UTC)
    world.reply(mail, "zone Asia/Tokyo")
    world.to(datetime(2026, 3, 4, 23, tzinfo=UTC))  # 5 March, 08:00 in Tokyo
    assert "slipped by" not in world.mails[-1].text
    assert Mark.MISSED not in last_marks(world, 4)[1:]


def test_growing_by_itself_on_more_days_still_gives_one_mail_for_two_goals(world: World) -> None:
    first = begin(world, step="Call mum", days=["mon"])
    world.reply(first, "grow on")
    world.reply(first, "new: Sing / hum 1 song")
    mark(world, "d......d......d......d......", goal_id=1)
    mark(world, "d" * 28, goal_id=2)
    before = len(world.mails)
    world.to(morning(29))
    (mail,) = world.mails[before:]
    assert mail["Subject"] == "Call mum + hum 1 song"
    assert "Your step has moved on by itself" in mail.text
    assert len(world.rows(Delivery, day=day(29))) == 2


def test_a_weekly_mail_that_we_could_not_send_costs_no_chain(world: World) -> None:
    begin(world)
    mark(world, "." * 14)
    world.time = morning(15)
    world.tick()
    world.time = morning(16, hour=1)
    world.deliver()
    (row,) = world.rows(Delivery, kind="asking")
    assert row.state == DeliveryState.DROPPED
    assert [(row.first_day, row.by) for row in world.rows(Pause)] == [(day(15), "us")]


def test_the_weekly_mail_stays_weekly_when_the_person_moves(world: World) -> None:
    begin(world)
    asking = lived(world, "." * 14)
    due = world.goal().next_due_at
    with world.storage.write() as session:
        set_zone(world.outbox(session), session.get_one(Goal, 1).person, "Europe/London")
    assert asking["Subject"].startswith("Smaller")
    assert world.goal().next_due_at == due


def test_an_offer_still_stands_after_a_change_of_weekdays(world: World) -> None:
    begin(world, step="Write 3 sentences")
    mail = lived(world, "d" * 14)
    world.reply(mail, "weekdays")
    world.press(mail.link("grow"))
    assert world.goal().step == "Write 4 sentences"


def test_yesterdays_way_back_still_leads_back(world: World) -> None:
    begin(world, step="Write 3 sentences")
    mail = lived(world, "d..")
    again = lived(world, ".", since=4)
    assert has(again, "back")
    world.press(mail.link("back"))
    assert lived(world, ".", since=5)["Subject"] == "Write 3 sentences"


def test_an_undo_that_answers_an_answer_is_about_its_one_step(world: World) -> None:
    mail = two_goals(world)
    world.reply(mail, "done 1")
    (second,) = world.reply(mail, "done 2")
    (said,) = world.reply(second, "undo")
    assert said.text.startswith("Taken back: today is open again.")
    with world.storage.read() as session:
        left = [
            goal for goal in (1, 2) if day(2) in records.record(session, session.get_one(Goal, goal)).deeds
        ]
    assert left == [1]


def test_what_could_be_done_for_one_of_several_is_what_is_told(world: World) -> None:
    mail = two_goals(world)
    world.reply(mail, "done 2")
    (said,) = world.reply(mail, "undo")
    assert said.text.startswith("For this step: Send 2 messages\r\n\r\nTaken back: today is open again.")

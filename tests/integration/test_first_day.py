"""Sign up, confirm, first mail, done, reply: the way every person goes."""

from tests.world import World


def test_the_first_day_from_form_to_answer(world: World) -> None:
    assert world.sign_up().status_code == 303
    (asking,) = world.work()
    assert "Write" not in asking.raw.decode()
    page = world.press(asking.link("confirm"))
    assert "It has started" in page.text
    (daily,) = world.work()
    assert daily["Subject"] == "Write 1 sentence"
    page = world.press(daily.link("done"))
    assert "Done for today" in page.text
    (answer,) = world.reply(daily, "pause 2 days")
    assert "Your next step comes on Thursday 5 March" in answer.text
    assert answer["In-Reply-To"].endswith("@example.org>")
    world.later(days=2)
    assert len(world.mails) == 3
    world.later(days=1)
    assert len(world.mails) == 4
    assert "Chain: 1 day." in world.mails[-1].text

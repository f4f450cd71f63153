"""Coming again: sign-ups without end, a return after leaving, and a resume."""

import pytest

from service.web.limits import limiter
from tests.world import World


def test_the_sixty_first_sign_up_within_an_hour_waits(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiter, "enabled", True)
    limiter.reset()
    codes = [world.client.post("/signup").status_code for _ in range(60)]
    late = world.client.post("/signup")
    assert set(codes) == {422}
    assert late.status_code == 429
    assert "A little later, please" in late.text


def test_whoever_left_and_comes_back_within_the_hour_is_asked_again(world: World) -> None:
    daily = world.start()
    world.press(daily.link("unsubscribe"))
    world.sign_up()
    (asking,) = world.work()
    world.press(asking.link("confirm"))
    (again,) = world.work()
    assert again["Subject"] == daily["Subject"]


def test_a_resume_before_the_hour_names_the_day_on_which_mail_really_comes(world: World) -> None:
    world.time = world.time.replace(hour=5)  # 06:00 in Berlin, two hours before the mail's own time
    daily = world.start()
    world.reply(daily, "pause")
    (answer,) = world.reply(daily, "resume")
    assert "Your next step comes tomorrow" in answer.text
    world.later(hours=4)
    assert world.mails[-1] is answer

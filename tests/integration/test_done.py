"""Done and undo: a press of the button credits the mail's own day, and nothing else ever does."""

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from service.links import Purpose, sign
from service.storage.models import CheckIn
from tests.integration.test_confirm import everything
from tests.smtp import Mail
from tests.world import World

BY_ITSELF = "submit.js"
BUTTON = "I did it</button>"
NONSENSE = ["", "-", "é✓\u202e", "%00", "%ff%fe", "%ED%A0%80", "{{7*7}}", "%3Cscript%3E"]


def said(world: World) -> list[tuple[str, str, str]]:
    """Return all check-ins: day, outcome, and how each came."""
    return [(str(row.day), str(row.outcome), row.via) for row in world.rows(CheckIn)]


def stranger(world: World) -> FlaskClient:
    """Return the browser of another person, in which they pressed a button of their own."""
    browser = world.browser()
    world.sign_up(browser, email="bob@example.org")
    world.press(world.work()[0].link("confirm"), browser)
    return browser


def undo_path(page: str) -> str:
    return page.partition('action="')[2].partition('"')[0]


def dead(world: World, path: str) -> bytes:
    """Return what GET and POST answer alike to a link that is worth nothing."""
    answers = [world.browser().open(path, method=method) for method in ("GET", "POST")]
    assert [answer.status_code for answer in answers] == [404, 404], path[:80]
    assert not any(answer.headers.getlist("Set-Cookie") for answer in answers)
    assert world.browser().head(path).status_code == 404
    assert answers[0].data == answers[1].data
    return answers[0].data


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("ticked", [False, True])
def test_looking_changes_nothing_even_on_a_known_device(world: World, method: str, ticked: bool) -> None:
    daily = world.start()
    undo = undo_path(world.press(daily.link("done")).text)
    assert ticked or world.client.post(undo).status_code == 303
    before = everything(world)
    for path in (daily.link("done"), f"{daily.link('done')}?undone=1", undo):
        for browser in (world.client, world.browser()):
            response = browser.open(path, method=method)
            assert response.status_code == 200
            assert "kaizen_device" not in response.headers.get("Set-Cookie", "")
    assert everything(world) == before


def test_the_press_ticks_the_day_and_shows_the_chain(world: World) -> None:
    daily = world.start()
    assert "A chain begins with one small step" in world.browser().get(daily.link("done")).text
    page = world.press(daily.link("done"), world.browser()).text
    assert "Done for today" in page
    assert "<strong>1</strong> day in your chain" in page
    assert BUTTON not in page
    assert said(world) == [("2026-03-02", "done", "link")]


def test_a_late_press_credits_the_mails_own_day_and_says_which(world: World) -> None:
    daily = world.start()
    world.time += timedelta(days=7)
    page = world.press(daily.link("done")).text
    assert "Done for Monday 2 March" in page
    assert "Your mail of Monday 2 March was open" in page
    assert said(world) == [("2026-03-02", "done", "link")]


def test_on_the_eighth_day_a_link_does_not_work_any_more(world: World) -> None:
    daily = world.start()
    undo = undo_path(world.press(daily.link("done")).text)
    world.to(datetime(2026, 3, 9, 22, 59, tzinfo=UTC))  # a minute to midnight in Berlin, on the seventh day
    assert world.client.get(daily.link("done")).status_code == 200
    before = everything(world)
    world.time += timedelta(minutes=2)
    assert dead(world, daily.link("done")) == dead(world, undo) == dead(world, "/nothing/here")
    assert everything(world) == before


def test_a_known_device_submits_by_itself_and_any_other_waits_for_the_button(world: World) -> None:
    daily = world.start()
    for browser, by_itself in ((world.client, True), (world.browser(), False), (stranger(world), False)):
        page = browser.get(daily.link("done")).text
        assert (BY_ITSELF in page) is by_itself
        assert BUTTON in page
        assert 'id="done"' in page


def test_pressing_the_done_button_makes_a_device_known(world: World) -> None:
    daily, browser = world.start(), world.browser()
    response = browser.post(daily.link("done"))
    (cookie,) = [header for header in response.headers.getlist("Set-Cookie") if "kaizen_device" in header]
    assert all(flag in cookie for flag in ("HttpOnly", "Secure", "SameSite=Lax"))
    world.later(days=1)
    assert BY_ITSELF in browser.get(world.mails[-1].link("done")).text


@pytest.mark.parametrize("value", ["Prefetch;prerender", "preview"])
@pytest.mark.parametrize("name", ["Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"])
def test_a_page_that_is_only_fetched_ahead_keeps_its_button(world: World, name: str, value: str) -> None:
    daily = world.start()
    page = world.client.get(daily.link("done"), headers={name: value}).text
    assert BUTTON in page
    assert BY_ITSELF not in page
    assert BY_ITSELF in world.client.get(daily.link("done")).text


@pytest.mark.parametrize("cookie", ["", "x", "1-" + "a" * 26, "é", "a" * 4000])
def test_a_made_up_device_cookie_is_no_device(world: World, cookie: str) -> None:
    daily, browser = world.start(), world.browser()
    browser.set_cookie("kaizen_device", cookie or daily.link("done").rpartition("/")[2])
    page = browser.get(daily.link("done"))
    assert page.status_code == 200
    assert BY_ITSELF not in page.text


def test_the_undo_button_opens_the_day_again_and_the_page_then_waits(world: World) -> None:
    daily = world.start()
    done = world.press(daily.link("done"))
    for _ in range(2):
        page = world.client.post(undo_path(done.text), follow_redirects=True).text
        assert said(world) == []
        assert "Taken back" in page
        assert BUTTON in page
        assert BY_ITSELF not in page
    assert "Done for today" in world.press(daily.link("done")).text
    assert "Taken back" in world.press(undo_path(done.text), world.browser()).text
    assert said(world) == []


def test_done_twice_is_one_check_in_that_keeps_its_first_moment(world: World) -> None:
    daily = world.start()
    world.press(daily.link("done"))
    before = everything(world)
    world.time += timedelta(hours=3)
    page = world.browser().post(daily.link("done"), follow_redirects=True)
    assert "<strong>1</strong> day in your chain" in page.text
    assert everything(world) == before


def test_a_skipped_day_waits_for_the_button_and_can_be_done_after_all(world: World) -> None:
    daily = world.start()
    world.reply(daily, "skip")
    assert said(world) == [("2026-03-02", "skipped", "reply")]
    page = world.client.get(daily.link("done")).text
    assert BY_ITSELF not in page
    assert "You skipped this day" in page
    assert "Done for today" in world.press(daily.link("done")).text
    assert said(world) == [("2026-03-02", "done", "link")]


def forged(world: World, daily: Mail) -> list[str]:
    """Return tokens that must all be worth nothing for the done page."""
    token, secret = daily.link("done").removeprefix("/done/"), world.settings.secret_key
    numbers, _, signature = token.rpartition("-")
    goal, day = map(int, numbers.split("-"))
    tampered = [f"{goal}-{day + 1}-{signature}", f"{goal + 1}-{day}-{signature}", f"{token[:-1]}!"]
    cut = [token[:-1], numbers, signature, f"{token}a", f"-{token}", f"0{token}", token.replace("1", "١")]
    padded = [f"%20{token}", f"{token}%0A", f"{token}%00", "a" * 100_000, "9" * 5000]
    elsewhere = [daily.link("unsubscribe").rpartition("/")[2], daily["Reply-To"].partition("@")[0][6:]]
    signed = [(999, day), (goal, day - 1), (goal, day + 2), (goal, day - 8), (goal, 0), (goal, 10**17)]
    never = [sign(secret, purpose, *wrong) for wrong in signed for purpose in (Purpose.DONE, Purpose.UNDO)]
    another = sign("another secret of ours", Purpose.DONE, goal, day)
    return [*tampered, *cut, *padded, *elsewhere, *never, another, *NONSENSE]


def test_every_bad_token_gets_the_very_same_friendly_page(world: World) -> None:
    daily = world.start()
    nowhere = dead(world, "/nothing/here")
    assert b"Open your newest mail" in nowhere
    before = everything(world)
    for token in forged(world, daily):
        assert dead(world, f"/done/{token}") == nowhere, token[:80]
        assert dead(world, f"/undo/{token}") == nowhere, token[:80]
    assert dead(world, daily.link("done").replace("done", "undo")) == nowhere
    assert everything(world) == before
    undo = undo_path(world.press(daily.link("done")).text)
    assert dead(world, undo.replace("undo", "done")) == nowhere


def test_what_a_person_typed_stands_escaped_on_the_pages(world: World) -> None:
    typed = "<script>alert('x')</script> {{7*7}} \"quoted\" & more"
    daily = world.start(goal=f"G {typed}", step=f"S {typed}")
    before, after = world.client.get(daily.link("done")).text, world.press(daily.link("done")).text
    for page in (before, after, world.client.get(undo_path(after)).text):
        assert "<script>alert" not in page
        assert "S &lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; {{7*7}} &#34;quoted&#34; &amp; more" in page
    assert "G &lt;script&gt;" in after

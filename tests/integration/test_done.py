"""Done and undo: a press of the button credits the mail's own day, and nothing else ever does."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from service.links import Purpose, sign
from service.storage.models import Base, CheckIn
from tests.smtp import Mail
from tests.world import World

BY_ITSELF = "submit.js"
BUTTON = "I did it</button>"


def everything(world: World) -> dict[str, list[Any]]:
    """Return every row of every table."""
    with world.storage.read() as session:
        tables = Base.metadata.sorted_tables
        return {table.name: list(session.execute(select(table)).all()) for table in tables}


def said(world: World) -> list[tuple[str, str, str]]:
    """Return all check-ins: day, outcome, and how each came."""
    return [(str(row.day), str(row.outcome), row.via) for row in world.rows(CheckIn)]


def stranger(world: World) -> FlaskClient:
    """Return the browser of another person, in which they pressed their own buttons."""
    browser = world.browser()
    world.sign_up(browser, email="bob@example.org", goal="Bob's goal")
    (asking,) = world.work()
    world.press(asking.link("confirm"), browser)
    (daily,) = world.work()
    world.press(daily.link("done"), browser)
    return browser


def undo_path(page: str) -> str:
    return page.split('action="')[1].split('"')[0].replace("https://localhost", "")


def dead(world: World, path: str) -> list[tuple[int, bytes]]:
    """Return what GET, POST and HEAD answer."""
    browser = world.browser()
    answers = [browser.open(path, method=method) for method in ("GET", "POST", "HEAD")]
    assert [answer.headers.getlist("Set-Cookie") for answer in answers] == [[], [], []]
    return [(answer.status_code, answer.data) for answer in answers]


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("ticked", [False, True])
def test_looking_changes_nothing_even_on_a_known_device(world: World, method: str, ticked: bool) -> None:
    daily = world.start()
    page = world.press(daily.link("done"))
    undo = undo_path(page.text)
    if not ticked:
        world.client.post(undo)
    before = everything(world)
    for path in (daily.link("done"), f"{daily.link('done')}?undone=1", undo):
        for browser in (world.client, world.browser()):
            response = browser.open(path, method=method, follow_redirects=True)
            assert response.status_code == 200
            assert "kaizen_device" not in response.headers.get("Set-Cookie", "")
    assert everything(world) == before


def test_the_press_ticks_the_day_and_shows_the_chain(world: World) -> None:
    daily = world.start()
    page = world.browser().get(daily.link("done")).text
    assert BUTTON in page
    assert "A chain begins with one small step" in page
    page = world.press(daily.link("done"), world.browser()).text
    assert "Done for today" in page
    assert "<strong>1</strong> day in a row" in page
    assert BUTTON not in page
    assert said(world) == [("2026-03-02", "done", "link")]


def test_a_late_press_credits_the_mails_own_day_and_says_which(world: World) -> None:
    daily = world.start()
    world.time += timedelta(days=7)
    page = world.press(daily.link("done")).text
    assert "Done for Monday 2 March" in page
    assert "Done for today" not in page
    assert said(world) == [("2026-03-02", "done", "link")]
    assert "Done for Monday 2 March" in world.browser().get(daily.link("done")).text


def test_on_the_eighth_day_a_link_does_not_work_any_more(world: World) -> None:
    daily = world.start()
    undo = undo_path(world.press(daily.link("done")).text)
    world.to(datetime(2026, 3, 9, 22, 59, tzinfo=UTC))  # a minute to midnight in Berlin, on the seventh day
    assert world.client.get(daily.link("done")).status_code == 200
    before = everything(world)
    world.time += timedelta(minutes=2)
    nowhere = dead(world, "/done/nothing")
    assert nowhere[0][0] == 404
    assert dead(world, daily.link("done")) == dead(world, undo) == nowhere
    assert everything(world) == before


def test_a_known_device_submits_by_itself_and_any_other_waits_for_the_button(world: World) -> None:
    daily = world.start()
    for browser, by_itself in ((world.client, True), (world.browser(), False), (stranger(world), False)):
        page = browser.get(daily.link("done")).text
        assert (BY_ITSELF in page) is by_itself
        assert BUTTON in page
        assert 'id="done"' in page
    assert world.client.get("/static/submit.js").status_code == 200


def test_pressing_the_done_button_makes_a_device_known(world: World) -> None:
    daily, browser = world.start(), world.browser()
    response = browser.post(daily.link("done"))
    cookies = [header for header in response.headers.getlist("Set-Cookie") if "kaizen_device" in header]
    assert len(cookies) == 1
    for flag in ("HttpOnly", "Secure", "SameSite=Lax"):
        assert flag in cookies[0]
    world.later(days=1)
    assert BY_ITSELF in browser.get(world.mails[-1].link("done")).text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Sec-Purpose", "prefetch"),
        ("Sec-Purpose", "prefetch;prerender"),
        ("Sec-Purpose", "prefetch;anonymous-client-ip"),
        ("Purpose", "prefetch"),
        ("Purpose", "preview"),
        ("X-Purpose", "preview"),
        ("X-Moz", "prefetch"),
    ],
)
def test_a_page_that_is_only_fetched_ahead_keeps_its_button(world: World, name: str, value: str) -> None:
    daily = world.start()
    page = world.client.get(daily.link("done"), headers={name: value}).text
    assert BY_ITSELF not in page
    assert BUTTON in page
    assert BY_ITSELF in world.client.get(daily.link("done")).text


@pytest.mark.parametrize("cookie", ["", "x", "1-" + "a" * 26, "é", "a" * 4000, "done"])
def test_a_made_up_device_cookie_is_no_device(world: World, cookie: str) -> None:
    daily, browser = world.start(), world.browser()
    made_up = daily.link("done").rpartition("/")[2] if cookie == "done" else cookie
    browser.set_cookie("kaizen_device", made_up)
    page = browser.get(daily.link("done"))
    assert page.status_code == 200
    assert BY_ITSELF not in page.text


def test_the_undo_button_opens_the_day_again_and_the_page_then_waits(world: World) -> None:
    daily = world.start()
    done = world.press(daily.link("done"))
    page = world.client.post(undo_path(done.text), follow_redirects=True)
    assert said(world) == []
    assert "Taken back" in page.text
    assert BUTTON in page.text
    assert BY_ITSELF not in page.text
    assert world.client.post(undo_path(done.text), follow_redirects=True).status_code == 200
    assert said(world) == []
    assert "Done for today" in world.press(daily.link("done")).text
    assert said(world) == [("2026-03-02", "done", "link")]


def test_the_undo_page_asks_with_a_button_of_its_own(world: World) -> None:
    daily = world.start()
    undo = undo_path(world.press(daily.link("done")).text)
    assert "Taken back" in world.press(undo, world.browser()).text
    assert said(world) == []


def test_done_twice_is_one_check_in_that_keeps_its_first_moment(world: World) -> None:
    daily = world.start()
    world.press(daily.link("done"))
    before = everything(world)
    world.time += timedelta(hours=3)
    page = world.browser().post(daily.link("done"), follow_redirects=True)
    assert "<strong>1</strong> day in a row" in page.text
    assert everything(world) == before


def test_a_skipped_day_waits_for_the_button_and_can_be_done_after_all(world: World) -> None:
    daily = world.start()
    world.reply(daily, "skip")
    assert said(world) == [("2026-03-02", "skipped", "reply")]
    page = world.client.get(daily.link("done")).text
    assert BY_ITSELF not in page
    assert "You skipped this day" in page
    assert "Done for today" in world.press(daily.link("done")).text
    assert [row[:2] for row in said(world)] == [("2026-03-02", "done")]


def forged(world: World, daily: Mail) -> dict[str, str]:
    """Return links that must all be worth nothing, by what is wrong with them."""
    done, leave = daily.link("done"), daily.link("unsubscribe")
    token, secret = done.removeprefix("/done/"), world.settings.secret_key
    numbers, _, signature = token.rpartition("-")
    goal, _, day = numbers.partition("-")
    made = {
        "tampered day": f"{goal}-{int(day) + 1}-{signature}",
        "tampered goal": f"{int(goal) + 1}-{day}-{signature}",
        "tampered signature": token[:-1] + ("a" if token[-1] != "a" else "b"),
        "truncated": token[:-1],
        "without a signature": numbers,
        "longer": token + "a",
        "another purpose": leave.removeprefix("/unsubscribe/"),
        "a reply's": daily["Reply-To"].partition("@")[0].removeprefix("reply-"),
        "an undo's": sign(secret, Purpose.UNDO, int(goal), int(day)),
        "another secret": sign("another secret of ours", Purpose.DONE, int(goal), int(day)),
        "no such goal": sign(secret, Purpose.DONE, 999, int(day)),
        "a day before the start": sign(secret, Purpose.DONE, int(goal), int(day) - 1),
        "a day to come": sign(secret, Purpose.DONE, int(goal), int(day) + 2),
        "a day that never was": sign(secret, Purpose.DONE, int(goal), 10**17),
        "day zero": sign(secret, Purpose.DONE, int(goal), 0),
        "empty": "",
        "enormous": "a" * 100_000,
        "enormous numbers": "9" * 5000 + "-" + "a" * 26,
        "negative": f"-{token}",
        "leading zero": f"0{token}",
        "unicode": "é✓\u202e",
        "unicode digits": token.replace("1", "١"),
        "nul": f"{token}%00",
        "newline": f"{token}%0A",
        "blank": f"%20{token}",
        "bad percent": "%ff%fe",
        "surrogate": "%ED%A0%80",
        "template": "{{7*7}}",
        "html": "%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    }
    return made


def test_every_bad_token_gets_the_very_same_friendly_page(world: World) -> None:
    daily = world.start()
    nowhere = dead(world, "/nothing/here")
    assert nowhere[0][0] == 404
    assert b"Open your newest mail" in nowhere[0][1]
    before = everything(world)
    links = forged(world, daily)
    wrong = {name for name, token in links.items() if dead(world, f"/done/{token}")[0] != nowhere[0]}
    assert wrong == set()
    assert {
        name for name, token in links.items() if dead(world, f"/done/{token}")[1:] != nowhere[1:]
    } == set()
    links.pop("an undo's")
    links["a done's"] = daily.link("done").removeprefix("/done/")
    assert {name for name, token in links.items() if dead(world, f"/undo/{token}")[0] != nowhere[0]} == set()
    assert everything(world) == before


def test_what_a_person_typed_stands_escaped_on_the_pages(world: World) -> None:
    typed = "<script>alert('x')</script> {{7*7}} \"quoted\" & more"
    daily = world.start(goal=f"G {typed}", step=f"S {typed}")
    before = world.client.get(daily.link("done")).text
    after = world.press(daily.link("done")).text
    undo = world.client.get(undo_path(after)).text
    for page in (before, after, undo):
        assert "<script>alert" not in page
        assert "S &lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; {{7*7}} &#34;quoted&#34; &amp; more" in page
    assert "G &lt;script&gt;" in after

"""The whole service in its own processes, walked through by people with real browsers and real mail."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.request import Request, urlopen
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Contexts
from tests.browser.whole import Kaizen, kaizen, mails_to
from tests.smtp import Sink, sink

pytestmark = [pytest.mark.whole, pytest.mark.browser]


@dataclass
class Whole:
    """A running service and the mail that it sent."""

    kaizen: Kaizen
    sink: Sink


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    folder = tmp_path_factory.mktemp("whole")
    with sink() as kept, kaizen(folder / "var", SMTP_URL=f"smtp://127.0.0.1:{kept.port}") as running:
        yield Whole(running, kept)


def fill_in(page: Page, email: str) -> None:
    page.get_by_label("What are you after?").fill("Write a book")
    page.get_by_label("The tiniest step towards it").fill("Write 1 sentence")
    page.get_by_label("When should it come?").fill("07:30")
    page.get_by_label("Your e-mail address").fill(email)


def begin(page: Page) -> None:
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()


def start(whole: Whole, page: Page, email: str) -> str:
    """Confirm in this browser, and return the done link of the mail that must come within five seconds."""
    (asking,) = mails_to(whole.sink, email, 1)
    page.goto(whole.kaizen.url + asking.link("confirm"))
    expect(page.get_by_role("heading", name="Write 1 sentence")).to_be_visible()
    page.get_by_role("button", name="Start").click()
    _, daily = mails_to(whole.sink, email, 2, seconds=5)
    expect(page.get_by_role("heading", name="It has started")).to_be_visible()
    assert daily["Subject"] == "Write 1 sentence"
    return whole.kaizen.url + daily.link("done")


def expect_open(page: Page) -> None:
    """The day is open, and the page does not press its button by itself."""
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("button", name="I did it")).to_be_visible()
    expect(page.get_by_role("heading", name="Write 1 sentence")).to_be_visible()


def expect_done(page: Page) -> None:
    expect(page.get_by_role("heading", name="Done for today")).to_be_visible()
    expect(page.get_by_text("1 day in your chain")).to_be_visible()
    expect(page.get_by_role("img", name="done")).to_be_visible()


def waking(*zones: str) -> str:
    """Return the first of the zones whose day does not end within the hour: the mail's day is today there."""
    return next(zone for zone in zones if datetime.now(ZoneInfo(zone)).hour < 23)


def test_from_the_form_to_the_first_click_to_a_reply_and_its_answer(whole: Whole, browser: Contexts) -> None:
    email, zone = "ann@example.org", waking("Australia/Sydney", "Asia/Tokyo")
    page = browser(timezone_id=zone).new_page()
    page.goto(whole.kaizen.url)
    expect(page.get_by_label("Your time zone")).to_have_value(zone)
    fill_in(page, email)
    begin(page)
    done = start(whole, page, email)
    expect(page.get_by_text(f"From now on it comes at 07:30, {zone}.")).to_be_visible()

    elsewhere = browser().new_page()
    elsewhere.goto(done)
    expect_open(elsewhere)
    elsewhere.get_by_role("button", name="I did it").click()
    expect_done(elsewhere)

    daily = mails_to(whole.sink, email, 2)[-1]
    written = whole.kaizen.reply(daily, "status")
    *_, answer = mails_to(whole.sink, email, 3)
    assert answer["In-Reply-To"] == written
    assert answer["Subject"] == "Re: Write 1 sentence"
    assert "Your step: Write 1 sentence" in answer.text
    assert "The next one comes tomorrow at 07:30." in answer.text
    assert "Chain: 1 day." in answer.text


def test_one_click_on_the_device_that_confirmed_and_undo_by_button(whole: Whole, browser: Contexts) -> None:
    page = browser(timezone_id="Europe/Berlin").new_page()
    page.goto(whole.kaizen.url)
    fill_in(page, "ben@example.org")
    begin(page)
    done = start(whole, page, "ben@example.org")
    page.goto(done)
    expect_done(page)  # the page pressed its button by itself
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Taken back.")).to_be_visible()
    expect_open(page)
    page.get_by_role("button", name="I did it").click()
    expect_done(page)


def test_what_a_scanner_fetches_changes_nothing_and_another_browser_sees_the_button(
    whole: Whole, browser: Contexts
) -> None:
    page = browser().new_page()
    page.goto(whole.kaizen.url)
    fill_in(page, "cleo@example.org")
    begin(page)
    done = start(whole, page, "cleo@example.org")
    for method in ("GET", "HEAD", "OPTIONS", "GET"):
        with urlopen(Request(done, method=method), timeout=10) as answer:
            assert answer.status == 200
    scanner = browser().new_page()  # one that runs the scripts of the page, too
    scanner.goto(done)
    expect_open(scanner)
    scanner.reload()
    expect_open(scanner)


def test_signing_up_and_starting_work_without_javascript(whole: Whole, browser: Contexts) -> None:
    page = browser(java_script_enabled=False, timezone_id="America/New_York").new_page()
    page.goto(whole.kaizen.url)
    expect(page.get_by_label("Your time zone")).to_have_value("UTC")
    fill_in(page, "dora@")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_text("This does not look like an e-mail address.")).to_be_visible()
    expect(page.get_by_label("What are you after?")).to_have_value("Write a book")
    page.get_by_label("Your e-mail address").fill("dora@example.org")
    page.get_by_label("Your time zone").select_option("America/New_York")
    begin(page)
    done = start(whole, page, "dora@example.org")
    page.goto(done)
    page.get_by_role("button", name="I did it").click()
    expect_done(page)

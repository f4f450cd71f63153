"""Take the README's pictures from the running service: `python -m tests.browser.pictures [folder]`.

With a folder, pictures of every page and mail go there too, by day and in the dark, on a phone and a desk.
"""

import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import delete, select, update

from service.actions.choose import ABOUT_A_RUNG, CHOICES
from service.domain.chain import Outcome
from service.links import Purpose, sign
from service.mail import local
from service.mail.template import template
from service.storage.models import CheckIn, Delivery, Goal, StepChange
from service.storage.session import Storage
from tests.browser.conftest import ARGS
from tests.browser.whole import Kaizen, eventually, kaizen
from tests.need_chromium import chromium
from tests.smtp import Mail
from tests.unit.mail.samples import LETTERS

README = Path(__file__).parents[2] / "docs" / "pictures"
LARGEST = 200_000  # bytes
EMAIL = "ann@example.org"
STEP = "Write one sentence"
WISH = {"goal": "Write a book", "step": STEP, "send_at": "07:30", "email": EMAIL}
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Sydney", "Pacific/Honolulu")
# The twelve days before today, oldest first: done, skipped, or a dot where nothing came.
WRITTEN = {"note": "", "version": "full", "amount": Decimal(1), "unit": "sentence"}
HISTORY = "dddddd.dsddd"
REPLIES = (
    *("done: it was a long one", "skip", "undo", "smaller", "step: Write 2 lines", "bigger"),
    *("pause 3 days", "resume", "status", "help", "what is this?", "stop"),
)


class Shown:
    """The running service, with a person who has lived through twelve days of it."""

    def __init__(self, service: Kaizen) -> None:
        self.service = service
        now = datetime.now(UTC)
        self.zone = next(zone for zone in ZONES if 8 <= now.astimezone(ZoneInfo(zone)).hour < 23)
        self.today = now.astimezone(ZoneInfo(self.zone)).date()

    def start(self) -> None:
        """Sign up and confirm."""
        visitor = self.service.visitor()
        visitor.press("/", **WISH, timezone=self.zone)
        visitor.press(self.link(self.mail("Shall we start?"), "confirm"))
        self.mail(STEP)

    def live(self) -> None:
        """Put the history behind the person, and let today's mail go out again, now with a chain."""
        storage = Storage(f"sqlite:///{self.service.data_dir / 'kaizen.db'}")
        with storage.write() as session:
            goal = session.get_one(Goal, 1)
            goal.starts_on = self.today - timedelta(days=len(HISTORY))
            for offset, said in enumerate(HISTORY):
                day, now = goal.starts_on + timedelta(days=offset), datetime.now(UTC)
                outcome = {"d": Outcome.DONE, "s": Outcome.SKIPPED}.get(said)
                if outcome is not None:
                    session.add(CheckIn(goal_id=1, day=day, outcome=outcome, via="link", at=now, **WRITTEN))
            session.execute(update(StepChange).values(day=goal.starts_on))
            session.execute(delete(Delivery).where(Delivery.kind == "daily"))
            # Two hours ago, so that another sign-up sends another mail.
            session.execute(update(Delivery).values(created_at=datetime.now(UTC) - timedelta(hours=2)))
            goal.next_due_at = datetime.now(UTC)
        storage.close()
        self.daily = self.mail(STEP, lambda kept: "Chain:" in kept.part("plain"))

    def wish_again(self) -> None:
        """Sign up for a second goal, which then waits for its button."""
        self.service.visitor().press("/", **WISH, timezone=self.zone)
        self.mail("Add another goal?")

    def mail(self, subject: str, wanted: Callable[[local.Kept], bool] = bool) -> local.Kept:
        """Wait for a mail with that subject."""

        def look() -> local.Kept | None:
            kept = local.newest(self.service.data_dir / "mailbox")
            return next((one for one in kept if one.message["Subject"] == subject and wanted(one)), None)

        return eventually(look, 20)

    def replied(self, text: str) -> local.Kept:
        """Reply to today's mail, and wait for the answer."""
        written = self.service.reply(Mail("", EMAIL, self.daily.raw), text)
        return self.mail(f"Re: {STEP}", lambda kept: kept.message["In-Reply-To"] == written)

    def link(self, kept: local.Kept, page: str) -> str:
        return Mail("", EMAIL, kept.raw).link(page)

    def page(self, purpose: Purpose, *numbers: int) -> str:
        secret = (self.service.data_dir / "secret_key").read_text().strip()
        return f"/{purpose}/{sign(secret, purpose, *numbers)}"

    def done(self, day: date) -> str:
        return self.page(Purpose.DONE, 1, day.toordinal())


def current_rung_of(shown: Shown) -> int:
    """Return the id of the newest rung, which links of choices are about."""
    storage = Storage(f"sqlite:///{shown.service.data_dir / 'kaizen.db'}")
    with storage.read() as session:
        rungs = session.scalars(select(StepChange.id).order_by(StepChange.id)).all()
    storage.close()
    return rungs[-1]


def html(kept: local.Kept) -> str:
    return f"/inbox/{quote(kept.key)}/html"


def for_the_readme(browser: Browser, shown: Shown) -> None:
    """Take today's mail, the done page after the click, and the sign-up page."""

    def opened(width: int, path: str) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 300}, device_scale_factor=2, timezone_id=shown.zone
        )
        page = context.new_page()
        page.goto(shown.service.url + path)
        return page

    def take(page: Page, name: str) -> None:
        picture = page.screenshot(path=README / name, full_page=True)
        assert len(picture) < LARGEST, f"{name} has {len(picture)} bytes"
        page.context.close()

    README.mkdir(parents=True, exist_ok=True)
    take(opened(600, html(shown.daily)), "daily-mail.png")
    page = opened(480, shown.link(shown.daily, "done"))
    page.get_by_role("button", name="I did it").click()
    page.get_by_role("heading", name="Done for today").wait_for()
    take(page, "done.png")
    take(opened(640, "/"), "signup.png")


def for_review(browser: Browser, shown: Shown, folder: Path) -> None:
    """Take every page and every mail, by day and in the dark, on a phone and on a desk."""
    folder.mkdir(parents=True, exist_ok=True)
    sizes = {"phone": {"width": 360, "height": 700}, "desk": {"width": 900, "height": 700}}
    views = {
        f"{scheme}-{size}": browser.new_context(color_scheme=scheme, viewport=viewport)
        for (size, viewport), scheme in product(sizes.items(), ("light", "dark"))
    }

    def take(name: str, path: str, press: str = "") -> None:
        for view, context in views.items():
            page = context.new_page()
            page.goto(shown.service.url + path)
            if press:
                page.get_by_role("button", name=press).click()
                page.wait_for_load_state()
            page.screenshot(path=folder / f"{name}-{view}.png", full_page=True)
            page.close()

    shown.wish_again()
    take("signup", "/")
    take("signup-mistakes", "/", press="Begin")
    take("sent", "/sent")
    take("confirm-mail", html(shown.mail("Shall we start?")))
    take("started", shown.link(shown.mail("Shall we start?"), "confirm"))
    take("confirm-too-old", shown.page(Purpose.CONFIRM, 2, 1))
    take("confirm", shown.page(Purpose.CONFIRM, 2, 2**33))
    take("offer-mail", html(shown.mail("Add another goal?")))
    take("first-mail", html(shown.mail(STEP, lambda kept: "almost too small" in kept.part("plain"))))
    take("daily-mail", html(shown.daily))
    take("done", shown.done(shown.today))
    take("done-undone", shown.done(shown.today) + "?undone=1")
    missed = shown.today - timedelta(days=len(HISTORY) - HISTORY.index("."))
    take("done-late", shown.done(missed))
    take("done-yesterday", shown.done(shown.today - timedelta(days=1)))
    take("undo", shown.page(Purpose.UNDO, 1, shown.today.toordinal()))
    take("not-found", "/done/nothing")
    take("unsubscribe", shown.page(Purpose.UNSUBSCRIBE, 1))
    take("inbox", "/inbox")
    take("inbox-mail", f"/inbox/{quote(shown.daily.key)}")
    for text in REPLIES:
        take(f"answer-{text.split(':')[0].replace(' ', '-').strip('?')}", html(shown.replied(text)))
    take("tiny", shown.page(Purpose.TINY, 1, missed.toordinal()))
    for choice in (*CHOICES, *(f"{choice}?chosen=1" for choice in CHOICES)):
        purpose, _, query = choice.partition("?")
        about = current_rung_of(shown) if purpose in ABOUT_A_RUNG else shown.today.toordinal()
        take(
            f"choice-{purpose}{'-chosen' * bool(query)}", f"{shown.page(Purpose(purpose), 1, about)}?{query}"
        )
    take("unsubscribed", shown.page(Purpose.UNSUBSCRIBE, 1))
    for name, letter in LETTERS.items():
        if name.startswith("told"):
            html_part = template(letter.kind.name).render(letter.values).html
            for view, context in views.items():
                page = context.new_page()
                page.set_content(html_part)
                page.screenshot(
                    path=folder / f"{name.replace(', ', '-').replace(' ', '-')}-{view}.png", full_page=True
                )
                page.close()


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        kaizen(Path(folder) / "var") as service,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(ARGS))
        shown = Shown(service)
        shown.start()
        shown.live()
        for_the_readme(browser, shown)
        if len(sys.argv) > 1:
            for_review(browser, shown, Path(sys.argv[1]))
        browser.close()


if __name__ == "__main__":
    main()

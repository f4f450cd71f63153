"""A real Chromium for the browser tests; without one they say why they are skipped."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, sync_playwright

from tests.need_chromium import chromium as find_chromium

ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 5000  # milliseconds until something must be there

Contexts = Callable[..., BrowserContext]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A running Chromium. It is closed with its module: its event loop must not meet other tests'."""
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium on this machine: install it, such as with `apt-get install chromium`")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGS))
        yield browser
        browser.close()


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Contexts]:
    """Opens new browsers, each without cookies. At the end, none may have complained in its console:
    of scripts that failed, of files not found, or of the content security policy."""
    complaints: list[str] = []
    opened: list[BrowserContext] = []

    def note(message: ConsoleMessage) -> None:
        page = message.page
        if message.type == "error" and not (
            # Chromium complains of every page of ours that is an error page, which is not for us to judge.
            page and message.location["url"] == page.url and "status of 4" in message.text
        ):
            complaints.append(f"{message.location['url']}: {message.text}")

    def open_browser(**options: object) -> BrowserContext:
        context = chromium.new_context(**options)
        context.set_default_timeout(PATIENCE)
        context.on("console", note)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        opened.append(context)
        return context

    yield open_browser
    for context in opened:
        context.close()
    assert complaints == []

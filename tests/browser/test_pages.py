"""Every page in a real Chromium: on a narrow phone, in the dark, by keyboard, and to a screen reader."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from service.actions.choose import CHOICES
from tests.browser.conftest import Contexts
from tests.browser.live import LONG, Live, live

pytestmark = pytest.mark.browser

PAGES = [
    "sign up",
    "sign up with mistakes",
    "sign up with a leap",
    "sent",
    "confirm",
    "confirm, too old",
    "started",
    "done, still open",
    "done, yesterday",
    "tiny, still open",
    *CHOICES,
    *(f"{choice}, chosen" for choice in CHOICES),
    "undo",
    "unsubscribe",
    "not found",
    "needs its button",
    "inbox",
    "mail",
    "mail as HTML",
]
PHONE = {"width": 320, "height": 640}

# Each text with the contrast to what is behind it, where that is too little by WCAG 2 (1.4.3 and 1.4.11):
# below 4.5, or below 3 for large text and for signs that are no letters, such as the days of the chain.
FAINT = """() => {
  const rgba = text => {
    const [r, g, b, opaque = 1] = text.match(/[\\d.]+/g).map(Number);
    return [r, g, b, opaque];
  };
  const over = (top, below) => top.slice(0, 3).map((c, i) => c * top[3] + below[i] * (1 - top[3]));
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map(c => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const paper = getComputedStyle(document.documentElement).colorScheme.includes("dark")
    && matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18] : [255, 255, 255];
  const behind = element => {
    const layers = [];
    for (let e = element; e; e = e.parentElement) layers.push(rgba(getComputedStyle(e).backgroundColor));
    return layers.reverse().reduce((below, layer) => over(layer, below), paper);
  };
  const faint = [];
  const judge = (text, element, style) => {
    const ground = behind(element), [r, g, b, opaque] = rgba(style.color);
    const ink = over([r, g, b, opaque * style.opacity], ground);
    const [high, low] = [light(ink), light(ground)].sort((a, b) => b - a);
    const ratio = (high + 0.05) / (low + 0.05), size = parseFloat(style.fontSize);
    const large = /^[^\\p{L}\\p{N}]$/u.test(text) || size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    const enough = large ? 3 : 4.5;
    if (ratio < enough) faint.push(`${ratio.toFixed(2)} ${element.localName} "${text.slice(0, 40)}"`);
  };
  for (const field of document.querySelectorAll("[placeholder]"))
    judge(field.placeholder, field, getComputedStyle(field, "::placeholder"));
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim(), element = walker.currentNode.parentElement;
    if (text && element.checkVisibility() && !["option", "optgroup"].includes(element.localName))
      judge(text, element, getComputedStyle(element));
  }
  return faint;
}"""
NAMELESS = """() => {
  const all = [...document.querySelectorAll("input:not([type=hidden]), select, textarea, button, iframe")];
  const named = e => e.labels?.length || e.ariaLabel || e.title || (e.localName === "button" && e.innerText);
  return all.filter(e => e.checkVisibility() && !named(e)).map(e => e.outerHTML);
}"""
OUTSIDE = """() => [...document.body.querySelectorAll("*")]
  .filter(e => e.getBoundingClientRect().right > innerWidth + 0.5).map(e => e.outerHTML.slice(0, 80))"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with live(tmp_path_factory.mktemp("live") / "var") as running:
        yield running


def show(page: Page, server: Live, name: str) -> None:
    """Go to a page of that name."""
    if name == "sign up with a leap":
        leap(page, server)
        return
    if name != "sign up with mistakes":
        page.goto(server.url + server.pages[name])
        return
    page.goto(server.url)
    page.get_by_label("Your e-mail address").fill("me@")
    page.get_by_label("When should it come?").evaluate(
        "field => { field.type = 'text'; field.value = '25:61' }"
    )
    with page.expect_response("**/signup") as answered:
        page.get_by_role("button", name="Begin").click()
    assert answered.value.status == 422
    expect(page.locator(".error")).to_have_count(4)


def leap(page: Page, server: Live) -> None:
    """Send the form with a step that is far from tiny."""
    page.goto(server.url)
    page.get_by_label("What are you after?").fill(f"Read more {LONG}")
    page.get_by_label("The tiniest step towards it").fill(f"read 30 pages of {LONG}")
    page.get_by_label("Your e-mail address").fill("leap@example.org")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", name="A smaller beginning?")).to_be_visible()


def test_nothing_sticks_out_on_a_narrow_phone(server: Live, browser: Contexts) -> None:
    page = browser(viewport=PHONE).new_page()
    widths, outside = {}, {}
    for name in PAGES:
        show(page, server, name)
        widths[name] = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        outside[name] = page.evaluate(OUTSIDE)
    assert {name: width for name, (width, inner) in widths.items() if width > inner} == {}
    assert {name: parts for name, parts in outside.items() if parts} == {}


# In one test, as it takes longer to show the pages than to look at them.
def test_all_text_stands_out_by_day_and_in_the_dark_and_every_field_button_frame_and_page_has_a_name(
    server: Live, browser: Contexts
) -> None:
    page = browser().new_page()
    faint = {}
    for name in PAGES:
        page.emulate_media(color_scheme="light")
        show(page, server, name)
        faint[name, "light"] = page.evaluate(FAINT)
        assert page.evaluate(NAMELESS) == [], name
        assert page.title().strip() or name == "mail as HTML"
        assert page.evaluate("document.documentElement.lang"), name
        assert page.get_by_role("heading", level=1).count() == 1, name
        page.emulate_media(color_scheme="dark")
        faint[name, "dark"] = page.evaluate(FAINT)
    assert {name: texts for name, texts in faint.items() if texts} == {}


@pytest.mark.parametrize(
    ("name", "button", "stops"),
    [
        (
            "sign up",
            "Begin",
            13,
        ),  # goal, step, direction, hour, minute, (am or pm), zone, seven days, address
        ("confirm", "Start", 0),
        ("done, still open", "I did it", 0),
        ("done, yesterday", "Undo", 0),
        ("undo", "Open this day again", 0),
        ("grow", "Grow", 0),
        ("rest", "Let it rest", 0),
        ("sign up with a leap", "Keep my own", 0),
        ("unsubscribe", "Stop all mails", 0),
        ("confirm, too old", "Send me a new link", 0),
    ],
)
def test_the_tab_key_reaches_the_button_and_shows_where_it_is(
    server: Live, browser: Contexts, name: str, button: str, stops: int
) -> None:
    page = browser().new_page()
    show(page, server, name)
    wanted = page.get_by_role("button", name=button)
    pressed = 0
    while not wanted.evaluate("button => button === document.activeElement"):
        page.keyboard.press("Tab")
        pressed += 1
        assert pressed < 20, "the button is never reached"
    assert pressed > stops
    assert wanted.evaluate("button => getComputedStyle(button).outlineStyle") == "solid"
    box = wanted.bounding_box()
    assert box is not None
    assert box["height"] >= 44  # what a thumb needs


def test_a_form_is_sent_by_the_keyboard_alone(server: Live, browser: Contexts) -> None:
    page = browser().new_page()
    show(page, server, "sign up")
    page.keyboard.press("Tab")
    page.keyboard.type("Read more")
    page.keyboard.press("Tab")
    page.keyboard.type("Read 1 page")
    for _ in range(20):
        if page.evaluate("document.activeElement.name") == "email":
            break
        page.keyboard.press("Tab")
    page.keyboard.type("keys@example.org")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()


def test_each_mistake_is_told_to_a_screen_reader_at_its_field(server: Live, browser: Contexts) -> None:
    page = browser().new_page()
    show(page, server, "sign up with mistakes")
    for label in (
        "What are you after?",
        "The tiniest step towards it",
        "When should it come?",
        "Your e-mail address",
    ):
        field = page.get_by_label(label)
        assert field.get_attribute("aria-invalid") == "true"
        about = (field.get_attribute("aria-describedby") or "").split()
        assert any(page.locator(f"#{part}.error").count() for part in about)


def test_the_chain_is_spoken_as_a_sentence(server: Live, browser: Contexts) -> None:
    page = browser().new_page()
    show(page, server, "done, yesterday")
    spoken = page.get_by_role("img").get_attribute("aria-label") or ""
    assert spoken.startswith("The last 14 days: ")
    assert spoken.count(",") == 13
    assert "skipped" in spoken
    assert spoken.endswith("still open")


def test_going_back_after_an_undo_does_not_tick_again(server: Live, browser: Contexts) -> None:
    page = browser().new_page()
    show(page, server, "done, missed")
    page.get_by_role("button", name="I did it").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="I did it")).to_be_visible()
    show(page, server, "sent")
    show(page, server, "done, missed")  # from now on this browser is known: the page presses its button
    page.get_by_role("button", name="Undo").click()
    page.wait_for_url("**undone=1")
    page.go_back()
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("button", name="I did it")).to_be_visible()


def test_the_form_offers_a_tiny_step_while_it_is_filled_in(server: Live, browser: Contexts) -> None:
    page = browser().new_page()
    show(page, server, "sign up")
    step = page.get_by_label("The tiniest step towards it")
    step.fill("read 30 pages")
    step.blur()
    offer = page.get_by_role("status")
    expect(offer).to_contain_text("That is a big beginning. How about: read 1 page")
    page.get_by_label("To ease off, a little less").check()
    expect(offer).to_be_hidden()
    page.get_by_label("To do, a little more").check()
    offer.get_by_role("button").click()
    expect(step).to_have_value("read 1 page")
    expect(offer).to_be_hidden()
    step.fill("Open the book")
    with page.expect_response("**/smaller?*"):
        step.blur()
    expect(offer).to_be_hidden()


@pytest.mark.parametrize("script", [True, False])
def test_a_leap_is_met_with_a_tiny_step_that_one_press_takes(
    server: Live, browser: Contexts, script: bool
) -> None:
    page = browser(java_script_enabled=script).new_page()
    show(page, server, "sign up with a leap")
    page.get_by_role("button", name="read 1 page").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()


def test_a_choice_presses_itself_in_a_browser_that_is_known(server: Live, browser: Contexts) -> None:
    page = browser().new_page()
    show(page, server, "stay")
    page.get_by_role("button", name="Stay").click()
    expect(page.get_by_text("The next offer comes in two weeks at the earliest.")).to_be_visible()
    show(page, server, "back")
    page.wait_for_url("**chosen=1")
    expect(page.get_by_text("Your own size it is")).to_be_visible()

"""The mail templates: every branch of each, as text and as HTML."""

import re
from html import unescape
from typing import Any

import pytest

from service.domain.commands import COMMANDS
from service.mail.compose import Letter
from service.mail.kinds import KINDS
from service.mail.template import FOLDER, Rendered, template
from tests.unit.mail.samples import LETTERS, answer, days, write

LEFT_OVER = (
    "{{",
    "}}",
    "{%",
    "%}",
    "{#",
    "<!--",
    "-->",
    "**",
    "{:",
    "](",
    "None",
    "Undefined",
    "&lt;",
    "&amp;",
)
ADDRESS = re.compile(r"https?://\S+")
WORD = re.compile(r"[\w']+")
EVERY = pytest.mark.parametrize("name", LETTERS)


def render(letter: Letter) -> Rendered:
    """Return a letter's words."""
    return template(letter.kind.name).render(letter.values)


def visible(html: str) -> str:
    """Return what a reader sees of an HTML part, as one line."""
    body = html[html.index("<body") :]
    inside = re.sub(r"</?(?:a|strong)\b[^>]*>", "", body)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", inside)).split())


def test_there_is_a_template_for_each_kind_of_mail_and_a_kind_for_each_template() -> None:
    to_strangers = {"hello"}  # who have no goal, and so no row in the outbox
    assert {path.stem for path in FOLDER.glob("*.md")} == set(KINDS) | to_strangers


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_is_compiled_once_in_a_process(kind: str) -> None:
    assert template(kind) is template(kind)


@EVERY
def test_no_markup_is_left_over(name: str) -> None:
    rendered = render(LETTERS[name])
    for part in (rendered.subject, rendered.text, rendered.html):
        assert not [mark for mark in LEFT_OVER if mark in part]
    assert not re.search(r"</?[a-z]", rendered.text)
    assert "\n\n\n" not in rendered.text


def links(values: Any) -> set[str]:
    """Return all links among the values of a letter."""
    if isinstance(values, dict):
        own = {str(value) for key, value in values.items() if str(key).endswith("_url")}
        return own.union(*(links(value) for value in values.values()))
    return set().union(*(links(value) for value in values)) if isinstance(values, list) else set()


@EVERY
def test_the_text_part_has_each_link_on_a_line_of_its_own(name: str) -> None:
    rendered = render(LETTERS[name])
    lines = [line for line in rendered.text.splitlines() if "://" in line]
    assert set(lines) <= links(LETTERS[name].values)
    assert re.findall(r'href="([^"]+)"', rendered.html) == lines


@EVERY
def test_both_parts_say_the_same(name: str) -> None:
    letter = LETTERS[name]
    rendered = render(letter)
    plain, shown = ADDRESS.sub("", rendered.text), rendered.html
    for drawing in letter.values.get("drawings", []):
        plain, shown = plain.replace(str(drawing), ""), shown.replace(drawing.__html__(), "")
    assert WORD.findall(visible(shown)) == WORD.findall(plain)


@EVERY
def test_the_html_part_is_a_whole_page_without_images_or_scripts(name: str) -> None:
    html = render(LETTERS[name]).html
    assert html.startswith("<!DOCTYPE html>")
    assert html.rstrip().endswith("</html>")
    assert not re.search(r"<(img|script|link|iframe|form|svg)\b", html)
    for tag in ("p", "div", "ul", "li", "a", "strong", "table", "tr", "td"):
        assert len(re.findall(rf"<{tag}\b", html)) == html.count(f"</{tag}>")


def test_the_daily_mail_tells_step_goal_link_and_ways_out() -> None:
    letter = write()
    text = render(letter).text
    assert render(letter).subject == "Write 1 sentence"
    lines = text.splitlines()
    assert lines[:2] == ["Today's step", ""]
    assert "Write 1 sentence" in lines
    assert lines[lines.index("I did it:") + 1] == letter.values["sections"][0]["done_url"]
    assert lines[lines.index("Stop these mails:") + 1] == letter.values["leave_url"]
    assert "It leads to: Write a book" in lines
    for word in ("done", "skip", "smaller", "pause 3 days", "help"):
        assert re.search(rf"reply, in a word: .*\b{word}\b", text)


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("d", ["Chain: 1 day.", "Yesterday: done."]),
        ("ddd", ["Chain: 3 days.", "3 of your last 3 days done.", "Yesterday: done."]),
        ("ds", ["Chain: 1 day.", "Yesterday: skipped, which is fine."]),
        ("dp", ["Chain: 1 day.", "Yesterday your chain waited."]),
        (
            "dd.",
            ["Chain: 2 days.", "Yesterday slipped by. One day only bends a chain; today straightens it."],
        ),
        ("ddd..d", ["Chain: 1 day. Your longest: 3.", "4 of your last 6 days done."]),
        ("dd..", ["2 days done so far.", "Two days slipped by. That happens"]),
        ("d..", ["1 day done so far."]),
        ("..", ["A chain begins with one small step."]),
        (".", ["A chain begins with one small step.", "Yesterday slipped by. Today can be"]),
        ("d...", ["1 day done so far.", "Today can be as small as you like."]),
        ("", ["Your first step", "It is meant to feel almost too small."]),
    ],
)
def test_the_daily_mail_tells_the_chain_and_yesterday(pattern: str, said: list[str]) -> None:
    ledger = days(pattern)
    rendered = render(write(ledger=ledger, starts_on=ledger.schedule.starts))
    for sentence in said:
        assert sentence in rendered.text
        assert sentence in visible(rendered.html)
    assert rendered.text.count("Yesterday") == (1 if pattern and not pattern.endswith("..") else 0)
    assert rendered.text.count("Chain:") == (1 if "Chain:" in said[0] else 0)


@pytest.mark.parametrize("kind", ["confirm", "offer"])
def test_a_mail_that_asks_holds_no_word_of_the_wish(kind: str) -> None:
    rendered = render(write(kind, title="Xylophone", step="Play zither", state="pending"))
    for part in (rendered.subject, rendered.text, rendered.html):
        assert "ylophone" not in part
        assert "zither" not in part


def test_help_lists_every_command_with_what_it_does() -> None:
    rendered = render(answer("help"))
    rows = [row for row in COMMANDS if row.usage]
    for row in rows:
        assert f"- {row.usage} – {row.does}" in rendered.text.splitlines()
    items = re.findall(r"<li\b[^>]*>(.*?)</li>", rendered.html, re.DOTALL)
    assert [visible(f"<body>{item}") for item in items] == [f"{row.usage} – {row.does}" for row in rows]


HOSTILE = (
    "<script>alert(1)</script>",
    "</div></body></html>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }} {% raw %} {# x #}",
    "[x](javascript:alert(1))",
    "![x](https://evil.example/pixel.gif)",
    "<!--{% if answer %}-->",
    "**bold** _it_ `code` # x {: .button onclick=x }",
    "&lt;b&gt; &amp; &#60;",
)


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("kind", ["daily", "answer"])
def test_what_people_type_is_shown_as_they_typed_it_and_is_never_markup(kind: str, hostile: str) -> None:
    plain, payload = "quiet words", {"answer": "unclear", "args": {"line": "", "why": ""}, "subject": "x"}
    asked = {"answer": "unclear", "args": {"line": hostile, "why": ""}, "subject": hostile}
    calm = render(write(kind, {**payload, "args": {"line": plain, "why": ""}}, title=plain, step=plain))
    rendered = render(write(kind, asked, title=hostile, step=hostile))
    assert re.findall(r"<[^>]+>", rendered.html) == re.findall(r"<[^>]+>", calm.html)
    assert hostile in rendered.text
    assert hostile in rendered.subject
    assert " ".join(hostile.split()) in visible(rendered.html)


def test_a_value_that_is_missing_is_an_error_and_not_a_gap() -> None:
    letter = write()
    values = {key: value for key, value in letter.values.items() if key != "leave_url"}
    with pytest.raises(Exception, match="'leave_url' is undefined"):
        template("daily").render(values)

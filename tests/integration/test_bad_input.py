"""Hostile input: a sentence beside the field with the input kept, or inert text in the mail; never else."""

import re
from html import unescape
from html.parser import HTMLParser
from itertools import product
from typing import Any
from urllib.parse import urlencode

import pytest
from markupsafe import escape
from werkzeug.test import TestResponse

from service.storage.models import Delivery, DeliveryState, Person
from tests.smtp import Mail
from tests.world import EMAIL, World

FORM = "application/x-www-form-urlencoded"
GOOD = {"goal": "Write", "step": "Write 1 line", "email": EMAIL, "send_at": "08:00", "timezone": "Asia/Tokyo"}
HEADERS = re.compile(
    "from|to|subject|date|message-id|reply-to|in-reply-to|references|auto-submitted|x-auto-response-suppress|"
    "mime-version|content-type|list-(id|unsubscribe|unsubscribe-post)"
)
# Each line is one thing that somebody types as goal and as step, and that must arrive just so.
WORDS = """\
Write 📝👩🏽‍💻🇩🇪 ✍️ now
اكتب جملة 写一句话 напиши ﬁx
{{7*7}} {{ config }} ${7*7} #{7*7} %(goal)s {0}
{% raw %}{% endraw %}{% include 'x' %}{# no #}
--><!--{% if x %}--><b>x</b><!-- done
<script>alert(1)</script><img src=x onerror=alert(1)><a href='http://evil.example'>x</a>
</h1></p></div></body></html></textarea>"><b onclick='x'>
&lt;b&gt; &#60;script&#62; &amp;amp;
[x](javascript:alert(1)) ![y](http://evil.example/y.png) **b** _i_ `c` # h
<http://evil.example> <mailto:x@evil.example> http://evil.example/?a=b&c
x{: onclick=alert(1) .button } [a]: http://evil.example
=?UTF-8?Q?=0A?=Bcc: x@y
=?utf-8?b?QmNjOiB4QHk=?= =?utf-8?q?=0D=0ABcc:_x@y?=
=?=?utf-8?=?q??=?= =?x-unknown?b?!!!?= ?=
"Ann" <x@evil.example>, (c) ; group: y;
""".splitlines()
CLEANED = {
    "Write\r\nBcc: x@example.org\n\nTo: y@example.org": "Write Bcc: x@example.org To: y@example.org",
    "Write\x0b\x0c\x1c\x85\u2028\u2029now": "Write now",
    "\u202eetirW\u202c \u2066now\u2069\u200f": "etirW now",
    "Wri\0te \x07\x1b[31mnow\x7f": "Write [31mnow",
    "Write \ud800 now": "Write %ED%A0%80 now",  # not UTF-8, so Werkzeug leaves it in the form's encoding
    ".\r\n.\r\nQUIT": ". . QUIT",
}
LONG = ["a" * 200, "📝" * 200]
WORDLESS = ["", " \t\r\n\u00a0\u3000 ", "\u202e\u200f\u2066\ufeff", "\0\x01"]
TOO_LONG = ["a" * 201, "📝" * 201, "<b>" * 300]
TIMES = ["25:61", "24:00", "8", "", " ", "08:00\n", "٠٨:٠٠", "-1:00", "noon", "08:00:99", "\0", "9" * 9999]
ZONES = ["Mars/Olympus", "../../etc/passwd", "/etc/localtime", "Asia/Tokyo\0", "asia/tokyo", "", "<b>"]
ADDRESSES = """\
ann ann@ @example.org ann@@example.org a@b@example.org ann@localhost <ann@example.org> ann@[127.0.0.1]
a..b@example.org änn@example.org ann📝@example.org ann@-example.org "a\\"@b"@example.org "ann"@example.org
ann@example.org,bob@example.org =?utf-8?q?=0ABcc=3A_x=40y?=@ javascript:alert(1) {{7*7}}@
<script>alert(1)</script>@example.org ann\ufffd@example.org""".replace("\n", " ").split(" ")
SPACED = ["", " ", "ann smith@example.org", "Ann <ann@example.org>", "ann@example.org\nBcc: x@example.org"]
HIDDEN = ["ann\r\n@example.org", "ann@example.org\u202e", "ann\0@example.org", "ann@" + "b" * 300 + ".org"]
REFUSED = {
    "goal": [*WORDLESS, *TOO_LONG],
    "step": [*WORDLESS, *TOO_LONG],
    "email": [*ADDRESSES, *SPACED, *HIDDEN],
    "send_at": TIMES,
    "timezone": ZONES,
    "days": ["someday", "Mon", "mon,tue", "0", "", "\0", "<b>", "\ud800", "x" * 20_000],
}
UNUSUAL = ["ann@bücher.example.org", "o'brien+kaizen/x=y@example.org", "{{7*7}}@example.org"]
STRANGE = ["=?utf-8?q?x?=@example.org", "ann=?utf-8?q?=0a?=@example.org", "a" * 64 + "@" + "b" * 63 + ".org"]
BODIES = [b"goal=" + b"a" * 10_000_000, b"--x\r\n\r\n" * 2000, b"", b"%ff%fe=\xff\x00&&==;"]


class Page(HTMLParser):
    """What matters of a page or mail: its tags, attributes and words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags, self.attributes, self.words = set(), set(), set()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {(name, value or "") for name, value in attrs}

    def handle_data(self, data: str) -> None:
        self.words.add(data.strip())


def submit(world: World, **fields: Any) -> TestResponse:
    """Send the form as a browser would, whatever is in it."""
    token = world.token(world.client)
    body = urlencode({**GOOD, "csrf_token": token, **fields}, doseq=True, errors="surrogatepass")
    return world.client.post("/signup", data=body.encode(), content_type=FORM)


def assert_refused(world: World, response: TestResponse, field: str, typed: str) -> None:
    """Check the one sentence beside its field, that the input is kept, and that nothing happened."""
    assert response.status_code == 422, typed[:80]
    ((beside, sentence),) = re.findall(r'<p class="error"(?: id="(\w+)-error")?>([^<]+)</p>', response.text)
    assert beside == ("" if field == "days" else field), typed[:80]
    assert re.fullmatch(r"[A-Z].{15,}\.", unescape(sentence))
    for name in {"goal", "step", "email", "send_at", "timezone"} - {field}:
        assert f'value="{GOOD[name]}"' in response.text
    if field in {"goal", "step", "email"} and typed.isprintable():
        assert f'value="{escape(typed.strip())}"' in response.text
    assert not {"b", "img"} & Page(response.text).tags
    assert world.rows(Person) == world.rows(Delivery) == []


def assert_inert(mail: Mail, *words: str) -> None:
    """Check that a mail has our headers, links and tags only, and that the words are in it as words."""
    names = [name.lower() for name in mail.message]
    assert len(names) == len(set(names))
    assert all(HEADERS.fullmatch(name) for name in names)
    assert (mail.rcpt_to, mail["To"]) == (EMAIL, EMAIL)
    assert not re.search(r"[\x00-\x1f\x7f]", mail["Subject"])
    page = Page(mail.html)
    links = {value for name, value in page.attributes if name in {"href", "src", "action", "background"}}
    assert {link for link in links if not link.startswith(("https://localhost/", "mailto:"))} == set()
    assert not {"script", "img", "b", "i", "em", "iframe", "form", "textarea", "code"} & page.tags
    assert not {name for name, _ in page.attributes if name.startswith("on")}
    assert set(words) <= page.words & set(mail.text.splitlines())


@pytest.mark.parametrize("typed", [*WORDS, *CLEANED, *LONG])
def test_hostile_words_arrive_as_inert_text(world: World, typed: str) -> None:
    shown = CLEANED.get(typed, typed)
    assert submit(world, goal=typed, step=typed).status_code == 303
    (asking,) = world.work()
    assert_inert(asking)
    page = Page(world.client.get(asking.link("confirm")).text)
    assert shown in page.words
    assert not {"b", "img", "script"} & page.tags
    world.press(asking.link("confirm"))
    (daily,) = world.work()
    assert_inert(daily, shown, f"It leads to: {shown}")
    subject = re.sub(r"[\s…]", "", daily["Subject"])  # an encoded word is taken apart, a long one cut
    assert re.sub(r"\s", "", shown).startswith(subject)
    assert len(daily["Subject"]) >= min(len(shown), 100)
    (answer,) = world.reply(daily, "status")
    assert_inert(answer, f"It leads to: {shown}")
    assert {row.state for row in world.rows(Delivery)} == {DeliveryState.SENT}


@pytest.mark.parametrize("field", REFUSED)
def test_what_cannot_be_used_gets_a_sentence_beside_its_field(world: World, field: str) -> None:
    for typed in REFUSED[field]:
        assert_refused(world, submit(world, **{field: typed}), field, typed)


@pytest.mark.parametrize("typed", [*UNUSUAL, *STRANGE])
def test_an_unusual_address_gets_its_mail_or_a_sentence(world: World, typed: str) -> None:
    response = submit(world, email=typed)
    if response.status_code == 422:
        assert_refused(world, response, "email", typed)
    else:
        (asking,) = world.work()
        to = typed.replace("bücher", "xn--bcher-kva")
        assert (asking.rcpt_to, asking["To"]) == (to, to)
        assert "Shall we start?" in world.client.get(asking.link("confirm")).text


def test_of_a_repeated_field_one_counts_and_nobody_else_gets_mail(world: World) -> None:
    response = submit(
        world, email=[EMAIL, "bob@example.org"], goal=["One", "Two"], days=["mon", "mon", "tue"]
    )
    assert response.status_code == 303
    assert [mail.rcpt_to for mail in world.work()] == [EMAIL]
    assert (world.goal().title, world.goal().weekdays) == ("One", 0b11)


@pytest.mark.parametrize(
    "kind", [FORM, "multipart/form-data; boundary=x", "multipart/form-data", "text/plain"]
)
def test_no_body_breaks_a_page(world: World, kind: str) -> None:
    daily = world.start()
    pages = ("/signup", daily.link("done"), world.mails[0].link("confirm"), daily.link("unsubscribe"))
    for path, body in product(pages, BODIES):
        response = world.client.post(path, data=body, content_type=kind)
        assert response.status_code in (200, 303, 404, 413, 422), (path, body[:20])
        assert response.status_code != 413 or "That was too much text" in response.text
    assert len(world.rows(Person)) == 1


@pytest.mark.parametrize("body", ["[1, 2]", '{"goal": 1, "email": {"a": []}}', '"x"', "null", "{", ""])
def test_json_where_a_form_is_wanted_is_refused(world: World, body: str) -> None:
    response = world.client.post("/signup", data=body, content_type="application/json")
    assert response.status_code in (400, 415, 422)
    assert world.rows(Person) == []

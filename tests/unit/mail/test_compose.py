"""A composed mail, read back with the standard library: headers, parts, envelope."""

import re
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import compat32, default
from typing import Any

import pytest

from service.links import Purpose, read
from service.mail.compose import Letter, compose
from service.mail.template import template
from tests.unit.mail.samples import DAY, LETTERS, NOW, SECRET, answer, sender, write

EVERY = pytest.mark.parametrize("name", LETTERS)
HOSTS = pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "kaizen.example.org",
        "kaizen.a-company-with-a-long-name.example.org",
        f"{'k' * 63}.example",
    ],
)


def composed(letter: Letter, host: str = "kaizen.example.org") -> EmailMessage:
    """Return a mail as the standard library reads it."""
    parsed = message_from_bytes(compose(letter, sender(host), NOW).content, policy=default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def as_sent(letter: Letter, header: str, host: str = "kaizen.example.org") -> str:
    """Return a header as it stands on the wire, unfolded and not decoded: what a plain parser sees."""
    raw = message_from_bytes(compose(letter, sender(host), NOW).content, policy=compat32)
    return " ".join(str(raw[header]).split())


def content(message: EmailMessage, kind: str) -> str:
    """Return the text of a part."""
    part = message.get_body(preferencelist=(kind,))
    assert part is not None
    text: Any = part.get_content()
    return str(text).replace("\r\n", "\n")


@EVERY
def test_text_comes_first_html_second_and_both_read_back_as_they_were_rendered(name: str) -> None:
    letter = LETTERS[name]
    rendered = template(letter.kind.name).render(letter.values)
    message = composed(letter)
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert content(message, "plain") == rendered.text
    assert content(message, "html").rstrip() == rendered.html.rstrip()
    assert message["Subject"].lstrip() == rendered.subject


@EVERY
def test_every_header_stands_there_once(name: str) -> None:
    message = composed(LETTERS[name])
    names = [key.lower() for key in message.keys()]  # noqa: SIM118 - a message iterates otherwise
    assert len(names) == len(set(names))
    assert message["From"] == "Kaizen <kaizen@kaizen.example.org>"
    assert message["To"] == "ann@example.org"
    assert message["Date"].datetime == NOW
    assert message["Message-ID"] == LETTERS[name].message_id
    assert "Bcc" not in message


@HOSTS
@pytest.mark.parametrize("name", ["daily, a chain", "answer, done", "confirm", "offer"])
def test_replies_go_to_the_goal_and_day_of_the_mail(name: str, host: str) -> None:
    (address,) = composed(LETTERS[name], host)["Reply-To"].addresses
    assert as_sent(LETTERS[name], "Reply-To", host) == address.addr_spec
    assert sender(host).addresses.read(address.addr_spec) == (Purpose.REPLY, (17, DAY.toordinal()))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("daily, a chain", "auto-generated"),
        ("confirm", "auto-generated"),
        ("offer", "auto-generated"),
        ("answer, done", "auto-replied"),
    ],
)
def test_a_mail_says_that_a_machine_wrote_it(name: str, kind: str) -> None:
    assert composed(LETTERS[name])["Auto-Submitted"] == kind


@HOSTS
def test_the_daily_mail_can_be_left_by_web_and_by_mail(host: str) -> None:
    found = re.fullmatch(
        r"<(https://[^<>\s]+)>, <mailto:([^<>\s?]+)\?subject=unsubscribe>",
        as_sent(write(), "List-Unsubscribe", host),
    )
    assert found is not None
    page, _, token = found[1].rpartition("/")
    assert page == f"https://{host}/unsubscribe"
    assert read(SECRET, Purpose.UNSUBSCRIBE, token) == (4,)
    assert sender(host).addresses.read(found[2]) == (Purpose.UNSUBSCRIBE, (4,))
    assert as_sent(write(), "List-Unsubscribe-Post", host) == "List-Unsubscribe=One-Click"


@HOSTS
def test_the_daily_mail_names_its_list(host: str) -> None:
    assert re.fullmatch(rf"(Kaizen )?<[a-z.]*{re.escape(host)}>", as_sent(write(), "List-ID", host))


@pytest.mark.parametrize("name", LETTERS)
def test_only_mails_that_nobody_has_just_asked_for_are_a_list(name: str) -> None:
    headers = [key for key in composed(LETTERS[name]).keys() if key.lower().startswith("list-")]  # noqa: SIM118
    assert bool(headers) == name.startswith(("daily", "told"))


@pytest.mark.parametrize(
    "message_id",
    [
        "<1@x>",
        "<CAHk-=wg7Tz0jRGgX=4bq3QhQ8Yf1nQ@mail.gmail.com>",
        "<AM0PR04MB6789F3A1C2D3E4F5061728394A5B6@AM0PR04MB6789.eurprd04.prod.outlook.com>",
        f"<{'a' * 200}@example.org>",
    ],
)
def test_an_answer_stands_in_the_thread_of_the_reply_whatever_its_id(message_id: str) -> None:
    letter = replace(answer("status"), in_reply_to=message_id, references=f"<0@x> {message_id}")
    assert as_sent(letter, "In-Reply-To") == message_id
    assert as_sent(letter, "References") == f"<0@x> {message_id}"


def test_a_long_thread_is_named_whole() -> None:
    thread = [f"<{number}.{'a' * 40}@example.org>" for number in range(20)]
    letter = replace(answer("status"), in_reply_to=thread[-1], references=" ".join(thread))
    assert as_sent(letter, "References").split() == thread


@pytest.mark.parametrize("name", ["daily, a chain", "confirm", "answer, done"])
def test_a_mail_that_answers_nothing_is_in_no_thread(name: str) -> None:
    message = composed(LETTERS[name])
    assert "In-Reply-To" not in message
    assert "References" not in message


@HOSTS
def test_the_envelope_sender_names_the_delivery(host: str) -> None:
    envelope = compose(write(), sender(host), NOW)
    assert envelope.rcpt_to == "ann@example.org"
    assert sender(host).addresses.read(envelope.mail_from) == (Purpose.BOUNCE, (5,))


@EVERY
def test_every_line_ends_in_crlf_is_short_and_has_seven_bits(name: str) -> None:
    raw = compose(LETTERS[name], sender(), NOW).content
    assert raw.isascii()
    assert b"\0" not in raw
    assert raw.endswith(b"\r\n")
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", raw)
    assert max(map(len, raw.split(b"\r\n"))) <= 998

"""Whatever people type, a composed mail keeps its headers, its parts and its line lengths."""

import re
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.mail.compose import Letter, compose, header_text
from tests.unit.mail.samples import NOW, answer, sender, write

HOSTILE = (
    "=?UTF-8?Q?=0A?=Bcc: x@y",
    "=?UTF-8?Q?x=0D=0ABcc:_x@y?=",
    "=?UTF-8?B?Cg==?=Bcc: x@y",
    "x\r\nBcc: x@y",
    "x\nBcc: x@y\n\nbody",
    "x\rBcc: x@y",
    "x\r\n\r\n<b>body</b>",
    "x\u2028Bcc: x@y",
    "x\x85Bcc: x@y",
    "x\x0bBcc: x@y",
    "\r\n.\r\nMAIL FROM:<x@y>",
    "From the start",
    ".",
    "--=",
    "é" * 2000,
    "x" * 2000,
    "x " * 1000,
    "日本語" * 700,
    "😀" * 2000,
    "\u202e evil \u202c \u200f",
    "a\0b",
    "e\u0301" * 500,
    "=" * 2000,
    '"quoted" <x@y>, (comment) [x] ; :',
)


def parsed(letter: Letter) -> EmailMessage:
    """Check the bytes of a mail, and return it as the standard library reads it."""
    raw = compose(letter, sender(), NOW).content
    assert raw.isascii()
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", raw)
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def headers(message: EmailMessage) -> list[str]:
    """Return the names of all headers, also those of the parts."""
    return [key for part in message.walk() for key in part.keys()]  # noqa: SIM118


def body(message: EmailMessage, kind: str) -> str:
    """Return a part's text."""
    part = message.get_body(preferencelist=(kind,))
    assert part is not None
    text: Any = part.get_content()
    return str(text)


def lines(text: str) -> list[str]:
    """Return the lines as they are after a journey: any line end is one."""
    return re.split(r"\r\n|\r|\n", text)


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda text: repr(text[:24]))
def test_a_hostile_step_or_goal_stays_words(hostile: str) -> None:
    message = parsed(write(step=hostile, title=hostile))
    assert headers(message) == headers(parsed(write()))
    assert message["Subject"].lstrip() == header_text(hostile)
    assert message.get_content_type() == "multipart/alternative"
    assert len(list(message.iter_parts())) == 2
    assert lines(hostile)[-1].rstrip() in body(message, "plain")
    assert "https://kaizen.example.org/done/" in body(message, "html")


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda text: repr(text[:24]))
def test_a_hostile_line_or_subject_of_a_reply_stays_words(hostile: str) -> None:
    payload = {"answer": "unclear", "args": {"line": hostile, "why": ""}, "subject": hostile}
    message = parsed(write("answer", payload))
    assert headers(message) == headers(parsed(answer("unclear", {"line": "", "why": ""})))
    assert message["Subject"].lstrip() == header_text(f"Re: {hostile}")


@pytest.mark.parametrize(
    "email", ["a@example.org", f"{'a' * 64}@{'b' * 60}.{'c' * 60}.example.org", "o'hara+x@example.org"]
)
def test_an_address_of_any_length_is_written_whole(email: str) -> None:
    message = parsed(write(email=email))
    assert [address.addr_spec for address in message["To"].addresses] == [email]


@settings(deadline=None, max_examples=150)
@given(st.text(max_size=400))
def test_any_subject_arrives_as_header_text_made_it(text: str) -> None:
    safe = header_text(text)
    assert len(safe) <= 150
    assert len(safe.splitlines()) <= 1
    assert "=?" not in safe
    assert parsed(write("daily", step=safe))["Subject"].lstrip() == safe


@settings(deadline=None, max_examples=100)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_any_words_make_a_mail_with_the_same_headers(text: str) -> None:
    message = parsed(write(step=text, title=text))
    assert headers(message) == headers(parsed(write()))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.from_regex(r"\A<[!-;=?A-Z^-~]{1,120}@[a-z.]{1,80}>\Z"), min_size=1, max_size=20))
def test_any_thread_makes_a_mail(thread: list[str]) -> None:
    letter = replace(answer("status"), in_reply_to=thread[-1], references=" ".join(thread))
    assert headers(parsed(letter)).count("References") == 1

"""Mails filled into a skeleton: the same as the standard library would build from the rendered templates."""

import re
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from typing import Any
from unittest.mock import Mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment

from service.mail import skeleton
from service.mail.compose import Letter, compose, header_text
from service.mail.skeleton import Skeletons, compiled
from service.mail.slots import Fixed
from service.mail.template import MailTemplate, template
from tests.unit.mail.samples import LETTERS, NOW, sender, write

EVERY = pytest.mark.parametrize("name", LETTERS)


def parsed(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def one_way(text: str) -> str:
    """Return a text as the mail has it: newlines alike, lone surrogates replaced, no blanks to be seen."""
    newlines = re.sub(r"\r\n?", "\n", text).encode("utf-8", "replace").decode()
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+$", "", newlines, flags=re.MULTILINE)).strip()


def built(letter: Letter) -> EmailMessage:
    """Return the mail as the standard library builds it from the same templates, without any skeleton."""
    rendered = template(letter.kind.name).render(letter.values)
    message = EmailMessage(policy=SMTP)
    ours = parsed(compose(letter, sender(), NOW).content)
    for name in ("From", "To", "Message-ID", "Reply-To", "List-ID", "List-Unsubscribe"):
        if name in ours:
            message[name] = str(ours[name])
    message["Subject"] = header_text(rendered.subject)
    message["Date"] = NOW
    message.set_content(rendered.text.encode("utf-8", "replace").decode(), cte="quoted-printable")
    html = rendered.html.encode("utf-8", "replace").decode()
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    return parsed(message.as_bytes())


def parts(message: EmailMessage) -> list[tuple[list[tuple[str, str]], str]]:
    """Return the parts' headers and contents."""
    return [
        ([(key, str(value)) for key, value in part.items()], one_way(str(part.get_content())))
        for part in message.iter_parts()
        if isinstance(part, EmailMessage)
    ]


def same_as_built(letter: Letter) -> None:
    raw = compose(letter, sender(), NOW).content
    assert raw.isascii()
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)|\0", raw)
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert max(map(len, raw.partition(b"\r\n\r\n")[2].split(b"\r\n"))) <= 76
    ours, theirs = parsed(raw), built(letter)
    assert not ours.defects
    assert parts(ours) == parts(theirs)
    assert ours.get_content_type() == theirs.get_content_type()
    assert ours["Subject"].lstrip() == header_text(template(letter.kind.name).render(letter.values).subject)
    assert set(theirs.keys()) <= set(ours.keys())
    assert names(ours) == names(parsed(compose(LETTERS[names_of[letter.kind.name]], sender(), NOW).content))


def names(message: EmailMessage) -> list[str]:
    return [name for part in message.walk() for name in part.keys()]  # noqa: SIM118


names_of = {letter.kind.name: name for name, letter in LETTERS.items()}


@EVERY
def test_a_mail_is_what_the_standard_library_builds(name: str) -> None:
    same_as_built(LETTERS[name])
    ours = parsed(compose(LETTERS[name], sender(), NOW).content)
    theirs = built(LETTERS[name])
    for header in ("Subject", "Date", "From", "To"):
        assert ours[header] == theirs[header]


def test_the_headers_stand_in_their_order() -> None:
    assert parsed(compose(write(), sender(), NOW).content).keys() == [
        *("From", "To", "Subject", "Date", "Message-ID", "Reply-To", "Auto-Submitted"),
        *("X-Auto-Response-Suppress", "List-ID", "List-Unsubscribe", "List-Unsubscribe-Post"),
        *("MIME-Version", "Content-Type"),
    ]


HOSTILE = st.one_of(
    st.sampled_from(
        [
            *("x\r\nBcc: x@y", "x\n\n\n\ny", "\n", " ", "a\0b", "\0t0\0", "\0h3\0", "\ud800", "From me", "."),
            *("\r\n.\r\nQUIT", "=?UTF-8?Q?=0A?=Bcc: x@y", "=20", "=\r\n", "--=_", "{{ 7*7 }}{% if x %}"),
            *("é" * 999, "x" * 2000, "😀" * 500, "\u202ex", "<b>&amp;</b>", '"><img src=x>', "a  b \t", "%s"),
        ]
    ),
    st.text(max_size=200),
    st.text(st.sampled_from("x =.\r\n\t\0é😀<&\"'\u2028\ud800"), max_size=200),
    # Without the blank that a template drops, the two would be one newline.
).filter(lambda word: not re.search(r"\r[ \t]+\n", word))


def reworded(value: Any, word: Any) -> Any:
    """Return values with other words, the facts as they were."""
    if isinstance(value, dict):
        return {key: reworded(one, word) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [reworded(one, word) for one in value]
    return word() if type(value) is str and value else value


@settings(deadline=None, max_examples=80)
@given(st.sampled_from(sorted(LETTERS)), st.data())
def test_whatever_the_words_are_the_mail_is_what_the_standard_library_builds(name: str, data: Any) -> None:
    letter = LETTERS[name]
    same_as_built(replace(letter, values=reworded(letter.values, lambda: data.draw(HOSTILE))))


BETWEEN = st.text(st.sampled_from("a .=é\n<"), max_size=90)


@settings(deadline=None, max_examples=80)
@given(st.lists(BETWEEN, min_size=2, max_size=5), st.data())
def test_words_may_stand_anywhere_in_a_line_and_next_to_each_other(around: list[str], data: Any) -> None:
    marked, *rest = around
    for number, text in enumerate(rest):
        marked += f"{{{{ words[{number}] }}}}{text}"
    made = MailTemplate(*map(Environment(autoescape=True).from_string, ("x", marked, f"<p>{marked}</p>")))
    values = {"words": [data.draw(st.sampled_from(["x" * 75, "é" * 40, "."])) for _ in rest]}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(skeleton, "template", lambda _: made)
        found, words = Skeletons().find("any", values)
    raw = found.fill("From: a@example.org\r\n", words)
    assert max(map(len, raw.split(b"\r\n"))) <= 76
    plain = [str(part.get_content()).replace("\r\n", "\n") for part in parsed(raw).iter_parts()]
    assert plain == [made.render(values).text, made.render(values).html + "\n"]


WARM = Skeletons()


@settings(deadline=None, max_examples=50)
@given(st.sampled_from(sorted(LETTERS)), st.data())
def test_letters_of_different_shapes_never_share_a_skeleton(name: str, data: Any) -> None:
    if not len(WARM):
        for letter in LETTERS.values():
            WARM.find(letter.kind.name, letter.values)
    kind = LETTERS[name].kind.name
    values = reworded(LETTERS[name].values, lambda: data.draw(HOSTILE))
    found, words = WARM.find(kind, values)
    fresh = compiled(kind, values)
    assert found.fill("", words) == fresh.fill("", words)
    assert found.subject_of(words) == fresh.subject_of(words)


def test_a_letter_of_a_known_shape_is_not_rendered_again(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, compiling = Skeletons(), Mock(wraps=compiled)
    monkeypatch.setattr(skeleton, "compiled", compiling)
    for step in ("Write 1 line", "Read", "日本語"):
        kept.find("daily", write(step=step, title=step).values)
    assert compiling.call_count == 1
    kept.find("daily", write(step="Read", direction="less").values)
    assert compiling.call_count == 2


def test_only_so_many_shapes_are_kept_and_those_in_use_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, compiling = Skeletons(most=8), Mock(wraps=compiled)
    monkeypatch.setattr(skeleton, "compiled", compiling)
    values = write().values
    kept.find("daily", values)
    for number in range(30):
        kept.find("daily", {**values, "words": [Fixed(f"word {number}")]})
        kept.find("daily", values)
        assert len(kept) <= 8
    assert compiling.call_count == 31


def test_a_value_that_no_template_can_be_given_is_an_error() -> None:
    letter = write()
    with pytest.raises(TypeError, match="float"):
        compose(replace(letter, values={**letter.values, "share": 0.5}), sender(), NOW)


def test_what_is_kept_holds_no_word_of_anybody() -> None:
    kept = Skeletons()
    kept.find("daily", write(step="Xylophone", title="Zither").values)
    assert "ylophone" not in repr(vars(kept))
    assert "ither" not in repr(vars(kept))

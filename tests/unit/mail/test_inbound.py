"""A message's words: charsets, encodings, parts, ids, and what makes it count once."""

import quopri
from base64 import b64encode
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from service.mail.inbound import Incoming, digest, read_message

HEAD = b"From: Ann <ann@example.org>\r\nSubject: Re: x\r\n"


def read(body: bytes, *headers: str) -> Incoming:
    """Read a message with these headers and this body."""
    heads = b"".join(header.encode() + b"\r\n" for header in headers)
    return read_message(HEAD + heads + b"\r\n" + body)


def text(charset: str, encoding: str = "8bit") -> tuple[str, str]:
    """Return the headers of a text."""
    return f"Content-Type: text/plain; charset={charset}", f"Content-Transfer-Encoding: {encoding}"


@pytest.mark.parametrize(
    "charset", ["utf-8", "UTF-8", '"utf-8"', "iso-8859-1", "windows-1252", "utf-16", "utf-7"]
)
def test_a_note_is_read_in_its_charset(charset: str) -> None:
    body = "done\r\nIt was für mich.\r\n".encode(charset.strip('"'))
    assert read(body, *text(charset)).lines == ("done", "It was für mich.")
    packed = b64encode(body)
    assert read(packed, *text(charset, "base64")).lines == ("done", "It was für mich.")


@pytest.mark.parametrize(
    "charset",
    [
        *(
            "x-unknown",
            "utf8mb4",
            "ansi_x3.4-1968-bogus",
            "none",
            "''",
            "8bit",
            "1",
            "utf-8;x=y",
            "rot13",
            "zip",
        ),
        *(
            "us-ascii",
            "ascii",
            "latin1",
            "koi8-r",
            "cp1252",
            "utf-8-sig",
            "hex",
            "base64",
            "mbcs",
            "x" * 1000,
        ),
    ],
)
def test_a_command_is_found_in_an_unknown_or_wrong_charset(charset: str) -> None:
    assert read("done\r\n\r\nfür mich\r\n".encode(), *text(charset)).lines[0] == "done"


@pytest.mark.parametrize("body", [b"done \xff\xfe\xc3(", b"done \xe4", b"done \xf0\x9f\x98"])
def test_broken_bytes_do_not_hide_the_command(body: bytes) -> None:
    assert read(body, *text("utf-8")).lines[0].startswith("done")


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("7bit", b"done\r\n\r\n> stop\r\n"),
        ("quoted-printable", b"done\r\n\r\n> sto=\r\np\r\n"),
        ("quoted-printable", b"do=\r\nne=0D=0A=0D=0A> stop"),
        ("QUOTED-PRINTABLE", quopri.encodestring("done\r\n\r\n> stöp\r\n".encode())),
        ("quoted-printable", b"done=\r\n=\r\n\r\n=ZZ> stop=\r\n"),
        ("base64", b64encode(b"done\r\n\r\n> stop\r\n")),
        ("BASE64", b64encode(b"done\r\n\r\n> stop\r\n" * 20)),
        ("base64", b64encode(b"done\n").rstrip(b"=")),
        ("x-unknown", b"done\r\n"),
        ("base64", b64encode(b"\xef\xbb\xbfdone\r\n")),
    ],
)
def test_a_command_is_found_in_every_encoding(encoding: str, body: bytes) -> None:
    assert read(body, *text("utf-8", encoding)).lines[0] == "done"


def test_a_byte_order_mark_and_hard_spaces_are_no_part_of_the_command() -> None:
    assert read("\ufeffdone\u00a0\r\n".encode()).lines == ("done",)


def test_a_nul_stays_inside_its_line() -> None:
    lines = read(b"done\0\r\n\0note\r\n").lines
    assert len(lines) == 2
    assert lines[0].startswith("done")


@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
def test_lines_end_as_they_like(line_end: str) -> None:
    raw = line_end.join(["From: ann@example.org", "Subject: x", "", "done", "note", "", "> stop"])
    assert read_message(raw.encode()).lines == ("done", "note")


def message(*parts: tuple[str, str, str]) -> EmailMessage:
    """Return a message of these parts, each a kind, its content and its disposition."""
    made = EmailMessage(policy=SMTP)
    made["From"] = "ann@example.org"
    made["Subject"] = "Re: x"
    made.make_mixed()
    for kind, content, disposition in parts:
        made.add_attachment(content, subtype=kind, disposition=disposition)
    return made


def test_the_text_part_is_read_and_attachments_are_not() -> None:
    made = message(
        ("plain", "stop\n", "attachment"), ("plain", "done\n", "inline"), ("csv", "skip", "attachment")
    )
    assert read_message(made.as_bytes()).lines == ("done",)


def test_a_text_file_shown_inline_is_not_the_persons_own() -> None:
    made = message()
    made.add_attachment("stop\n", disposition="inline", filename="notes.txt")
    made.add_attachment("done\n", disposition="inline")
    assert read_message(made.as_bytes()).lines == ("done",)


def test_of_text_and_html_the_text_is_read() -> None:
    made = EmailMessage(policy=SMTP)
    made["From"] = "ann@example.org"
    made.set_content("done\n\n> stop\n")
    made.add_alternative("<p>stop</p>", subtype="html")
    made.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="cat.png")
    assert read_message(made.as_bytes()).lines == ("done",)


def test_a_forwarded_message_inside_is_not_the_persons_own() -> None:
    inner = message(("plain", "stop\n", "inline"))
    outer = EmailMessage(policy=SMTP)
    outer["From"] = "ann@example.org"
    outer.make_mixed()
    outer.add_attachment(inner)
    assert "stop" not in read_message(outer.as_bytes()).lines


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("Message-ID: <1@example.org>", "<1@example.org>"),
        ("message-id:<1@example.org>", "<1@example.org>"),
        ("Message-ID:\r\n <1@example.org>", "<1@example.org>"),
        ("Message-ID: <[x@y>", ""),
        ("Message-ID: <x@[y>", ""),
        ("Message-ID: x", ""),
        ("Message-ID:", ""),
        ("Message-ID: <", ""),
        ("Message-ID: =?utf-8?q?=3C1=40x=3E?=", ""),
        (f"Message-ID: <{'x' * 5000}@y>", ""),
        ("X-Message-ID: <1@example.org>", ""),
    ],
)
def test_the_message_id_is_taken_where_it_is_well_formed(header: str, found: str) -> None:
    incoming = read(b"done", header, "References: <a@b>\r\n <[c@d> <e@f>")
    assert incoming.message_id == found
    assert incoming.references == "<a@b> <e@f>"
    assert incoming.lines == ("done",)


RAW = b"Message-ID: <1@x>\r\nSubject: a\r\n\r\ndone\r\n"


def test_the_same_message_for_the_same_address_counts_once() -> None:
    again = b"Received: by another.example\r\n" + RAW.replace(b"Subject: a", b"Subject: b")
    assert digest(RAW, "a@example.org") == digest(again, "A@Example.ORG")
    assert digest(RAW.replace(b"\r\n", b"\n"), "a@example.org") == digest(RAW, "a@example.org")
    assert digest(RAW.replace(b": <1@x>", b":\r\n\t<1@x>"), "a@example.org") == digest(RAW, "a@example.org")


@pytest.mark.parametrize(
    "other",
    [
        RAW.replace(b"<1@x>", b"<2@x>"),
        RAW.replace(b"Message-ID: <1@x>\r\n", b""),
        RAW.replace(b"Message-ID", b"X-Message-ID"),
        b"Subject: a\r\n\r\nMessage-ID: <1@x>\r\n\r\ndone\r\n",
    ],
)
def test_another_message_counts_anew(other: bytes) -> None:
    assert digest(other, "a@example.org") != digest(RAW, "a@example.org")
    assert digest(RAW, "b@example.org") != digest(RAW, "a@example.org")


@pytest.mark.parametrize(
    "empty", [b"", b"Message-ID:\r\n", b"Message-ID: \r\nSubject:\r\n", b"Message-ID: <>\r\n"]
)
def test_two_messages_without_an_id_are_told_apart_by_their_words(empty: bytes) -> None:
    assert digest(empty + b"X: y\r\n\r\ndone\r\n", "a@b") != digest(empty + b"X: y\r\n\r\nskip\r\n", "a@b")
    assert digest(empty + b"\r\ndone\r\n", "a@b") == digest(empty + b"\r\ndone\r\n", "a@b")

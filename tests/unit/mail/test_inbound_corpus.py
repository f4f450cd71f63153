"""Mails of many programs, each read as a human reads it (tests/emails/expected.toml)."""

import time
import tomllib
from pathlib import Path
from typing import Any

import pytest

from service.mail.inbound import Incoming, read_message

EMAILS = Path(__file__).parents[2] / "emails"
EXPECTED: dict[str, dict[str, Any]] = tomllib.loads((EMAILS / "expected.toml").read_text(encoding="utf-8"))
EVERY = pytest.mark.parametrize("name", EXPECTED)
SPOKEN = [name for name, expected in EXPECTED.items() if "first" in expected]


def read(name: str) -> Incoming:
    """Read a mail of the corpus."""
    return read_message((EMAILS / name).read_bytes())


def own(incoming: Incoming) -> list[str]:
    """Return the own lines that are not blank."""
    return [line.strip() for line in incoming.lines if line.strip()]


def test_every_mail_has_its_expectation() -> None:
    assert {path.name for path in EMAILS.glob("*.eml")} == set(EXPECTED)
    assert len(EXPECTED) >= 90


@EVERY
def test_it_is_told_who_speaks_and_whether_a_machine_does(name: str) -> None:
    incoming = read(name)
    assert incoming.sender == EXPECTED[name]["sender"]
    assert bool(incoming.automatic) is EXPECTED[name]["automatic"], incoming.automatic


@pytest.mark.parametrize("name", SPOKEN)
def test_the_first_own_line_and_the_notes_are_found(name: str) -> None:
    first, *notes = own(read(name)) or [""]
    assert first == EXPECTED[name]["first"]
    assert notes == EXPECTED[name].get("notes", [])


@pytest.mark.parametrize("name", SPOKEN)
def test_line_ends_without_a_carriage_return_change_nothing(name: str) -> None:
    raw = (EMAILS / name).read_bytes()
    assert read_message(raw.replace(b"\r\n", b"\n")).lines == read_message(raw).lines


def test_the_whole_corpus_is_read_in_a_moment() -> None:
    started = time.thread_time()
    for name in EXPECTED:
        read(name)
    assert time.thread_time() - started < 5

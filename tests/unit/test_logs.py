"""How an event is written: one line, no address and no token in clear, whatever part of it they came in."""

import json
import logging
import sys
import time

import pytest

from service.links import Purpose, sign
from service.logs import JsonLines, TextLines, clean

TOKEN = sign("a secret for tests only", Purpose.DONE, 17, 739942, 1)
SHORT = sign("a secret for tests only", Purpose.UNSUBSCRIBE, 3)


def record(message: str, *args: object, **extra: object) -> logging.LogRecord:
    made = logging.LogRecord("service.mail", logging.WARNING, __file__, 1, message, args, None)
    vars(made).update(extra)
    return made


def raised(error: Exception) -> logging.LogRecord:
    try:
        raise error
    except type(error):
        made = record("it broke")
        made.exc_info = sys.exc_info()
        return made


@pytest.mark.parametrize(
    ("told", "written"),
    [
        ("no such user <ann@example.org>", "no such user <4991…@example.org>"),
        ("Ann@example.org", "4991…@example.org"),
        ('"ann"@example.org', "4991…@example.org"),
        ("'ann@example.org'", "'4991…@example.org'"),
        ("mailto:ann%40example.org?subject=x", "mailto:4991…%40example.org?subject=x"),
        ("smtp://ann:pass-word@mail:25 is down", "smtp://…@mail:25 is down"),
        (f"GET /done/{TOKEN}", "GET /done/…"),
        (f"GET /done/{TOKEN.upper()}x", "GET /done/…"),
        (f"=3D{SHORT}", "=3D…"),
        (f"to reply-{TOKEN}@kaizen.example.org", "to reply-…@kaizen.example.org"),
        ("sent 3 of 4 mails in 0.2 s @ 15 a second", "sent 3 of 4 mails in 0.2 s @ 15 a second"),
        ("job 2b0ae4bd-6f0c-4a0e-9d2e-0f3f4d2c9a11", "job 2b0ae4bd-6f0c-4a0e-9d2e-0f3f4d2c9a11"),
    ],
)
def test_addresses_and_tokens_are_hidden_and_the_rest_is_kept(told: str, written: str) -> None:
    assert clean(told) == written
    assert clean(written) == written  # what was hidden once stays as it is


@pytest.mark.parametrize("local", ["o'brien", "a.b+c", "prvs=1=ann", "jürgen", '"ann b"', "a/b", "ann…"])
def test_nothing_of_an_odd_local_part_is_left(local: str) -> None:
    assert clean(f"<{local}@example.org>")[5:] == "…@example.org>"


@pytest.mark.parametrize(
    "text", ["a" * 200_000, "a'" * 100_000, "1-" * 100_000, "a://" * 50_000, '"' * 100_000], ids=range(5)
)
def test_a_long_text_takes_no_time(text: str) -> None:
    started = time.process_time()
    clean(text)
    assert time.process_time() - started < 3


def test_text_is_level_name_and_message_in_one_line() -> None:
    told = TextLines().format(record("to %s\nERROR service: forged", "ann@example.org"))
    assert told == r"WARNING service.mail: to 4991…@example.org\nERROR service: forged"


def test_a_traceback_is_clean(caplog: pytest.LogCaptureFixture) -> None:
    event = raised(ValueError(f"550 <ann@example.org> {TOKEN}"))
    text, exception = TextLines().format(event), json.loads(JsonLines().format(event))["exception"]
    for told in (text, exception):
        assert "ValueError: 550 <4991…@example.org> …" in told
    assert TOKEN not in text + exception


def test_json_is_one_object_a_line_with_what_the_event_carries() -> None:
    event = record(
        "sent %d", 3, mails=3, seconds=0.5, who="ann@example.org", at=float("nan"), level="x", no=None
    )
    event.created = 1772442000.25
    line = JsonLines().format(event)
    assert "\n" not in line
    assert json.loads(line) == {
        "time": "2026-03-02T09:00:00.250+00:00",
        "level": "WARNING",
        "logger": "service.mail",
        "message": "sent 3",
        "mails": 3,
        "seconds": 0.5,
        "who": "4991…@example.org",
        "at": "nan",
        "no": None,
    }

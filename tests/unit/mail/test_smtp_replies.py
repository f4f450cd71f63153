"""What an SMTP reply means: a table, and rules that hold for any reply."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from service.mail.compose import Envelope
from service.mail.smtp_line import stuffed
from service.mail.smtp_replies import RefusedContent, refusal
from service.mail.transport import Deferred, Disliked, Refused, TransportError, Unreachable, Unwelcome

TABLE: list[tuple[str, str, type[TransportError]]] = [
    ("rcpt", "550 5.1.1 No such user", Refused),
    ("rcpt", "550 5.1.10 Null MX", Refused),
    ("rcpt", "551 5.1.6 Moved", Refused),
    ("rcpt", "553 5.1.3 Bad address", Refused),
    ("rcpt", "550 5.2.1 Mailbox disabled", Refused),
    ("rcpt", "552 5.2.2 Over quota", Refused),
    ("rcpt", "550 User unknown", Refused),
    ("rcpt", "550 5.7.1 Blocked", Disliked),
    ("rcpt", "554 5.7.1 Relay access denied", Disliked),
    ("rcpt", "550 relay not permitted", Disliked),
    ("rcpt", "550 Relaying denied", Disliked),
    ("rcpt", "550 5.4.1 No route", RefusedContent),
    ("rcpt", "503 5.5.1 Bad sequence", RefusedContent),
    ("rcpt", "530 5.7.0 Log in first", Unwelcome),
    ("rcpt", "450 4.2.1 Busy", Deferred),
    ("rcpt", "421 4.7.0 Too many", Unreachable),
    ("mail", "550 5.7.1 Not you", Unwelcome),
    ("mail", "553 5.1.8 No such sender", Unwelcome),
    ("mail", "501 Syntax", Unwelcome),
    ("mail", "530 5.7.0 Log in first", Unwelcome),
    ("mail", "552 5.3.4 Too big", RefusedContent),
    ("mail", "552 Too big", RefusedContent),
    ("mail", "452 4.3.1 Disk full", Deferred),
    ("data", "554 No valid recipients", Disliked),
    ("data", "451 4.3.0 Later", Deferred),
    ("content", "550 5.1.1 No such user", Refused),
    ("content", "554 5.7.1 Spam", Disliked),
    ("content", "554 Spam", Disliked),
    ("content", "550 5.6.0 Bad form", RefusedContent),
    ("content", "552 5.3.4 Too big", RefusedContent),
    ("content", "552 Too big", RefusedContent),
    ("content", "451 4.7.1 Later", Deferred),
    ("content", "354 What", Deferred),
]


@pytest.mark.parametrize(("stage", "said", "kind"), TABLE, ids=[f"{row[0]}: {row[1]}" for row in TABLE])
def test_a_reply_means(stage: str, said: str, kind: type[TransportError]) -> None:
    found = refusal(stage, int(said[:3]), said[4:])
    assert type(found) is kind
    assert str(found) == said


stages = some.sampled_from(["mail", "rcpt", "data", "content"])
words = some.one_of(some.text(), some.from_regex(r"5\.[0-9]{1,4}\.[0-9]{1,4} .*"))


@given(stages, some.integers(300, 599), words)
def test_every_reply_means_something_and_is_kept_short(stage: str, code: int, said: str) -> None:
    found = refusal(stage, code, said)
    assert len(str(found)) <= 300
    assert str(code) in found.brief
    assert said == "" or len(found.brief) < 20


@given(stages, some.integers(300, 499), words)
def test_what_is_not_final_never_refuses_anybody(stage: str, code: int, said: str) -> None:
    assert isinstance(refusal(stage, code, said), Unreachable if code == 421 else Deferred)


@given(some.sampled_from(["mail", "data"]), some.integers(500, 599), some.text())
def test_before_a_recipient_is_named_none_is_to_blame(stage: str, code: int, said: str) -> None:
    found = refusal(stage, code, said)
    assert not isinstance(found, Refused) or not found.recipient


lines = some.lists(
    some.sampled_from([b"", b".", b"..", b".x", b"x", b"x.", b" .", "„ä“".encode()]), max_size=8
)


@given(lines, some.booleans())
def test_a_content_comes_out_as_it_went_in(parts: list[bytes], ended: bool) -> None:
    content = b"\r\n".join(parts) + b"\r\n" * ended
    wire = stuffed(Envelope("a@example.org", "b@example.org", content))
    assert wire.endswith(b"\r\n.\r\n")
    *received, dot, rest = wire.split(b"\r\n")
    assert (dot, rest) == (b".", b"")
    assert b"." not in received
    undotted = b"".join(line.removeprefix(b".") + b"\r\n" for line in received)
    assert undotted == (content if content.endswith(b"\r\n") else content + b"\r\n")

"""Mail by webhook: whatever is wrong with what was sent is answered with a sentence, never with a fault."""

import json
from typing import Any

import pytest

from tests.integration.hooks import Hooks, assert_refused, form, multipart, opened
from tests.world import World

RAW = b"Message-ID: <1@x.example>\r\nSubject: x\r\n\r\ndone\r\n"


@pytest.fixture
def hooks(world: World, monkeypatch: pytest.MonkeyPatch) -> Hooks:
    return opened(world, monkeypatch)


@pytest.fixture
def to(hooks: Hooks) -> str:
    return hooks.world.sender.addresses.leave(1)


DEEP = "[" * 100_000
NOT_JSON = [
    "",
    "{",
    "null",
    "[]",
    '"x"',
    "1",
    DEEP,
    '{"a":' * 100_000,
    "\ufeff{}",
    "{} {}",
    '{"a":' + "9" * 5000 + "}",
]


@pytest.mark.parametrize("text", NOT_JSON, ids=range(len(NOT_JSON)))
def test_json_that_is_none_is_refused(hooks: Hooks, to: str, text: str) -> None:
    auth = ("kaizen", "a long password")
    assert_refused(hooks, hooks.client.post("/inbound/postmark", data=text.encode(), auth=auth), 400)
    assert_refused(hooks, hooks.client.post("/inbound/ses", data=text.encode()), 400)
    assert_refused(hooks, hooks.sns(Message=text), 400)
    if text:
        assert_refused(hooks, hooks.sendgrid(RAW, to, envelope=text), 400)


def test_json_in_another_encoding_is_refused(hooks: Hooks) -> None:
    auth = ("kaizen", "a long password")
    for data in (b"\xff{}", '{"RawEmail": "x"}'.encode("utf-16"), b'{"RawEmail": "\xe9"}'):
        assert_refused(hooks, hooks.client.post("/inbound/postmark", data=data, auth=auth), 400)
        assert_refused(hooks, hooks.client.post("/inbound/ses", data=data), 400)


WRONG: list[Any] = [None, 1, True, [], {}, [1], {"a": 1}, "\ud800"]


@pytest.mark.parametrize("wrong", WRONG, ids=range(len(WRONG)))
def test_fields_of_a_wrong_type_are_refused(hooks: Hooks, to: str, wrong: Any) -> None:
    assert_refused(hooks, hooks.postmark(RAW, to, RawEmail=wrong), 400, "RawEmail")
    assert_refused(hooks, hooks.ses(RAW, to, content=wrong), 400)
    if wrong not in (None, [], {}):
        assert_refused(hooks, hooks.ses(RAW, to, receipt={"recipients": wrong}), 400, "recipients")
    if wrong and not isinstance(wrong, dict):
        assert_refused(hooks, hooks.ses(RAW, to, receipt=wrong), 400, "receipt")
    if not isinstance(wrong, str):
        assert_refused(hooks, hooks.postmark(RAW, to, OriginalRecipient=wrong), 400)
        assert_refused(hooks, hooks.ses(RAW, to, mail={"source": wrong}), 400)
        assert_refused(hooks, hooks.sendgrid(RAW, to, envelope=json.dumps({"from": wrong})), 400)
        assert_refused(hooks, hooks.sns_as_is({**hooks.notice(), "Signature": wrong}), 400)
        assert_refused(hooks, hooks.sns_as_is({"TopicArn": wrong}), 400)


@pytest.mark.parametrize("way", [form, multipart])
def test_forms_that_lack_the_message_are_refused(hooks: Hooks, to: str, way: Any) -> None:
    assert_refused(hooks, hooks.mailgun(b"", to, way=way), 400, "/inbound/mailgun/mime")
    assert_refused(hooks, hooks.sendgrid_signed(*way({"envelope": "{}", "text": "done"})), 400, "email")
    many = {f"field{number}": "x" for number in range(100_000)}
    assert_refused(hooks, hooks.mailgun(RAW, to, way=way, **many), 400, "too many fields")
    assert_refused(hooks, hooks.sendgrid_signed(*way({**many, "email": RAW})), 400, "too many fields")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", ""),
        (b"", "application/x-www-form-urlencoded; charset=x"),
        (b"{}", "application/json"),
        (b"x", "multipart/form-data"),
        (b"x", "multipart/form-data; boundary=x"),
        (b"--x\r\n\r\n", "multipart/form-data; boundary=x"),
        (
            b'--x\r\nContent-Disposition: form-data; name="email"\r\n\r\nhalf',
            "multipart/form-data; boundary=x",
        ),
        (b"--x\r\nno header\r\n\r\ny\r\n--x--", "multipart/form-data; boundary=x"),
        (b"--x\r\nContent-Disposition: form-data\r\n\r\ny\r\n--x--", "multipart/form-data; boundary=x"),
        (b"\xff\xfe" * 1000, "multipart/form-data; boundary=\xe9"),
        (b"email=%ff&email=x", "application/x-www-form-urlencoded"),
        (b"email=x&envelope=%ff", "application/x-www-form-urlencoded"),
    ],
    ids=range(12),
)
def test_broken_forms_are_refused(hooks: Hooks, data: bytes, kind: str) -> None:
    assert_refused(hooks, hooks.sendgrid_signed(data, kind), 400)
    response = hooks.client.post("/inbound/mailgun", data=data, content_type=kind)
    assert response.status_code in (400, 403)


def test_addresses_that_cannot_be_stored_are_not(hooks: Hooks, to: str) -> None:
    for number, sender in enumerate(("\0@x.example", "a\r\nb@x.example", "\u202e@x.example", "x" * 400)):
        raw = RAW.replace(b"<1@", f"<{number}@".encode())
        assert (
            hooks.sendgrid(
                raw, to, envelope=json.dumps({"to": [f" <{to}>\0", to, to], "from": sender})
            ).status_code
            == 200
        )
    assert [(row.mail_from, row.rcpt_to) for row in hooks.kept] == [("?", to)] * 4


def test_ses_says_what_to_set_where_the_content_is_missing(hooks: Hooks, to: str) -> None:
    assert_refused(hooks, hooks.ses(RAW, to, content=""), 400, "SNS action")
    assert_refused(hooks, hooks.ses(RAW, to, notificationType="Bounce"), 400, "SNS action")
    assert_refused(hooks, hooks.ses(RAW, to, content="no base64 here"), 400, "base64")


def test_an_empty_raw_body_is_refused(hooks: Hooks, to: str) -> None:
    assert_refused(hooks, hooks.raw(b"", to), 400, "empty")
    assert_refused(hooks, hooks.raw(RAW, " "), 400, "X-Kaizen-To")

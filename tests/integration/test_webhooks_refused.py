"""Mail by webhook: what is refused, with which status and sentence, and that nothing is stored."""

import json
import time
from datetime import timedelta
from io import BytesIO, RawIOBase
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from werkzeug.test import TestResponse

from service.mail.inbound import LARGEST
from service.web.inbound import PROVIDERS as WAYS
from service.web.inbound import body
from tests.integration.hooks import PROVIDERS, TOPIC, Hooks, assert_refused, multipart, opened
from tests.world import World

RAW = b"Message-ID: <1@x.example>\r\nSubject: x\r\n\r\ndone\r\n"


@pytest.fixture
def hooks(world: World, monkeypatch: pytest.MonkeyPatch) -> Hooks:
    return opened(world, monkeypatch)


@pytest.fixture
def to(hooks: Hooks) -> str:
    return hooks.world.sender.addresses.leave(1)


def signed_wrongly(hooks: Hooks, provider: str, to: str) -> list[TestResponse]:
    """Requests with a wrong password or signature, with none, and with one for something else."""
    other = ec.generate_private_key(ec.SECP256R1())
    data, kind = multipart({"email": RAW, "envelope": json.dumps({"to": [to], "from": ""})})
    stolen = hooks.notice()
    stolen["Signature"] = "AAAA"
    name = "X-Twilio-Email-Event-Webhook-Signature"
    wrong: dict[str, list[Any]] = {
        "postmark": [
            lambda: hooks.postmark(RAW, to, auth=("kaizen", "a wrong password")),
            lambda: hooks.postmark(RAW, to, auth=("kaizen", "")),
            lambda: hooks.client.post("/inbound/postmark", headers={"Authorization": "Bearer x"}),
            lambda: hooks.client.post("/inbound/postmark", headers={"Authorization": "Basic \xff"}),
        ],
        "mailgun": [
            lambda: hooks.mailgun(RAW, to, signature="0" * 64),
            lambda: hooks.mailgun(RAW, to, signature="é"),
            lambda: hooks.mailgun(RAW, to, token="another"),
            lambda: hooks.mailgun(RAW, to, signature="", token="", timestamp=""),
        ],
        "sendgrid": [
            lambda: hooks.sendgrid_signed(data, kind, key=other),
            lambda: hooks.sendgrid_signed(data, kind, headers={name: "no base64"}),
            lambda: hooks.sendgrid_signed(data, kind, headers={name: ""}),
            lambda: hooks.sendgrid_signed(data, kind, headers={name.replace("Signature", "Timestamp"): "1"}),
        ],
        "ses": [
            lambda: hooks.sns(key=1),
            lambda: hooks.sns_as_is(stolen),
            lambda: hooks.sns(SignatureVersion="3"),
            lambda: hooks.sns_as_is({"TopicArn": TOPIC}),
        ],
        "raw": [
            lambda: hooks.raw(RAW, to, headers={"X-Kaizen-Signature": "0" * 64}),
            lambda: hooks.raw(RAW, to, headers={"X-Kaizen-Signature": ""}),
            lambda: hooks.raw(RAW, to, headers={"X-Kaizen-To": f"{to},x@x.example"}),
            lambda: hooks.raw(RAW, to, headers={"X-Kaizen-From": "eve@x.example"}),
        ],
    }
    return [send() for send in wrong[provider]]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_wrong_signature_is_refused(
    hooks: Hooks, provider: str, to: str, caplog: pytest.LogCaptureFixture
) -> None:
    for response in signed_wrongly(hooks, provider, to):
        assert_refused(hooks, response, 403)
    assert f"{provider}: refused with 403" in caplog.text
    assert to not in caplog.text
    assert "password" not in caplog.text.replace("The user or password is not", "")


def test_postmark_is_asked_for_a_password_where_it_sends_none(hooks: Hooks, to: str) -> None:
    response = hooks.postmark(RAW, to, auth=None)
    assert_refused(hooks, response, 401, "POSTMARK_INBOUND")
    assert response.headers["WWW-Authenticate"].startswith("Basic ")


LIVES = {
    "mailgun": timedelta(hours=8, minutes=30),
    "sendgrid": timedelta(hours=73),
    "ses": timedelta(minutes=75),
    "raw": timedelta(minutes=5),
}


def sent_after(hooks: Hooks, provider: str, to: str, age: timedelta) -> TestResponse:
    """Hand a message over that was signed some time ago."""
    then = hooks.world.time
    stamp, at = hooks.now, then.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    hooks.world.time = then + age
    try:
        if provider == "mailgun":
            return hooks.mailgun(RAW, to, **hooks.mailgun_signed(stamp))
        if provider == "raw":
            return hooks.raw(RAW, to, timestamp=stamp)
        if provider == "ses":
            found = {"notificationType": "Received", "receipt": {"recipients": [to]}, "content": RAW.decode()}
            return hooks.sns(Message=json.dumps(found), Timestamp=at)
        envelope = f'{{"to": ["{to}"]}}'
        return hooks.sendgrid_signed(*multipart({"email": RAW, "envelope": envelope}), timestamp=stamp)
    finally:
        hooks.world.time = then


@pytest.mark.parametrize("provider", LIVES)
def test_an_old_request_is_refused(hooks: Hooks, provider: str, to: str) -> None:
    second = timedelta(seconds=1)
    assert_refused(hooks, sent_after(hooks, provider, to, LIVES[provider] + second), 403, "clock")
    assert_refused(hooks, sent_after(hooks, provider, to, -timedelta(minutes=5, seconds=1)), 403, "clock")
    assert sent_after(hooks, provider, to, LIVES[provider]).status_code == 200
    assert len(hooks.kept) == 1


@pytest.mark.parametrize("stamp", ["", "x", "-1", "1e9", "٣", "1" * 12, "1772442000.5", " "])
def test_a_time_that_is_none_is_refused(hooks: Hooks, to: str, stamp: str) -> None:
    signed = hooks.mailgun_signed(stamp) if stamp else {**hooks.mailgun_signed(), "timestamp": ""}
    assert_refused(hooks, hooks.mailgun(RAW, to, **signed), 403)


def test_a_token_is_good_for_one_message(hooks: Hooks, to: str) -> None:
    signed = hooks.mailgun_signed()
    forged = RAW.replace(b"done", b"stop").replace(b"<1@", b"<2@")
    other = hooks.world.sender.addresses.leave(2)
    assert hooks.mailgun(RAW, to, **signed).status_code == 200
    assert hooks.mailgun(RAW, to, **signed).status_code == 200  # an answer of ours that was lost
    for response in (hooks.mailgun(forged, to, **signed), hooks.mailgun(RAW, other, **signed)):
        assert response.status_code == 403
        assert "token" in response.text
    assert hooks.mailgun(RAW, to, **signed).status_code == 200
    assert [bytes(row.raw) for row in hooks.kept] == [RAW]


class Unread(RawIOBase):
    """A body that must not be read."""

    def readinto(self, _buffer: Any) -> int:
        raise AssertionError("the body was read")


def posted(hooks: Hooks, provider: str, stream: Any, length: int, **headers: str) -> TestResponse:
    """Post a body with a good head, as far as there is a way to tell before the body is read.

    The server ends the body by itself where the client is gone, as the real one does.
    """
    head = {
        "Authorization": "Basic a2FpemVuOmEgbG9uZyBwYXNzd29yZA==",
        "X-Twilio-Email-Event-Webhook-Signature": "AAAA",
        "X-Twilio-Email-Event-Webhook-Timestamp": hooks.now,
        "X-Kaizen-Signature": "AAAA",
        "X-Kaizen-Timestamp": hooks.now,
        "X-Kaizen-To": "x@x.example",
        **headers,
    }
    path = f"/inbound/{provider}"
    environ = {"wsgi.input": stream, "CONTENT_LENGTH": str(length), "wsgi.input_terminated": True}
    return hooks.client.post(path, headers=head, environ_overrides=environ)


@pytest.mark.parametrize("way", WAYS)
def test_too_large_a_body_is_refused_before_it_is_read(hooks: Hooks, way: Any) -> None:
    assert_refused(hooks, posted(hooks, way.route, Unread(), way.largest + 1), 413)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_compressed_body_is_not_taken(hooks: Hooks, provider: str) -> None:
    for name in ("gzip", "deflate", "br", "identity, gzip"):
        assert_refused(hooks, posted(hooks, provider, Unread(), 10, **{"Content-Encoding": name}), 415)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_body_that_ends_early_is_refused(hooks: Hooks, provider: str) -> None:
    assert_refused(hooks, posted(hooks, provider, BytesIO(b"half"), 100), 400, "too early")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_body_that_does_not_come_is_not_waited_for(
    hooks: Hooks, provider: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Slow(RawIOBase):
        def readinto(self, buffer: Any) -> int:
            time.sleep(0.05)
            buffer[:1] = b"x"
            return 1

    monkeypatch.setattr(body, "SECONDS", 0.2)
    started = time.monotonic()
    assert_refused(hooks, posted(hooks, provider, Slow(), 1000), 408)
    assert time.monotonic() - started < 2


def test_slow_bodies_take_a_bounded_number_of_places(
    hooks: Hooks, to: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from threading import BoundedSemaphore

    places = BoundedSemaphore(1)
    monkeypatch.setattr(body, "_PLACES", places)
    with places:
        assert_refused(hooks, hooks.raw(RAW, to), 503, "again later")
    assert hooks.raw(RAW, to).status_code == 200
    assert hooks.raw(RAW, to).status_code == 200


def test_a_message_that_is_too_large_is_refused(hooks: Hooks, to: str) -> None:
    large = RAW + b"x" * LARGEST
    assert_refused(hooks, hooks.postmark(large, to), 413, "message")
    assert_refused(hooks, hooks.raw(large, to), 413)

"""Mail by Amazon: signatures by certificate, confirming a subscription, and never fetching from elsewhere."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from service.web.inbound import sns
from tests.integration.hooks import CERT_URL, CONFIRM_URL, HOST, TOPIC, Hooks, certificate, opened
from tests.world import World

ELSEWHERE = [
    "",
    "http://sns.eu-west-1.amazonaws.com/x.pem",
    "https://sns.eu-west-1.amazonaws.com.evil.example/x.pem",
    "https://evil.example/sns.eu-west-1.amazonaws.com/x.pem",
    "https://sns.eu-west-1.amazonaws.com@evil.example/x.pem",
    "https://evil.example#@sns.eu-west-1.amazonaws.com/x.pem",
    "https://user:pass@sns.eu-west-1.amazonaws.com/x.pem",
    "https://sns.eu-west-1.amazonaws.com:8443/x.pem",
    "https://s3.amazonaws.com/x.pem",
    "https://sns.eu.west.amazonaws.com/x.pem",
    "https://snsXeu-west-1.amazonaws.com/x.pem",
    "https://sns.eu-west-1.amazonaws.com/x.pem#y",
    "https://sns.eu-west-1.amazonaws.com /x.pem",
    "https://sns.eu-west-1.amazonaws.com/x.pem\r\nX: y",
    "https://[::1]/x.pem",
    "https://[/x.pem",
    "file:///etc/passwd.pem",
    "//sns.eu-west-1.amazonaws.com/x.pem",
]
CONFIRM = {"Type": "SubscriptionConfirmation", "Token": "abc", "Message": "You have chosen to subscribe"}


@pytest.fixture
def hooks(world: World, monkeypatch: pytest.MonkeyPatch) -> Hooks:
    return opened(world, monkeypatch)


def take(hooks: Hooks, **over: Any) -> int:
    """Post a notification; return the status it got."""
    return hooks.sns(**over).status_code


# A message that is signed well and is no mail: 400 says that its signature was taken.
SIGNED_WELL = 400


@pytest.mark.parametrize("version", ["1", "2"])
def test_both_versions_of_the_signature_are_known(hooks: Hooks, version: str) -> None:
    assert take(hooks, SignatureVersion=version) == SIGNED_WELL
    assert take(hooks, SignatureVersion=version, key=1) == 403
    notice = hooks.notice(SignatureVersion=version)
    del notice["Subject"]
    assert "Subject" not in sns.signed_text(notice).decode().splitlines()


@pytest.mark.parametrize("url", ELSEWHERE, ids=range(len(ELSEWHERE)))
def test_a_certificate_from_elsewhere_is_never_fetched(hooks: Hooks, url: str) -> None:
    hooks.pages[url] = hooks.pages[CERT_URL]
    assert take(hooks, SigningCertURL=url) == 403
    assert hooks.fetched == []


def test_an_address_that_is_no_certificate_is_never_fetched(hooks: Hooks) -> None:
    for url in (f"https://{HOST}/x", f"https://{HOST}/?x.pem", f"https://{HOST}/x.pem?y", f"https://{HOST}"):
        assert take(hooks, SigningCertURL=url) == 403
    assert hooks.fetched == []


def test_another_topic_is_refused_before_anything_is_fetched(hooks: Hooks) -> None:
    for topic in ("", f"{TOPIC}x", TOPIC.replace("123456789012", "210987654321"), TOPIC.upper()):
        assert take(hooks, TopicArn=topic) == 403
        assert take(hooks, TopicArn=topic, SubscribeURL=CONFIRM_URL, **CONFIRM) == 403
    assert hooks.fetched == []


def test_a_certificate_is_fetched_once(hooks: Hooks) -> None:
    for _ in range(3):
        assert take(hooks) == SIGNED_WELL
    assert hooks.fetched == [CERT_URL]


def test_a_certificate_that_cannot_be_had_is_asked_for_again(hooks: Hooks) -> None:
    hooks.pages[CERT_URL], good = OSError("down"), hooks.pages[CERT_URL]
    assert take(hooks) == 503
    hooks.pages[CERT_URL] = good
    assert take(hooks) == SIGNED_WELL


def test_certificates_are_asked_for_rarely_and_few_are_kept(hooks: Hooks) -> None:
    codes = [take(hooks, SigningCertURL=f"https://{HOST}/{number}.pem") for number in range(30)]
    assert codes == [503] * 30
    assert len(hooks.fetched) == sns.MOST_FETCHES
    hooks.world.time += timedelta(minutes=1)
    for number in range(30):
        hooks.pages[f"https://{HOST}/{number}.pem"] = hooks.pages[CERT_URL]
        hooks.world.time += timedelta(seconds=10)
        assert take(hooks, SigningCertURL=f"https://{HOST}/{number}.pem") == SIGNED_WELL
    assert len(sns._certificates._kept) == sns.MOST_CERTIFICATES


def test_a_certificate_has_to_be_valid_now(hooks: Hooks) -> None:
    hooks.pages[CERT_URL] = certificate(datetime(2025, 1, 1, tzinfo=UTC))
    assert take(hooks) == 403
    hooks.pages[CERT_URL] = certificate(datetime(2026, 6, 1, tzinfo=UTC))
    assert take(hooks) == 403


def test_what_is_no_certificate_is_refused(hooks: Hooks) -> None:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for page in (b"", b"<html>", pem, b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"):
        hooks.pages[CERT_URL] = page
        assert take(hooks) == 403


@pytest.mark.parametrize("at", ["", "yesterday", "2026-03-02", "2026-03-02T09:00:00", "2026-03-02T25:00:00Z"])
def test_a_time_that_is_none_is_refused(hooks: Hooks, at: str) -> None:
    assert take(hooks, Timestamp=at) == 403
    assert hooks.fetched == []


def test_our_subscription_is_confirmed(hooks: Hooks, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    assert take(hooks, SubscribeURL=CONFIRM_URL, **CONFIRM) == 200
    assert hooks.fetched == [CERT_URL, CONFIRM_URL]
    assert hooks.kept == []
    assert "confirmed" in caplog.text
    assert "abc" not in caplog.text


@pytest.mark.parametrize("url", ELSEWHERE, ids=range(len(ELSEWHERE)))
def test_a_subscription_is_never_confirmed_elsewhere(hooks: Hooks, url: str) -> None:
    assert take(hooks, SubscribeURL=url, **CONFIRM) == 403
    assert hooks.fetched == [CERT_URL]


def test_a_subscription_that_nobody_signed_is_not_confirmed(hooks: Hooks) -> None:
    assert take(hooks, SubscribeURL=CONFIRM_URL, key=1, **CONFIRM) == 403
    assert hooks.fetched == [CERT_URL]


def test_a_confirmation_that_fails_is_tried_again(hooks: Hooks) -> None:
    hooks.pages[CONFIRM_URL] = OSError("down")
    assert take(hooks, SubscribeURL=CONFIRM_URL, **CONFIRM) == 503


def test_the_end_of_a_subscription_is_heard_and_not_undone(hooks: Hooks) -> None:
    ended = {**CONFIRM, "Type": "UnsubscribeConfirmation"}
    assert take(hooks, SubscribeURL=CONFIRM_URL, **ended) == 200
    assert hooks.fetched == [CERT_URL]


# The real fetch, against a server of ours


@contextmanager
def server(status: int, body: bytes, **headers: str) -> Iterator[tuple[int, list[str]]]:
    """A page that answers so; also the list of paths asked for."""
    asked: list[str] = []

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    made = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=made.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield made.server_port, asked
    finally:
        made.shutdown()
        thread.join(5)
        made.server_close()


def fetched(monkeypatch: pytest.MonkeyPatch, port: int, url: str, timeout: float = 5) -> bytes:
    def connect(host: str, **_: Any) -> HTTPConnection:
        assert host == HOST
        return HTTPConnection("127.0.0.1", port, timeout=timeout)

    monkeypatch.setattr(sns, "HTTPSConnection", connect)
    return sns.fetch(url)


def test_a_page_is_fetched_with_its_query(monkeypatch: pytest.MonkeyPatch) -> None:
    with server(200, b"found") as (port, asked):
        assert fetched(monkeypatch, port, CONFIRM_URL) == b"found"
        assert asked == [CONFIRM_URL.removeprefix(f"https://{HOST}")]


def test_no_redirect_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    with server(302, b"", Location="http://127.0.0.1/evil") as (port, asked):
        with pytest.raises(OSError, match="302"):
            fetched(monkeypatch, port, CERT_URL)
        assert len(asked) == 1


def test_a_page_has_a_largest_size_and_a_longest_time(monkeypatch: pytest.MonkeyPatch) -> None:
    with server(200, b"x" * (sns.LARGEST_ANSWER + 1)) as (port, _), pytest.raises(OSError, match="200"):
        fetched(monkeypatch, port, CERT_URL)
    with (
        server(200, b"", **{"Content-Length": "5"}) as (port, _),
        pytest.raises(OSError, match="cut short"),
    ):
        fetched(monkeypatch, port, CERT_URL)
    with pytest.raises(OSError, match=r"timed out|refused"):
        fetched(monkeypatch, 1, CERT_URL, timeout=0.2)

"""Mail by webhook: each provider's way in, from a signed request to the answer."""

import pytest
from sqlalchemy.exc import OperationalError

from service.domain.arrival import Route
from tests.integration.hooks import KEYS, PROVIDERS, Hooks, form, multipart, opened
from tests.world import EMAIL, World


@pytest.fixture
def hooks(world: World, monkeypatch: pytest.MonkeyPatch) -> Hooks:
    return opened(world, monkeypatch)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_reply_is_kept_and_answered(hooks: Hooks, provider: str) -> None:
    daily = hooks.world.start()
    reply = hooks.world.written(daily, "done").as_bytes()
    assert hooks.post(provider, reply, daily["Reply-To"]).status_code == 200
    (row,) = hooks.kept
    assert (row.route, bytes(row.raw), row.rcpt_to) == (provider, reply, daily["Reply-To"])
    assert row.mail_from == ("?" if provider == "postmark" else EMAIL)
    assert hooks.woken == [row.id]
    (answer,) = hooks.world.work()
    assert answer["In-Reply-To"] == row_id(reply)
    assert hooks.post(provider, reply, daily["Reply-To"]).status_code == 200
    assert len(hooks.kept) == len(hooks.woken) == 1


def row_id(raw: bytes) -> str:
    (line,) = [line for line in raw.decode().splitlines() if line.lower().startswith("message-id:")]
    return line.partition(":")[2].strip()


def test_the_same_message_by_every_route_counts_once(hooks: Hooks) -> None:
    daily = hooks.world.start()
    reply = hooks.world.written(daily, "done")
    hooks.world.send(reply)
    for provider in PROVIDERS:
        assert hooks.post(provider, reply.as_bytes(), daily["Reply-To"].upper()).status_code == 200
    (row,) = hooks.kept
    assert row.route == Route.SMTP
    assert hooks.woken == []
    assert len(hooks.world.work()) == 1


@pytest.mark.parametrize("provider", PROVIDERS)
def test_without_its_key_there_is_no_way_in(hooks: Hooks, provider: str) -> None:
    hooks.open(**{name: value for name, value in KEYS.items() if provider not in name})
    assert hooks.post(provider, b"Subject: x\n\ndone\n", EMAIL).status_code == 404
    hooks.open()
    assert hooks.post(provider, b"Subject: x\n\ndone\n", EMAIL).status_code == 404


@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_is_not_for_us_is_taken_and_not_stored(
    hooks: Hooks, provider: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    response = hooks.post(provider, b"To: eve@elsewhere.example\r\n\r\ndone\r\n", "eve@elsewhere.example")
    assert response.status_code == 200
    assert (hooks.kept, hooks.woken) == ([], [])
    assert "none of our addresses" in caplog.text
    assert "eve" not in caplog.text


@pytest.mark.parametrize("provider", PROVIDERS)
def test_only_a_post_does_anything(hooks: Hooks, provider: str) -> None:
    daily = hooks.world.start()
    path = f"/inbound/{provider}"
    for method in ("GET", "HEAD", "PUT", "DELETE", "PATCH"):
        response = hooks.client.open(path, method=method, data=b"x", query_string={"to": daily["Reply-To"]})
        assert response.status_code == 405
    assert hooks.client.options(path).status_code == 200
    assert (hooks.kept, hooks.woken) == ([], [])
    assert hooks.client.post("/inbound/nobody").status_code == 404


@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_cannot_be_committed_is_not_acknowledged(
    hooks: Hooks, provider: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    daily = hooks.world.start()
    reply = hooks.world.written(daily, "done").as_bytes()

    def broken(*_: object) -> None:
        raise OperationalError("INSERT", {"rcpt_to": daily["Reply-To"]}, Exception("disk full"))

    with monkeypatch.context() as patched:
        patched.setattr("service.web.inbound.keep", broken)
        response = hooks.post(provider, reply, daily["Reply-To"])
    assert response.status_code == 503
    assert "try again" in response.text
    assert hooks.woken == []
    assert daily["Reply-To"] not in caplog.text
    assert hooks.post(provider, reply, daily["Reply-To"]).status_code == 200
    assert len(hooks.kept) == len(hooks.woken) == 1


@pytest.mark.parametrize("provider", [name for name in PROVIDERS if name != "postmark"])
def test_the_null_sender_of_a_bounce_stays_one(hooks: Hooks, provider: str) -> None:
    to, raw = hooks.world.sender.addresses.bounce(1), b"Subject: Undelivered\r\n\r\nSorry\r\n"
    if provider == "mailgun":
        hooks.mailgun(raw, to, sender="<>")
    elif provider == "sendgrid":
        hooks.sendgrid(raw, to, envelope=f'{{"to": ["{to}"], "from": ""}}')
    elif provider == "ses":
        hooks.ses(raw, to, mail={"source": ""})
    else:
        hooks.raw(raw, to, sender="<>")
    assert [row.mail_from for row in hooks.kept] == [""]


def test_the_headers_tell_the_recipient_where_the_provider_does_not(hooks: Hooks) -> None:
    to = hooks.world.sender.addresses.leave(1)
    raws = [f"To: Kaizen <{to}>\r\nMessage-ID: <{n}@x.example>\r\n\r\nx\r\n".encode() for n in range(4)]
    forwarded = hooks.postmark(raws[0], "0123456789abcdef@inbound.postmarkapp.com")
    told = (
        forwarded,
        hooks.sendgrid_signed(*multipart({"email": raws[1]})),
        hooks.ses(raws[2], "", receipt={"action": {"encoding": "BASE64"}}),
        hooks.mailgun(raws[3], ""),
    )
    assert [response.status_code for response in told] == [200] * 4
    assert [(row.rcpt_to, bytes(row.raw)) for row in hooks.kept] == [(to, raw) for raw in raws]


def test_several_recipients_each_get_their_own_copy(hooks: Hooks) -> None:
    one, two = (hooks.world.sender.addresses.leave(number) for number in (1, 2))
    raw = b"Message-ID: <1@example.org>\r\n\r\nStop\r\n"
    assert hooks.raw(raw, f"{one}, <{two}>,{one.upper()},,eve@elsewhere.example").status_code == 200
    assert [row.rcpt_to for row in hooks.kept] == [one, two]


@pytest.mark.parametrize("way", [form, multipart])
def test_mailgun_hands_any_bytes_over_unchanged(hooks: Hooks, way: object) -> None:
    to = hooks.world.sender.addresses.leave(1)
    raw = b"Subject: =?x?= a+b & 100%\r\n\r\n" + bytes(range(256)) + b"\r\n--xYzZ\r\n%41+%zz\r\n"
    assert hooks.mailgun(raw, to, way=way).status_code == 200
    assert [bytes(row.raw) for row in hooks.kept] == [raw]


def test_sendgrid_hands_any_bytes_over_unchanged(hooks: Hooks) -> None:
    to = hooks.world.sender.addresses.leave(1)
    raw = b"Subject: x\r\n\r\n" + bytes(range(256)) + b"\r\n"
    assert hooks.sendgrid(raw, to).status_code == 200
    assert [bytes(row.raw) for row in hooks.kept] == [raw]


@pytest.mark.parametrize(("verdict", "kept"), [("PASS", "pass"), ("FAIL", "fail"), ("GRAY", ""), ("", "")])
def test_the_verdict_of_ses_is_kept(hooks: Hooks, verdict: str, kept: str) -> None:
    to = hooks.world.sender.addresses.leave(1)
    assert hooks.ses(b"Subject: x\n\nx\n", to, dmarc=verdict).status_code == 200
    assert [row.dmarc for row in hooks.kept] == [kept]


def test_ses_may_send_text_as_it_is(hooks: Hooks) -> None:
    to, raw = hooks.world.sender.addresses.leave(1), "Subject: x\r\n\r\nWürde 📝\r\n".encode()
    assert hooks.ses(raw, to, base64=False).status_code == 200
    assert [bytes(row.raw) for row in hooks.kept] == [raw]


def test_nobody_is_counted_as_one_who_asks_too_often(hooks: Hooks, monkeypatch: pytest.MonkeyPatch) -> None:
    from service.web.limits import limiter

    monkeypatch.setattr(limiter, "enabled", True)
    codes = {hooks.raw(b"x", "a@b.example").status_code for _ in range(70)}
    assert codes == {200}

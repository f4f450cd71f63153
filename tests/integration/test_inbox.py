"""The local mailbox: the real mail as it was sent, a reply box that really replies, and nothing of it in production."""

import html
import re
import socket
from collections.abc import Callable, Iterator
from email import message_from_string
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from service.actions.deliver import Post, deliver
from service.app import create_app, sender_of
from service.listener import Receiver
from service.mail.transport import open_transport
from service.settings import Settings
from service.storage.models import CheckIn, Delivery, DeliveryState
from service.storage.session import Storage
from tests.smtp import Sink, smtp_server
from tests.world import World

Start = Callable[..., "LocalWorld"]


class LocalWorld(World):
    """A service of one machine: its mail lands in a maildir and is read at /inbox."""

    def deliver(self) -> int:
        with self.storage.read() as session:
            ids = session.scalars(select(Delivery.id).where(Delivery.state == DeliveryState.QUEUED)).all()
        with open_transport(self.settings) as transport:
            return deliver(Post(self.storage, self.sender, transport, self.now), ids)

    def listed(self) -> list[str]:
        """Return the paths of the mails on the mailbox's page, newest first."""
        return re.findall(r'<li><a href="(/inbox/[^"]+)"', self.client.get("/inbox").text)

    def answer(self, path: str, text: str) -> TestResponse:
        """Write into the reply box and press its button."""
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.client.get(path).text)
        assert token is not None
        return self.client.post(path, data={"csrf_token": token[1], "text": text}, follow_redirects=True)


def local_settings(folder: Path, database_url: str, port: int) -> Settings:
    env = {"DATA_DIR": str(folder), "DATABASE_URL": database_url, "INBOUND_SMTP": f"127.0.0.1:{port}"}
    return Settings.from_env({**env, "BASE_URL": "http://localhost:8000"})


@pytest.fixture
def local(
    database_url: str, storage: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[LocalWorld]:
    """A local service with a person whose first daily mail has come."""
    drawn_up = local_settings(tmp_path / "var", database_url, 2525)
    receiver = Receiver(storage, sender_of(drawn_up).addresses, lambda ids: None)
    with smtp_server(lambda: SMTP(receiver, hostname="kaizen")) as port:
        made = LocalWorld(local_settings(tmp_path / "var", database_url, port), storage, Sink(), port)
        monkeypatch.setattr("service.clock.now", made.now)
        made.sign_up(goal="Write a <b>book</b> & more")
        made.work()
        found = re.search(
            r'href="http://localhost:8000(/confirm/[^"]+)"', made.client.get(made.listed()[0]).text
        )
        assert found is not None
        made.press(found[1])
        made.work()
        yield made
        made.app.extensions["kaizen"].storage.close()


def newest(browser: FlaskClient, path: str, form: str) -> str:
    response = browser.get(f"{path}/{form}")
    assert response.status_code == 200
    return response.text


def test_the_list_shows_every_mail_with_the_newest_first(local: LocalWorld) -> None:
    page = local.client.get("/inbox").text
    assert len(local.listed()) == 2
    assert page.index("Write 1 sentence") < page.index("Shall we start?")
    assert "ann@example.org" in page
    assert 'href="/inbox"' in local.client.get("/sent").text


def test_a_mail_is_shown_with_its_links_and_its_text(local: LocalWorld) -> None:
    page = local.client.get(local.listed()[0]).text
    assert re.search(r'<a href="http://localhost:8000/done/[\w-]+">http://localhost:8000/done/', page)
    assert "It leads to: Write a &lt;b&gt;book&lt;/b&gt; &amp; more" in page
    assert "<b>book" not in page


def test_the_html_part_stands_in_a_frame_in_which_nothing_can_run(local: LocalWorld) -> None:
    path = local.listed()[0]
    frame = re.search(r'<iframe[^>]* sandbox="([^"]*)" src="([^"]+)"', local.client.get(path).text)
    assert frame is not None
    assert frame[2] == f"{path}/html"
    response = local.client.get(frame[2])
    policy = response.headers["Content-Security-Policy"]
    for rules in (frame[1], policy):
        assert "allow-scripts" not in rules
        assert "allow-same-origin" not in rules
        assert "allow-forms" not in rules
    assert policy.startswith("sandbox ")
    assert "default-src 'none'" in policy
    assert response.mimetype == "text/html"
    assert "Write a &lt;b&gt;book&lt;/b&gt; &amp; more" in response.text


def test_the_raw_mail_is_the_mime_that_was_sent(local: LocalWorld) -> None:
    path = local.listed()[0]
    response = local.client.get(f"{path}/raw")
    assert response.mimetype == "text/plain"
    message = message_from_string(response.text, policy=default)
    (sent,) = local.rows(Delivery, kind="daily")
    assert message["Message-ID"] == sent.message_id
    assert message["Subject"] == "Write 1 sentence"
    assert message["Return-Path"].startswith("<bounce-")
    assert message["Delivered-To"] == "ann@example.org"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    plain = message.get_body(("plain",))
    assert plain is not None
    assert html.escape(plain.get_content().splitlines()[0]) in local.client.get(path).text


def test_the_reply_box_sends_a_real_reply_and_the_answer_lands_in_the_mailbox(local: LocalWorld) -> None:
    page = local.answer(local.listed()[0], "done\n\nIt went well: <i>très</i> bien ✓")
    assert page.status_code == 200
    assert "Your reply was accepted" in page.text
    assert local.receive() == ["done"]
    (check_in,) = local.rows(CheckIn)
    assert (check_in.outcome, check_in.via) == ("done", "reply")
    assert check_in.note == "It went well: <i>très</i> bien ✓"
    local.work()
    assert len(local.listed()) == 3
    answer = newest(local.client, local.listed()[0], "raw")
    assert "Auto-Submitted: auto-replied" in answer
    assert "Re: Write 1 sentence" in local.client.get("/inbox").text


def test_a_listener_that_is_down_gives_a_sentence_and_keeps_the_words(local: LocalWorld) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    parts = local.settings
    down = LocalWorld(
        local_settings(parts.data_dir, parts.database_url, port), local.storage, local.sink, port
    )
    page = down.answer(down.listed()[0], "pause 3 days <please>")
    down.app.extensions["kaizen"].storage.close()
    assert page.status_code < 500
    assert "Is it running?" in page.text
    assert "pause 3 days &lt;please&gt;</textarea>" in page.text
    assert "accepted" not in page.text


def test_a_reply_without_the_pages_own_token_is_not_sent(local: LocalWorld) -> None:
    path = local.listed()[0]
    page = local.client.post(path, data={"text": "stop"})
    assert page.status_code < 500
    assert "accepted" not in page.text
    assert local.receive() == []


@pytest.mark.parametrize(
    "key", ["nothing", "..", "%2e%2e%2fsecret_key", "../secret_key", "a" * 5000, "é", "%00"]
)
def test_a_mail_that_is_not_there_is_a_page_that_does_not_exist(local: LocalWorld, key: str) -> None:
    for path in (f"/inbox/{key}", f"/inbox/{key}/raw", f"/inbox/{key}/html"):
        assert local.client.get(path).status_code == 404


def test_in_production_and_with_a_mail_server_there_is_no_mailbox(world: World) -> None:
    live = Settings.from_env(
        {
            "DATA_DIR": str(world.settings.data_dir),
            "DATABASE_URL": world.settings.database_url,
            "BASE_URL": "https://kaizen.example.org",
            "SECRET_KEY": "a secret for tests only",
            "SMTP_URL": "smtp://127.0.0.1:1",
        }
    )
    app = create_app(live, lambda ids: None)
    for browser in (app.test_client(), world.client):
        for path in ("/inbox", "/inbox/", "/inbox/x", "/inbox/x/html", "/inbox/x/raw"):
            assert browser.get(path).status_code == 404
            assert browser.post(path).status_code == 404
        assert "inbox" not in browser.get("/sent").text
    app.extensions["kaizen"].storage.close()


def test_every_page_carries_the_headers_that_guard_it(local: LocalWorld) -> None:
    mail = local.listed()[0]
    done = re.search(r"(/done/[\w-]+)", local.client.get(mail).text)
    assert done is not None
    paths = [
        "/",
        "/sent",
        "/inbox",
        mail,
        f"{mail}/html",
        f"{mail}/raw",
        done[1],
        "/healthz",
        "/nothing",
        "/me",
    ]
    for path in paths:
        headers = local.client.get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"], path
        assert "unsafe-eval" not in headers["Content-Security-Policy"], path
        assert "script-src 'unsafe-inline'" not in headers["Content-Security-Policy"], path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["Cache-Control"] == "no-store", path
        assert headers["Referrer-Policy"] in ("same-origin", "no-referrer"), path
    assert local.client.post(done[1]).headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in local.client.get("/").headers["Content-Security-Policy"]

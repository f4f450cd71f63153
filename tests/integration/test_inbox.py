"""The local mailbox: real mail as it was sent, a box that really replies, and nothing of it in production."""

import dataclasses
import re
import socket
from collections.abc import Iterator
from email import message_from_string
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP
from sqlalchemy import select
from werkzeug.test import TestResponse

from service.actions.deliver import Post, deliver
from service.app import create_app, sender_of
from service.listener import Receiver
from service.mail.smtp import open_transport
from service.settings import Settings
from service.storage.models import CheckIn, Delivery, DeliveryState
from service.storage.session import Storage
from tests.smtp import Sink, smtp_server
from tests.world import World


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

    def link(self, path: str, page: str) -> str:
        """Return the path of the one link to a page in a mail."""
        (found,) = set(re.findall(rf"http://localhost:8000(/{page}/[\w-]+)", self.client.get(path).text))
        return str(found)

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
        made.press(made.link(made.listed()[0], "confirm"))
        made.work()
        yield made
        made.app.extensions["kaizen"].storage.close()


def test_the_list_shows_every_mail_with_the_newest_first(local: LocalWorld) -> None:
    page = local.client.get("/inbox").text
    assert len(local.listed()) == 2
    assert page.index("Write 1 sentence") < page.index("Shall we start?")
    assert "ann@example.org" in page
    assert 'href="/inbox"' in local.client.get("/sent").text


def test_a_mail_is_shown_with_its_links_and_its_text(local: LocalWorld) -> None:
    page = local.client.get(local.listed()[0]).text
    url = f"http://localhost:8000{local.link(local.listed()[0], 'done')}"
    assert f'<a href="{url}">{url}</a>' in page
    assert "It leads to: Write a &lt;b&gt;book&lt;/b&gt; &amp; more" in page
    assert "<b>book" not in page


def test_the_html_part_stands_in_a_frame_in_which_nothing_can_run(local: LocalWorld) -> None:
    path = local.listed()[0]
    frame = re.search(r'<iframe[^>]* sandbox="([^"]*)" src="([^"]+)"', local.client.get(path).text)
    assert frame is not None
    assert frame[2] == f"{path}/html"
    response = local.client.get(frame[2])
    policy = response.headers["Content-Security-Policy"]
    for allowed in ("allow-scripts", "allow-same-origin", "allow-forms", "unsafe-eval", "script-src"):
        assert allowed not in f"{frame[1]} {policy}"
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
    assert message.get_body(("plain",)).get_content().splitlines()[0] in local.client.get(path).text


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
    assert "Auto-Submitted: auto-replied" in local.client.get(f"{local.listed()[0]}/raw").text
    assert "Re: Write 1 sentence" in local.client.get("/inbox").text


def test_a_listener_that_is_down_gives_a_sentence_and_keeps_the_words(local: LocalWorld) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    settings = dataclasses.replace(local.settings, inbound=("127.0.0.1", port))
    down = LocalWorld(settings, local.storage, local.sink, port)
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
    live = dataclasses.replace(world.settings, base_url="https://kaizen.example.org")
    assert live.production
    app = create_app(live, lambda ids: None)
    for browser in (app.test_client(), world.client):
        for path in ("/inbox", "/inbox/", "/inbox/x", "/inbox/x/html", "/inbox/x/raw"):
            assert browser.get(path).status_code == 404
            assert browser.post(path).status_code == 404
        assert "inbox" not in browser.get("/sent").text
    app.extensions["kaizen"].storage.close()


def test_every_page_carries_the_headers_that_guard_it(local: LocalWorld) -> None:
    mail = local.listed()[0]
    done = local.link(mail, "done")
    paths = ["/", "/sent", "/inbox", mail, f"{mail}/html", f"{mail}/raw", done, "/healthz", "/nothing"]
    for path in paths:
        headers = local.client.get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"], path
        assert "script-src 'unsafe" not in headers["Content-Security-Policy"], path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["Cache-Control"] == "no-store", path
        assert headers["Referrer-Policy"] in ("same-origin", "no-referrer"), path
    assert local.client.post(done).headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in local.client.get("/").headers["Content-Security-Policy"]

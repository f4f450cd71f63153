"""The logs: what an operator reads tells of events, never of a token or an address."""

import logging
import re
import smtplib
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.integration.crowd import due_mails, send
from tests.integration.line import Line
from tests.integration.processes import kaizen, wait_for
from tests.smtp import Sink, smtp_server
from tests.world import EMAIL, World

NOW = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
TOKEN = re.compile(r"[0-9]-[a-z2-7]{26}\b")
ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+")


def told(caplog: pytest.LogCaptureFixture) -> str:
    """Return what was logged, but for aiosmtpd's own logger: it belongs to the sink, and our entry point
    silences it."""
    return "\n".join(caplog.handler.format(record) for record in caplog.records if record.name != "mail.log")


def secrets_in(text: str) -> list[str]:
    return TOKEN.findall(text) + ADDRESS.findall(text)


def test_the_patterns_find_what_mails_are_full_of(world: World) -> None:
    daily = world.start()
    assert TOKEN.search(daily.text)
    assert TOKEN.search(daily["Reply-To"])
    assert ADDRESS.search(daily["To"])


def test_a_whole_run_logs_no_token_and_no_address(line: Line, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    daily = line.start()
    line.press(daily.link("done"))
    line.reply(daily, "done and a note about bob@example.com")
    line.reply(daily, "what is this?", sender="eve@example.org")
    line.client.get(daily.link("done") + "x")
    line.later(days=1)
    line.sink.answers[EMAIL] = f"550 5.1.1 <{EMAIL}>: no such user"
    line.later(days=1)
    line.sink.answers.clear()
    line.reply(daily, "stop")
    assert len(line.mails) == 5
    text = told(caplog)
    assert "sent 1 of 1 mails" in text
    assert secrets_in(text) == []


@pytest.mark.parametrize("code", [421, 450, 550])
def test_what_a_server_says_of_a_recipient_is_not_logged(
    world: World, caplog: pytest.LogCaptureFixture, code: int
) -> None:
    caplog.set_level(logging.INFO)
    ids = due_mails(world.storage, 1, NOW)
    world.sink.answers["p0@example.org"] = f"{code} <p0@example.org>: not now"
    send(world.storage, world.sender, world.sink.server, NOW, ids)
    assert secrets_in(told(caplog)) == []


class Choosy(Sink):
    """Takes no mail from us."""

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        return f"550 5.7.1 <{address}>: sender refused"


def test_a_server_that_refuses_our_sender_is_told_of_without_the_senders_token(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    ids = due_mails(world.storage, 1, NOW)
    choosy = Choosy()
    with smtp_server(lambda: SMTP(choosy, hostname="choosy")) as choosy.port:
        send(world.storage, world.sender, choosy.server, NOW, ids)
    text = told(caplog)
    assert "no mail server" in text
    assert secrets_in(text) == []


def test_the_listener_tells_neither_who_wrote_nor_to_which_address(
    line: Line, environment: dict[str, str], tmp_path: Path
) -> None:
    daily = line.start()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = {**environment, "INBOUND_SMTP": f"127.0.0.1:{port}"}
    with kaizen(own, tmp_path / "inbound.log", "inbound") as listener:
        wait_for(lambda: answers(port))
        line.listener_port = port
        line.send(line.written(daily, "done"))
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            line.send(line.written(daily, "done", To="reply-1-2-wrong@kaizen.example.org"))
        assert listener.end() == 0
    line.time += timedelta(minutes=2)
    line.work()
    assert "Done for today" in line.mails[-1].text
    assert secrets_in(listener.output) == []


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0

"""What the doctor says of a mail server, asked of real ones."""

import dataclasses
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from service.doctor import relay
from service.doctor.finding import Finding
from service.setting_values import SmtpServer
from service.settings import Settings
from tests.smtp import Sink, smtp_server


def of_server(settings: Settings, server: SmtpServer | None) -> Finding:
    return relay.look(dataclasses.replace(settings, smtp=server))


@pytest.fixture
def local(tmp_path: Path, migrated_file: Path) -> Settings:
    shutil.copy(migrated_file, tmp_path / "kaizen.db")
    return Settings.from_env({"DATA_DIR": str(tmp_path), "SECRET_KEY": "sixteen characters or more"})


@contextmanager
def wanting(password: str, tried: list[str]) -> Iterator[SmtpServer]:
    """Run a server that takes one login, and notes what was tried; return its address with that login."""

    def check(_server: object, _session: object, _envelope: object, how: str, given: object) -> AuthResult:
        assert isinstance(given, LoginPassword)
        tried.append(how)
        return AuthResult(success=given.password == password.encode(), handled=False)

    made = partial(SMTP, Sink(), hostname="relay", authenticator=check, auth_require_tls=False)
    with smtp_server(made) as port:
        yield SmtpServer("127.0.0.1", port, user="ann", password=password)


def test_a_server_is_told_with_what_it_offers(local: Settings, mail_sink: Sink) -> None:
    found = of_server(local, mail_sink.server)
    assert found.state == "ok"
    assert "wants no login of us, without TLS; offers SIZE, 8BITMIME" in found.words
    assert mail_sink.mails == []


def test_a_login_is_tried(local: Settings) -> None:
    tried: list[str] = []
    with wanting("pass-word-1", tried) as server:
        fine = of_server(local, server)
        wrong = of_server(local, dataclasses.replace(server, password="pass-word-2"))
    assert (fine.state, wrong.state) == ("ok", "mend")
    assert "takes our login" in fine.words
    assert "(535)" in wrong.words
    assert "pass-word" not in fine.words + wrong.words
    assert tried


class HangsUp(Sink):
    async def auth_PLAIN(self, server: SMTP, arguments: list[str]) -> AuthResult:
        assert server.transport is not None
        server.transport.close()
        return AuthResult(success=False)


def test_a_server_that_hangs_up_at_our_login_did_not_like_it(local: Settings) -> None:
    made = partial(SMTP, HangsUp(), hostname="relay", auth_require_tls=False)
    with smtp_server(made) as port:
        found = of_server(local, SmtpServer("127.0.0.1", port, user="ann", password="pass-word-1"))
    assert "does not take our login" in found.words


def test_a_server_without_logins_takes_none(local: Settings, mail_sink: Sink) -> None:
    server = dataclasses.replace(mail_sink.server, user="ann", password="pass-word-1")
    assert "knows no login" in of_server(local, server).words


def test_a_password_does_not_travel_in_clear(local: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.doctor.relay.LOOPBACK", set())
    tried: list[str] = []
    with wanting("pass-word-1", tried) as server:
        found = of_server(local, server)
    assert tried == []
    assert found.state == "mend"
    assert "in clear" in found.words


def test_a_server_that_speaks_no_tls_or_does_not_answer_is_to_be_mended(
    local: Settings, mail_sink: Sink
) -> None:
    plain = dataclasses.replace(mail_sink.server, tls=True)
    assert "TLS fails" in of_server(local, plain).words
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        gone = SmtpServer(*probe.getsockname())
        assert "does not answer (ConnectionRefusedError)" in of_server(local, gone).words


def test_without_a_server_there_is_nothing_to_look_at(local: Settings) -> None:
    assert of_server(local, None).state == "skip"

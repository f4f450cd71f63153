"""The way to a mailbox is safe: certificates are verified, and a password goes over TLS."""

import dataclasses
from pathlib import Path

import pytest

from tests.browser.whole import eventually
from tests.dovecot import Mailbox, running
from tests.integration.imap.watching import Watching, message

pytestmark = pytest.mark.parametrize("storage", ["sqlite"], indirect=True)


@pytest.fixture
def _trusted(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Trust the server's certificate, as an operator does with an authority of one's own."""
    path = mailbox.server.folder / "server.pem"
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return path


@pytest.mark.usefixtures("_trusted")
def test_imaps_is_read_where_the_certificate_is_trusted(watching: Watching, mailbox: Mailbox) -> None:
    mailbox.deliver(message(text="x\r\n" * 100_000))
    with watching.of(mailbox.at(tls=True)):
        watching.wait(1)
        for number in (2, 3):
            mailbox.deliver(message())
            watching.wait(number, 3)


def test_a_certificate_of_nobody_we_trust_is_an_alarm(watching: Watching, mailbox: Mailbox) -> None:
    with watching.of(mailbox.at(tls=True)):
        hold = eventually(watching.hold)
    assert hold.alarm
    assert hold.reason.startswith("the server's certificate is not trusted: self")


@pytest.mark.usefixtures("_trusted")
def test_a_certificate_for_another_name_is_an_alarm(watching: Watching, mailbox: Mailbox) -> None:
    with watching.of(dataclasses.replace(mailbox.at(tls=True), host="localhost")):
        hold = eventually(watching.hold)
    assert hold.alarm
    assert "not trusted" in hold.reason


def test_on_this_machine_starttls_is_used_where_it_is_offered(watching: Watching, mailbox: Mailbox) -> None:
    mailbox.deliver(message())
    with watching.of(mailbox.at()):
        watching.wait(1)
    logins = [line for line in _log(mailbox) if f"<{mailbox.user}>" in line]
    assert logins
    assert "TLS" in logins[0]


def test_on_this_machine_it_may_be_plain(watching: Watching) -> None:
    with running(ssl=False) as server:
        mailbox = server.mailbox()
        mailbox.deliver(message())
        with watching.of(mailbox.at()):
            watching.wait(1)


def _log(mailbox: Mailbox) -> list[str]:
    return [
        line for line in (mailbox.server.folder / "log").read_text().splitlines() if "imap-login: " in line
    ]

"""Fixtures for the tests of the mailbox: a real Dovecot, and the watcher as the service runs it."""

import logging
from collections.abc import Iterator

import pytest

from service.mail import imap_folder
from service.mailbox import watcher
from service.storage.session import Storage
from tests.dovecot import PASSWORD, Dovecot, Mailbox, running
from tests.integration.imap.watching import Watching


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """One Dovecot for the whole run, where everybody has a mailbox."""
    with running() as server:
        yield server


@pytest.fixture
def mailbox(dovecot: Dovecot) -> Mailbox:
    """A mailbox that nobody has used before."""
    return dovecot.mailbox()


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let tests wait for the next try no longer than they have to."""
    monkeypatch.setattr(watcher, "ALARMED", 0.05)
    monkeypatch.setattr(watcher, "LONGEST", 0.05)
    monkeypatch.setattr(imap_folder, "SLICE", 0.05)


@pytest.fixture
def watching(storage: Storage, caplog: pytest.LogCaptureFixture) -> Iterator[Watching]:
    """What starts a watcher. At the end none is left, and nothing that was logged tells a secret."""
    caplog.set_level(logging.INFO)
    made = Watching(storage, caplog)
    yield made
    made.end()
    for secret in (PASSWORD, "@", "reply-", "kaizen.example.org"):
        assert secret not in caplog.text

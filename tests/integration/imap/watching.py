"""Watchers for tests, and what they are given to read."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from threading import Thread

import pytest
from sqlalchemy import select

from service.inbound_values import ImapServer
from service.mail.addresses import Addresses
from service.mailbox.reader import Reader
from service.mailbox.watcher import Watcher, account
from service.storage.models import Hold, Inbound
from service.storage.models import Mailbox as Row
from service.storage.session import Storage
from tests.browser.whole import eventually

ADDRESSES = Addresses("a secret for tests only", "kaizen.example.org", "kaizen@kaizen.example.org")
REPLY = ADDRESSES.reply(1, date(2026, 3, 2))
_NUMBER = count()


def message(to: str = REPLY, text: str = "done", name: str = "", **headers: str) -> bytes:
    """Return a reply as it lies in a mailbox."""
    fields = {
        "Return-Path": "<ann@example.org>",
        "From": "Ann <ann@example.org>",
        "To": to,
        "Subject": "Re: Write 1 sentence",
        "Message-ID": f"<{name or f'number{next(_NUMBER)}'}@example.org>",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"{head}\r\n{text}\r\n".encode()


@dataclass
class Watching:
    """Starts watchers on one database, and looks into it."""

    storage: Storage
    caplog: pytest.LogCaptureFixture
    woken: list[int] = field(default_factory=list)
    threads: list[tuple[Watcher, Thread]] = field(default_factory=list)

    def reader(self, server: ImapServer, wake: Callable[[Sequence[int]], None] | None = None) -> Reader:
        return Reader(account(server), self.storage, ADDRESSES, wake or self.woken.extend)

    @contextmanager
    def of(
        self,
        server: ImapServer,
        done: str = "",
        poll: float = 30,
        wake: Callable[[Sequence[int]], None] | None = None,
    ) -> Iterator[Watcher]:
        """Read a mailbox meanwhile, as the service does."""
        watcher = Watcher(server, done, self.reader(server, wake), poll)
        thread = Thread(target=watcher.run)
        self.threads.append((watcher, thread))
        thread.start()
        try:
            yield watcher
        finally:
            self.end()

    def end(self) -> None:
        for watcher, _ in self.threads:
            watcher.stop.set()
        for _, thread in self.threads:
            thread.join(5)
            assert not thread.is_alive()
        self.threads.clear()

    def kept(self) -> list[Inbound]:
        with self.storage.read() as session:
            return list(session.scalars(select(Inbound).order_by(Inbound.id)))

    def wait(self, mails: int, seconds: float = 5) -> list[Inbound]:
        """Return what is kept as soon as it is so many mails."""
        return eventually(lambda: kept if len(kept := self.kept()) == mails else None, seconds)

    def place(self) -> Row | None:
        with self.storage.read() as session:
            return session.scalars(select(Row)).one_or_none()

    def read_up_to(self, uid: int) -> Row:
        """Wait until a mailbox is read that far."""
        return eventually(lambda: row if (row := self.place()) and row.last_uid == uid else None)

    def hold(self) -> Hold | None:
        with self.storage.read() as session:
            return session.get(Hold, "mailbox")

    def said(self, words: str) -> bool:
        return words in self.caplog.text

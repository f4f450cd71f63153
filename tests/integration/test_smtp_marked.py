"""Each mail is marked sent before its connection takes the content of the next, in the database itself."""

import selectors
import socket
import threading
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from service.actions.deliver import Post, deliver
from service.mail.smtp import SmtpTransport
from service.mail.transport import Unreachable
from service.storage.marks import Marks
from service.storage.models import Delivery, DeliveryState, Goal, Person
from service.storage.session import Storage
from tests.carried import parcels
from tests.integration.crowd import due_mails, states
from tests.wild import Peer, Wild, running
from tests.world import World

NOW = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)


class Watching(Wild):
    """Looks into the database as soon as anything of a content arrives."""

    def __init__(self, storage: Storage, offers: tuple[str, ...]) -> None:
        super().__init__()
        self.storage, self.offers = storage, offers
        self.before: dict[int, str] = {}
        self.seen: list[str] = []
        self.unmarked = 0

    def content(self, peer: Peer, raw: bytes) -> str:
        rcpt = self.before.get(peer.number)
        if rcpt is not None:
            self.seen.append(self.state(rcpt))
        with self.lock:
            self.unmarked = max(self.unmarked, len(self.mails) + 1 - self.marked())
        self.before[peer.number] = peer.rcpt
        return super().content(peer, raw)

    def state(self, email: str) -> str:
        with self.storage.read() as session:
            query = select(Delivery.state).join(Goal).join(Person).where(Person.email == email)
            return str(session.scalars(query).one())

    def marked(self) -> int:
        return states(self.storage).count(DeliveryState.SENT)


@pytest.mark.parametrize("offers", [("PIPELINING",), ("SIZE",)], ids=["pipelining", "plain"])
def test_the_mail_before_is_marked_when_the_next_one_arrives(
    world: World, offers: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    marked = Marks.sent

    def slowly(self: Marks, ids: Sequence[int], at: datetime) -> None:
        time.sleep(0.01)  # where anything ran ahead of the mark, the server would see it
        marked(self, ids, at)

    monkeypatch.setattr(Marks, "sent", slowly)
    ids = due_mails(world.storage, 60, NOW)
    with running(Watching(world.storage, offers)) as wild, SmtpTransport(wild.server, 8) as transport:
        assert deliver(Post(world.storage, world.sender, transport, lambda: NOW), ids) == 60
    assert len(wild.peers) == 8
    assert len(wild.seen) == 60 - len(wild.before)  # a quick server leaves the last lines nothing to carry
    assert set(wild.seen) == {DeliveryState.SENT}
    assert wild.unmarked <= 8
    assert set(Counter(wild.recipients).values()) == {1}
    assert set(states(world.storage)) == {DeliveryState.SENT}


class Closing(Wild):
    """Takes one mail, says that this was the last, and lets nobody in any more."""

    def greet(self, peer: Peer) -> str:
        return "421 Come back later" if self.mails else super().greet(peer)

    def content(self, peer: Peer, raw: bytes) -> str:
        return super().content(peer, raw) + "\r\n421 Bye"


class Slowly:
    """A mark that is written down after a moment."""

    def __init__(self) -> None:
        self.ours, self.theirs = socket.socketpair()
        threading.Timer(0.2, self.theirs.close).start()

    def fileno(self) -> int:
        return self.ours.fileno()

    def done(self) -> bool:
        self.wait()
        return True

    def wait(self) -> None:
        with self.ours:
            self.ours.recv(1)


def test_the_last_mark_is_waited_for_in_peace(monkeypatch: pytest.MonkeyPatch) -> None:
    looks, select_now = [], selectors.DefaultSelector.select

    def looking(self: selectors.DefaultSelector, timeout: float | None = None) -> object:
        looks.append(timeout)
        return select_now(self, timeout)

    monkeypatch.setattr(selectors.DefaultSelector, "select", looking)
    with running(Closing()) as wild, SmtpTransport(wild.server) as transport, pytest.raises(Unreachable):
        transport.carry(iter(parcels(3)), lambda _handed: Slowly(), 3)
    assert len(wild.mails) == 1
    assert len(looks) < 20

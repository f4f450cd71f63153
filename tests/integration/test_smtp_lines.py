"""Several connections at once: each mail arrives once, whatever the server allows, and breaks."""

import socket
import struct
import threading
import time
from collections.abc import Iterator

import pytest
from aiosmtpd.smtp import SMTP

from service.mail.smtp import SmtpTransport
from service.mail.transport import Deferred, Handed, Parcel, Unreachable
from tests.carried import carry, parcel, parcels
from tests.smtp import Sink, smtp_server
from tests.wild import HangUp, Peer, Wild, running

CONTENTS = {
    "dots at line starts": b"Subject: a\r\n\r\n.\r\n..\r\n...\r\n.leading\r\n. \r\n",
    "a dot first": b".Subject: a\r\n\r\nb\r\n",
    "a dot last": b"Subject: a\r\n\r\nb\r\n.",
    "no final line end": b"Subject: a\r\n\r\nno end",
    "a final line end": b"Subject: a\r\n\r\nan end\r\n",
    "empty lines at the end": b"Subject: a\r\n\r\nb\r\n\r\n\r\n",
    "a long line": b"Subject: a\r\n\r\n" + b"x" * 200_000 + b"\r\n.y\r\n",
    "many lines": b"Subject: a\r\n\r\n" + b".x\r\nyz\r\n" * 50_000,
    "bytes that are no ASCII": "Subject: a\r\n\r\n„Ein Satz“\r\n".encode(),
}


def everybody(count: int) -> list[str]:
    return sorted(f"p{number}@example.org" for number in range(count))


class Plain(Wild):
    offers = ("8BITMIME", "SIZE")


@pytest.mark.parametrize("kind", [Wild, Plain])
@pytest.mark.parametrize("connections", [1, 8])
def test_every_mail_arrives_once_over_so_many_connections(kind: type[Wild], connections: int) -> None:
    with running(kind()) as wild:
        found = carry(wild.server, parcels(100), connections)
    assert found.stop is None
    assert found.sent == list(range(100))
    assert wild.recipients == everybody(100)
    assert len(wild.peers) == connections
    assert {peer.commands[-1] for peer in wild.peers} == {"QUIT"}
    for _, rcpt, raw in wild.mails:
        number = rcpt[1:].partition("@")[0]
        assert raw == f"Subject: {number}\r\n\r\nMail {number}\r\n".encode()


@pytest.mark.parametrize("pipelining", [True, False])
def test_the_same_holds_for_a_server_of_another_make(pipelining: bool) -> None:
    kept = Sink(offers=("PIPELINING",) if pipelining else ())
    with smtp_server(lambda: SMTP(kept, hostname="sink")) as kept.port:
        found = carry(kept.server, parcels(60), 8)
    assert found.sent == list(range(60))
    assert sorted(mail.rcpt_to for mail in kept.mails) == everybody(60)
    assert kept.connections == 8


@pytest.mark.parametrize("kind", [Wild, Plain])
def test_a_content_arrives_byte_for_byte(kind: type[Wild]) -> None:
    with running(kind()) as wild:
        found = carry(wild.server, [parcel(at, content) for at, content in enumerate(CONTENTS.values())])
    assert found.sent == list(range(len(CONTENTS)))
    for (name, content), (_, _, raw) in zip(CONTENTS.items(), wild.mails, strict=True):
        undotted = b"\r\n".join(line.removeprefix(b".") for line in raw.split(b"\r\n"))
        assert undotted == (content if content.endswith(b"\r\n") else content + b"\r\n"), name
        dotted = [line for line in raw.split(b"\r\n") if line.startswith(b".")]
        assert all(line.startswith(b"..") for line in dotted)


@pytest.mark.parametrize(("mails", "lines"), [(1, 1), (4, 1), (5, 2), (29, 8), (500, 8)])
def test_a_small_batch_opens_few_connections(mails: int, lines: int) -> None:
    with running(Wild()) as wild:
        carry(wild.server, parcels(4), 8, expected=mails)
    assert len(wild.peers) == lines


class Crowded(Wild):
    """Takes two connections at a time."""

    def greet(self, peer: Peer) -> str:
        if self.open > 2:
            peer.say("421 4.7.0 Too many connections")
            raise HangUp
        return super().greet(peer)


@pytest.mark.parametrize("connections", [3, 8])
def test_a_server_that_allows_only_two_connections_gets_all_mails_over_two(connections: int) -> None:
    with running(Crowded()) as wild:
        found = carry(wild.server, parcels(60), connections)
    assert found.stop is None
    assert found.sent == list(range(60))
    assert len({peer for peer, _, _ in wild.mails}) == 2


@pytest.mark.parametrize("connections", [3, 8])
def test_connections_that_are_kept_must_do_where_the_server_allows_no_more(connections: int) -> None:
    with running(Crowded()) as wild, SmtpTransport(wild.server, connections) as transport:
        for _ in range(2):
            assert carry(transport, parcels(60)).sent == list(range(60))
    assert len({peer for peer, _, _ in wild.mails}) == 2


class Three(Wild):
    """Closes after three mails a connection, some with a word and some without."""

    def answer(self, peer: Peer, verb: str, line: str) -> str:
        if verb == "MAIL" and peer.mails == 3:
            if peer.number % 2:
                peer.say("421 4.7.0 Three are enough")
            raise HangUp
        return super().answer(peer, verb, line)


class ThreePlain(Three):
    offers = ("SIZE",)


@pytest.mark.parametrize("kind", [Three, ThreePlain])
@pytest.mark.parametrize("connections", [1, 8])
def test_a_server_that_closes_after_three_mails_is_connected_to_again(
    kind: type[Three], connections: int
) -> None:
    with running(kind()) as wild:
        found = carry(wild.server, parcels(50), connections)
    assert found.stop is None
    assert found.sent == list(range(50))
    assert wild.recipients == everybody(50)


class Abrupt(Wild):
    """Resets the connection right behind the answer to a mail."""

    def content(self, peer: Peer, raw: bytes) -> str:
        peer.say(super().content(peer, raw))
        raise HangUp


@pytest.mark.parametrize("connections", [1, 8])
def test_a_server_that_hangs_up_after_each_mail_gets_each_once(connections: int) -> None:
    with running(Abrupt()) as wild:
        found = carry(wild.server, parcels(40), connections)
    assert found.stop is None
    assert found.sent == list(range(40))
    assert wild.recipients == everybody(40)


class GoodbyeWithAnswer(Wild):
    """Says that it takes a mail and that it closes in one breath."""

    def content(self, peer: Peer, raw: bytes) -> str:
        return f"{super().content(peer, raw)}\r\n421 4.3.2 Going down"


def test_a_mail_that_was_taken_counts_as_sent_where_the_goodbye_comes_with_it() -> None:
    with running(GoodbyeWithAnswer()) as wild:
        found = carry(wild.server, parcels(6), 2)
    assert found.sent == list(range(6))
    assert wild.recipients == everybody(6)


class Resets(Wild):
    """Takes a mail, says so, and resets the connection."""

    def __init__(self) -> None:
        super().__init__()
        self.reset = threading.Event()

    def content(self, peer: Peer, raw: bytes) -> str:
        peer.say(super().content(peer, raw))
        peer.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.sock.close()
        self.reset.set()
        raise HangUp


def test_an_answer_that_came_before_the_connection_broke_is_read_all_the_same() -> None:
    def slowly(wild: Resets) -> Iterator[Parcel]:
        yield parcel(0)
        yield parcel(1)  # asked for behind the first one's content
        assert wild.reset.wait(5)
        time.sleep(0.05)
        yield parcel(2)

    settled: list[Handed] = []
    with running(Resets()) as wild, SmtpTransport(wild.server) as transport:
        transport.carry(slowly(wild), settled.extend, 2)
    assert settled == [(0, None), (1, None), (2, None)]
    assert len(wild.mails) == 3


class DropsInContent(Wild):
    """Drops the connection in the middle of every fifth content."""

    def content(self, peer: Peer, raw: bytes) -> str:
        with self.lock:
            if peer.mails == 4:
                raise HangUp
        return super().content(peer, raw)


def test_a_mail_whose_answer_never_came_is_put_off_and_the_others_go_on() -> None:
    with running(DropsInContent()) as wild:
        found = carry(wild.server, parcels(100), 8)
    assert found.stop is None
    assert set(found.fates) == set(range(100))
    assert [f"p{key}@example.org" for key in found.sent] == sorted(
        wild.recipients, key=lambda rcpt: int(rcpt[1:].partition("@")[0])
    )
    unknown = [error for error in found.fates.values() if error is not None]
    assert {type(error) for error in unknown} == {Deferred}
    assert 15 <= len(unknown) <= 25


class InFlight(Wild):
    """Keeps each content until as many are in hand as it dares to hope for, or a moment has passed."""

    def __init__(self) -> None:
        super().__init__()
        self.flying = self.most = 0
        self.change = threading.Condition()

    def content(self, peer: Peer, raw: bytes) -> str:
        with self.change:
            self.flying += 1
            self.most = max(self.most, self.flying)
            self.change.notify_all()
            self.change.wait_for(lambda: self.flying > 4, 0.03)
        with self.change:
            self.flying -= 1
        return super().content(peer, raw)


def test_as_many_mails_are_in_flight_as_there_are_connections_and_no_more() -> None:
    with running(InFlight()) as wild:
        carry(wild.server, parcels(40), 4)
    assert wild.most == 4
    assert wild.most_open == 4


@pytest.mark.parametrize("goodbye", ["", "421 4.4.2 Idle for too long"])
def test_idle_connections_that_the_server_closed_are_opened_again(goodbye: str) -> None:
    with running(Wild()) as wild, SmtpTransport(wild.server, 2) as transport:
        assert carry(transport, parcels(8)).sent == list(range(8))
        for peer in wild.peers:
            if goodbye:
                peer.say(goodbye)
            peer.sock.shutdown(2)
        again = carry(transport, [parcel(number) for number in range(8, 16)])
    assert again.stop is None
    assert again.sent == list(range(8, 16))
    assert wild.recipients == everybody(16)
    assert len(wild.peers) == 4


def test_kept_connections_serve_the_next_batch() -> None:
    with running(Wild()) as wild, SmtpTransport(wild.server, 2) as transport:
        for _ in range(3):
            assert carry(transport, parcels(8)).sent == list(range(8))
    assert len(wild.peers) == 2


def test_nothing_to_send_opens_no_connection() -> None:
    with running(Wild()) as wild:
        assert carry(wild.server, [], 8).settled == []
    assert wild.peers == []


class Down(Wild):
    def greet(self, peer: Peer) -> str:
        peer.say("421 4.3.2 Down for repair")
        raise HangUp


@pytest.mark.parametrize("connections", [1, 8])
def test_a_server_that_takes_nobody_stops_the_batch_with_nothing_settled(connections: int) -> None:
    with running(Down()) as wild:
        found = carry(wild.server, parcels(50), connections)
    assert type(found.stop) is Unreachable
    assert found.stop.brief.startswith("421")
    assert found.settled == []
    assert len(wild.peers) == connections

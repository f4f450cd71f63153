"""Peers that want to harm: each is dealt with in bounded time and memory, and the next mail is served."""

import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from service.listener import Lobby
from service.mail.inbound import LARGEST
from service.storage.models import Inbound
from tests.integration.listening import RAW, Place, Talk, deliver, listening
from tests.integration.replies import MONDAY
from tests.world import EMAIL, World

SECOND = (
    b"MAIL FROM:<eve@evil.example>\r\nRCPT TO:<%s>\r\nDATA\r\nFrom: ann@example.org\r\n\r\nundo\r\n.\r\nQUIT"
)
FAKE_ENDS = [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r\n.\r", b"\n.\r", b"\r.\r\n", b"\r\n\x00.\r\n"]


@pytest.fixture
def address(world: World) -> str:
    return world.sender.addresses.reply(1, MONDAY)


@pytest.fixture
def door(world: World, address: str) -> Iterator[Place]:
    """A listener; at the end it still serves."""
    with listening(world) as port:
        yield ("127.0.0.1", port)
        began = time.monotonic()
        deliver(port, address, RAW.replace(b"<1@", b"<the.next@"))
        assert time.monotonic() - began < 5
    assert world.rows(Inbound)[-1].raw == RAW.replace(b"<1@", b"<the.next@")


@pytest.mark.parametrize("end", FAKE_ENDS, ids=repr)
def test_no_other_line_ends_begin_a_second_message(
    world: World, door: Place, address: str, end: bytes
) -> None:
    smuggled = RAW + b"see above" + end + SECOND % address.encode() + b"\r\n"
    wire = smuggled.replace(b"\r\n.\r\n", b"\r\n..\r\n")
    with Talk(door).ready(address) as talk:
        assert talk.say(wire + b".").startswith("250 ")
        assert talk.say("QUIT").startswith("221 ")
        assert talk.rest() == []
    (row,) = world.rows(Inbound)
    assert row.mail_from == EMAIL
    assert row.raw == wire.replace(b"\r\n.", b"\r\n")


def test_dots_come_out_as_they_went_in(world: World, door: Place, address: str) -> None:
    raw = b".\r\n..\r\n...\r\n.a\r\nb.\r\n\r\n.\r\n"
    with Talk(door).ready(address) as talk:
        assert talk.say(b".." + raw[1:].replace(b"\r\n.", b"\r\n..") + b".").startswith("250 ")
    assert world.rows(Inbound)[0].raw == raw


def test_an_end_in_pieces_is_an_end(world: World, door: Place, address: str) -> None:
    for number, cut in enumerate(range(1, 6)):
        raw = RAW.replace(b"<1@", b"<%d@" % number)
        whole = raw + b".\r\n"
        with Talk(door).ready(address) as talk:
            talk.send(whole[:-cut])
            time.sleep(0.05)
            talk.send(whole[-cut:])
            assert talk.read().startswith("250 ")
    assert len(world.rows(Inbound)) == 5
    with Talk(door).ready(address) as talk:
        assert talk.say(b".").startswith("250 ")
    assert world.rows(Inbound)[-1].raw == b""


def test_a_line_without_end_is_refused_and_takes_no_memory(world: World, door: Place, address: str) -> None:
    with Talk(door).ready(address) as talk:
        for _ in range(20):
            talk.send(b"x" * 1_000_000)
        assert talk.say(b"\r\n.").startswith("552 ")
    with Talk(door).greet() as talk:
        talk.send(b"x" * 5_000_000)
        assert talk.say(b"").startswith("500 ")
        assert talk.say("NOOP").startswith("250 ")
    assert world.rows(Inbound) == []


def test_long_lines_that_mail_programs_write_are_taken(world: World, door: Place, address: str) -> None:
    raw = RAW + b"<p>" + b"y" * 100_000 + b"</p>\r\n"
    with Talk(door).ready(address) as talk:
        assert talk.say(raw + b".").startswith("250 ")
    assert world.rows(Inbound)[0].raw == raw


def test_nul_and_every_other_byte_are_kept_as_they_came(world: World, door: Place, address: str) -> None:
    raw = RAW + bytes(range(256)).replace(b"\r", b"") + b"\r\n"
    with Talk(door).ready(address) as talk:
        assert talk.say(raw + b".").startswith("250 ")
    assert world.rows(Inbound)[0].raw == raw
    with Talk(door).greet() as talk:
        assert talk.say(b"MAIL FROM:<a\x00b@example.org>")[0] in "45"
        assert talk.say(b"NO\x00OP")[0] == "5"


def test_fifty_thousand_recipients_are_cut_short(world: World, door: Place, address: str) -> None:
    began = time.monotonic()
    with Talk(door).greet() as talk:
        talk.say(f"MAIL FROM:<{EMAIL}>")
        with suppress(OSError):  # it hangs up while we are speaking
            for _ in range(50):
                talk.send(f"RCPT TO:<{address}>\r\n".encode() * 1000)
        codes = [line[:3] for line in talk.rest()]
    answers = ["250"] * 20 + ["452"] * 200  # the last may be lost: it hangs up while we are speaking
    assert codes
    assert codes[:-1] == answers[: len(codes) - 1]
    assert len(codes) < 150
    assert time.monotonic() - began < 10
    assert world.rows(Inbound) == []


def test_fifty_megabytes_are_refused_at_once_where_they_are_announced(door: Place, address: str) -> None:
    with Talk(door).greet() as talk:
        assert talk.say(f"MAIL FROM:<{EMAIL}> SIZE=50000000").startswith("552 ")
        assert talk.say(f"MAIL FROM:<{EMAIL}> SIZE={'9' * 300}")[0] == "5"


def test_fifty_megabytes_unannounced_are_refused_at_their_end(
    world: World, door: Place, address: str
) -> None:
    began = time.monotonic()
    with Talk(door).ready(address) as talk:
        for _ in range(50):
            talk.send((b"y" * 998 + b"\r\n") * 1000)
        assert talk.say(b".").startswith("552 ")
    assert time.monotonic() - began < 10
    assert world.rows(Inbound) == []


@pytest.mark.parametrize(
    "junk",
    [
        b"\r\n" * 100_000,
        b"NOOP\r\n" * 50_000,
        b"\xff\xfe\r\n" * 50_000,
        b"EHLO x\r\n" * 30_000,
        b"X\n" * 100_000,
    ],
    ids=["nothing", "noop", "bytes", "ehlo", "unknown"],
)
def test_junk_is_answered_for_a_while_only(door: Place, junk: bytes) -> None:
    began = time.monotonic()
    with Talk(door) as talk:
        with suppress(OSError):
            talk.send(junk)
        assert len(talk.rest()) < 150
    assert time.monotonic() - began < 5


def test_nobody_is_told_who_is_here_and_no_password_is_taken(door: Place, address: str) -> None:
    with Talk(door).greet() as talk:
        for line in (f"VRFY {address}", "VRFY", "EXPN all", "AUTH PLAIN AGEAYg==", "AUTH LOGIN"):
            assert talk.say(line).startswith("502 5.5.1 "), line


def test_eight_bit_and_utf8_addresses_are_taken_or_refused_in_good_order(
    world: World, door: Place, address: str
) -> None:
    with Talk(door).greet() as talk:
        assert talk.say("MAIL FROM:<jörg@exämple.org> SMTPUTF8 BODY=8BITMIME").startswith("250 ")
        assert talk.say("RCPT TO:<jörg@example.org>").startswith("550 ")
        assert talk.say(f"RCPT TO:<{address}>").startswith("250 ")
        talk.say("DATA")
        assert talk.say(RAW + b".").startswith("250 ")
        assert talk.say(b"MAIL FROM:<j\xf6rg@example.org>").startswith("553 ")
        assert talk.say("MAIL FROM:<" + "(" * 400 + "@example.org>")[0] in "45"
    assert [row.mail_from for row in world.rows(Inbound)] == ["jörg@exämple.org"]


def test_a_peer_that_drips_is_sent_away(world: World, address: str) -> None:
    lobby = Lobby()
    lobby.longest = 0.5
    with listening(world, lobby=lobby) as port:
        with Talk(("127.0.0.1", port)).ready(address) as talk:
            began = time.monotonic()
            with suppress(OSError):
                while time.monotonic() - began < 8:
                    talk.send(b"x")
                    time.sleep(0.02)
            assert time.monotonic() - began < 4
        deliver(port, address)


def test_a_peer_that_keeps_silent_is_sent_away_and_told_why(world: World, address: str) -> None:
    lobby = Lobby()
    lobby.silence = 0.2
    with listening(world, lobby=lobby) as port:
        with Talk(("127.0.0.1", port)).greet() as talk:
            began = time.monotonic()
            assert talk.read().startswith("421 4.4.2 ")
            assert time.monotonic() - began < 3
        with Talk(("127.0.0.1", port)).ready(address) as talk:
            assert talk.read().startswith("421 4.4.2 ")
    assert world.rows(Inbound) == []


def test_one_peer_has_only_so_many_connections(world: World, address: str) -> None:
    with listening(world, lobby=Lobby(most_of_one=3)) as port:
        door = ("127.0.0.1", port)
        here = [Talk(door).greet() for _ in range(3)]
        with Talk(door) as talk:
            assert talk.rest() == ["421 4.3.2 Too many connections, please come back later"]
        here.pop().close()
        time.sleep(0.1)
        deliver(port, address)
        for talk in here:
            talk.close()


def test_where_all_places_are_taken_the_one_that_dawdles_gives_way(world: World, address: str) -> None:
    lobby = Lobby(most=3)
    lobby.shortest = 0.3
    with listening(world, lobby=lobby) as port:
        door = ("127.0.0.1", port)
        here = [Talk(door).greet() for _ in range(3)]
        with Talk(door) as talk:
            assert talk.read().startswith("421 ")  # they have only just come
        time.sleep(0.4)
        deliver(port, address)
        assert here[0].read().startswith("421 ")
        assert here[1].say("NOOP").startswith("250 ")
        for talk in here:
            talk.close()
    assert len(lobby) == 0


def test_what_comes_in_at_once_has_only_so_much_memory(world: World, address: str) -> None:
    lobby = Lobby(room=2_000_000)
    with listening(world, lobby=lobby) as port:
        door = ("127.0.0.1", port)
        with Talk(door).ready(address) as first, Talk(door).ready(address) as second:
            first.send(RAW + b"x" * 1_500_000)
            time.sleep(0.3)
            second.send(RAW + b"x" * 1_500_000)
            assert second.say("\r\n.").startswith("452 4.3.1 ")
            assert first.say("\r\n.").startswith("250 ")
        with Talk(door).ready(address) as third:
            third.send(RAW.replace(b"<1@", b"<3@") + b"x" * 1_500_000)
            assert third.say("\r\n.").startswith("250 ")  # the room was given back
    assert Lobby().room > LARGEST * 4

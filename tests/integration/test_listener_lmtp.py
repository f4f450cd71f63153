"""LMTP (RFC 2033), over TCP and over a socket in the file system."""

import socket
import stat
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from service.listener import Lmtp
from service.listener.places import bound
from service.mail.inbound import LARGEST
from service.storage.models import Inbound
from service.up import CantStart, _check_lmtp
from tests.integration.listening import RAW, Place, Talk, listening
from tests.integration.replies import MONDAY
from tests.world import EMAIL, World


@pytest.fixture
def door(world: World) -> Iterator[Place]:
    with listening(world, protocol=Lmtp) as port:
        yield ("127.0.0.1", port)


@pytest.fixture
def path() -> Iterator[Path]:
    """The path of a socket, which must be short."""
    with TemporaryDirectory(prefix="kaizen-") as folder:
        yield Path(folder) / "lmtp"


def begun(door: Place, addresses: list[str]) -> tuple[Talk, list[str]]:
    """Go as far as DATA; return the peer and how each recipient was answered."""
    talk = Talk(door).greet("LHLO")
    talk.say(f"MAIL FROM:<{EMAIL}>")
    answers = [talk.say(f"RCPT TO:<{address}>")[:3] for address in addresses]
    return talk, answers


def test_each_recipient_that_was_taken_has_an_answer_of_its_own(world: World, door: Place) -> None:
    first = world.sender.addresses.reply(1, MONDAY)
    second = world.sender.addresses.leave(1)
    talk, answers = begun(door, [first, "bob@elsewhere.example", second, first])
    with talk:
        assert answers == ["250", "550", "250", "250"]
        assert talk.say("DATA").startswith("354 ")
        assert talk.say(RAW + b".").startswith("250 ")
        assert [talk.read(), talk.read()] == ["250 2.0.0 Kept"] * 2
        assert talk.say("QUIT").startswith("221 ")
        assert talk.rest() == []
    assert [(row.rcpt_to, row.route) for row in world.rows(Inbound)] == [(first, "lmtp"), (second, "lmtp")]


def test_a_message_that_is_too_large_is_refused_to_each_recipient(world: World, door: Place) -> None:
    talk, _ = begun(door, [world.sender.addresses.leave(1), world.sender.addresses.leave(2)])
    with talk:
        talk.say("DATA")
        talk.send(RAW + b"x" * LARGEST + b"\r\n.\r\n")
        assert [talk.read()[:3], talk.read()[:3]] == ["552", "552"]
        assert talk.say("NOOP") == "250 2.0.0 OK"
    assert world.rows(Inbound) == []


def test_with_no_recipient_left_there_is_no_message(world: World, door: Place) -> None:
    talk, answers = begun(door, ["bob@elsewhere.example"])
    with talk:
        assert answers == ["550"]
        assert talk.say("DATA").startswith("503 ")


def test_the_greeting_of_smtp_is_refused_and_what_lmtp_must_offer_is_offered(door: Place) -> None:
    with Talk(door) as talk:
        assert talk.read() == "220 kaizen.example.org Kaizen"
        assert talk.say("EHLO x").startswith("500 ")
        assert talk.say("HELO x").startswith("500 ")
        talk.send(b"LHLO x\r\n")
        offers = set()
        while (line := talk.file.readline().decode())[3] == "-":
            offers.add(line[4:].strip().split()[0])
        assert line.startswith("250 ")
    assert {"PIPELINING", "ENHANCEDSTATUSCODES", "8BITMIME", "SIZE", "SMTPUTF8"} <= offers


def test_two_messages_in_one_breath_are_two(world: World, door: Place) -> None:
    address = world.sender.addresses.leave(1)
    one = b"MAIL FROM:<%s>\r\nRCPT TO:<%s>\r\nDATA\r\n" % (EMAIL.encode(), address.encode())
    with Talk(door) as talk:
        talk.send(b"LHLO x\r\n" + one + RAW + b".\r\n" + one + RAW.replace(b"<1@", b"<2@") + b".\r\nQUIT\r\n")
        codes = [line[:3] for line in talk.rest()]
    assert codes == ["220", "250", *["250", "250", "354", "250"] * 2, "221"]
    assert len(world.rows(Inbound)) == 2


def test_a_socket_is_for_its_owner_and_group_and_goes_at_the_end(world: World, path: Path) -> None:
    with listening(world, protocol=Lmtp, path=path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o660
        with Talk(path).ready(world.sender.addresses.leave(1), "LHLO") as talk:
            assert talk.say(RAW + b".") == "250 2.0.0 Kept"
    assert not path.exists()
    assert [row.route for row in world.rows(Inbound)] == ["lmtp"]


def test_a_socket_that_was_left_over_is_no_hindrance(world: World, path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    with listening(world, protocol=Lmtp, path=path), Talk(path) as talk:
        assert talk.read().startswith("220 ")


def test_a_socket_in_use_or_a_file_is_left_alone(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(path))
        other.listen()
        with pytest.raises(OSError, match="in use"):
            bound(path)
        assert path.exists()
    path.unlink()
    path.write_text("precious")
    with pytest.raises(OSError, match="a file is there"):
        bound(path)
    assert path.read_text() == "precious"


def test_kaizen_up_says_first_that_a_place_cannot_be_used(path: Path) -> None:
    _check_lmtp(None)
    _check_lmtp(path)
    assert not path.exists()
    used = pytest.raises(CantStart, match=r"^INBOUND_LMTP 127\.0\.0\.1:\d+ can't be used ")
    with socket.create_server(("127.0.0.1", 0)) as taken, used:
        _check_lmtp(taken.getsockname())
    path.write_text("precious")
    for bad in (path, path.parent / "none" / "lmtp"):
        with pytest.raises(CantStart, match=r"^INBOUND_LMTP unix:/.* can't be used .*: choose another\.$"):
            _check_lmtp(bad)
    assert path.read_text() == "precious"

"""STARTTLS: offered with a certificate only, and nothing said before it counts after it."""

import smtplib
import ssl
from pathlib import Path

import pytest

from service.inbound_values import tls_context
from service.storage.models import Inbound
from tests.certificates import server_context
from tests.integration.listening import RAW, Talk, listening
from tests.world import EMAIL, World


@pytest.fixture
def contexts(tmp_path: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The listener's context, and that of a peer that trusts only its certificate."""
    server_context(tmp_path)
    pem = tmp_path / "server.pem"
    return tls_context(pem, pem), ssl.create_default_context(cafile=str(pem))


def test_a_message_comes_in_over_tls_and_no_login_is_offered(
    world: World, contexts: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    ours, theirs = contexts
    with listening(world, tls=ours) as port, smtplib.SMTP("127.0.0.1", port, timeout=10) as smtp:
        smtp.ehlo()
        assert smtp.has_extn("starttls")
        assert not smtp.has_extn("auth")
        smtp.starttls(context=theirs)
        smtp.ehlo()
        assert not smtp.has_extn("starttls")
        assert not smtp.has_extn("auth")
        assert smtp.docmd("AUTH", "PLAIN AGFubgBodW50ZXIy")[0] == 502
        smtp.sendmail(EMAIL, [world.sender.addresses.leave(1)], RAW)
    assert [row.raw for row in world.rows(Inbound)] == [RAW]


def test_without_a_certificate_there_is_no_tls(world: World) -> None:
    with listening(world) as port, smtplib.SMTP("127.0.0.1", port, timeout=10) as smtp:
        smtp.ehlo()
        assert not smtp.has_extn("starttls")
        assert smtp.docmd("STARTTLS")[0] == 454


def test_what_was_slipped_in_before_tls_is_not_heard(
    world: World, contexts: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    ours, theirs = contexts
    address = world.sender.addresses.leave(1)
    with listening(world, tls=ours) as port, Talk(("127.0.0.1", port)) as talk:
        talk.greet()
        talk.send(b"STARTTLS\r\nMAIL FROM:<eve@evil.example>\r\n")
        assert talk.read().startswith("220 ")
        try:
            with theirs.wrap_socket(talk.socket, server_hostname="127.0.0.1") as wrapped:
                wrapped.sendall(f"EHLO x\r\nRCPT TO:<{address}>\r\n".encode())
                said = b""
                while b"\n503 " not in said:
                    said += wrapped.recv(4096)
        except ssl.SSLError:  # our TLS took the words for its peer's: as good
            pass
    assert world.rows(Inbound) == []


def test_a_peer_that_speaks_no_tls_after_all_is_gone_and_the_next_is_served(
    world: World, contexts: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    with listening(world, tls=contexts[0]) as port:
        with Talk(("127.0.0.1", port)) as talk:
            talk.greet()
            assert talk.say("STARTTLS").startswith("220 ")
            talk.send(b"this is not TLS at all\r\n" * 50)
            talk.socket.settimeout(5)
            assert not talk.socket.recv(4096).startswith(b"250")
        with Talk(("127.0.0.1", port)).ready(world.sender.addresses.leave(1)) as talk:
            assert talk.say(RAW + b".") == "250 2.0.0 Kept"

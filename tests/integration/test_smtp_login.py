"""Logging in and TLS: over several connections, and where the server wants us not."""

import base64
import dataclasses
import ssl
from pathlib import Path

import pytest

from service.mail import smtp_line
from service.mail.smtp import SmtpTransport
from service.mail.transport import Unreachable, Unwelcome
from service.setting_values import SmtpServer
from tests.carried import carry, parcel, parcels
from tests.certificates import server_context
from tests.wild import Peer, Wild, running

SECRET = "a secret"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp_line, "TIMEOUT", 2.0)


@pytest.fixture(scope="session")
def context(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    return server_context(tmp_path_factory.mktemp("certificate"))


class Guarded(Wild):
    """Wants a login, and answers it so."""

    offers = ("PIPELINING", "AUTH PLAIN")
    said = "235 2.7.0 Welcome"

    def answer(self, peer: Peer, verb: str, line: str) -> str:
        if verb == "AUTH":
            given = base64.b64decode(line.split()[2]).decode().split("\0")[1:]
            return self.said if given == ["ann", SECRET] else "535 5.7.8 Wrong"
        welcome = any(command.startswith("AUTH") for command in peer.commands)
        if verb == "MAIL" and not welcome:
            return "530 5.7.0 Authentication required"
        return super().answer(peer, verb, line)


def with_login(server: SmtpServer, password: str = SECRET) -> SmtpServer:
    return dataclasses.replace(server, user="ann", password=password)


def test_each_connection_logs_in() -> None:
    with running(Guarded()) as wild:
        found = carry(with_login(wild.server), parcels(20), 4)
    assert found.sent == list(range(20))
    assert len(wild.peers) == 4


REFUSALS: dict[str, tuple[str, type[Unreachable]]] = {
    "wrong": ("535 5.7.8 Wrong password", Unwelcome),
    "too weak": ("534 5.7.9 Mechanism too weak", Unwelcome),
    "needs TLS": ("538 5.7.11 Encryption required", Unwelcome),
    "for the moment": ("454 4.7.0 Temporary failure", Unreachable),
    "going down": ("421 4.3.2 Going down", Unreachable),
}


@pytest.mark.parametrize("connections", [1, 4])
@pytest.mark.parametrize(("said", "kind"), REFUSALS.values(), ids=REFUSALS)
def test_a_login_that_is_refused_stops_the_batch(
    said: str, kind: type[Unreachable], connections: int
) -> None:
    guarded = Guarded()
    guarded.said = said
    with running(guarded) as wild:
        found = carry(with_login(wild.server), parcels(20), connections)
    assert type(found.stop) is kind
    assert found.stop.brief.startswith(said[:3])
    assert found.settled == []
    assert SECRET not in f"{found.stop} {found.stop.brief}"


def test_a_password_that_is_set_is_never_left_out_where_no_login_is_offered() -> None:
    with running(Wild()) as wild:
        found = carry(with_login(wild.server), parcels(3))
    assert type(found.stop) is Unwelcome
    assert found.stop.brief == "no login offered"
    assert wild.mails == []


def test_a_server_that_wants_a_login_that_is_not_set_raises_the_alarm() -> None:
    with running(Guarded()) as wild:
        found = carry(wild.server, parcels(3))
    assert type(found.stop) is Unwelcome
    assert found.stop.brief == "530 at mail"
    assert found.settled == []


def test_a_password_that_smtp_can_not_carry_raises_the_alarm_without_a_word_of_it() -> None:
    with running(Guarded()) as wild:
        found = carry(with_login(wild.server, "geheim-\u00e4\u00df"), parcels(3))
    assert type(found.stop) is Unwelcome
    assert "\u00e4" not in f"{found.stop} {found.stop.brief}"


class NoWay(Guarded):
    offers = ("PIPELINING", "AUTH GSSAPI")


def test_a_login_of_kinds_that_we_do_not_know_raises_the_alarm() -> None:
    with running(NoWay()) as wild:
        found = carry(with_login(wild.server), parcels(3))
    assert type(found.stop) is Unwelcome


class Secure(Wild):
    """Takes mail, and a login, over TLS only."""

    offers = ("PIPELINING", "STARTTLS", "AUTH PLAIN")

    def answer(self, peer: Peer, verb: str, line: str) -> str:
        if verb in ("MAIL", "AUTH"):
            assert isinstance(peer.sock, ssl.SSLSocket)
        return "235 2.7.0 Welcome" if verb == "AUTH" else super().answer(peer, verb, line)


class SecurePlain(Secure):
    offers = ("STARTTLS", "AUTH PLAIN")


BIG = b"Subject: a\r\n\r\n" + b".dots and more\r\n" * 20_000


@pytest.mark.parametrize("kind", [Secure, SecurePlain])
@pytest.mark.parametrize("implicit", [True, False], ids=["implicit", "starttls"])
def test_mail_goes_over_tls_on_several_connections(
    context: ssl.SSLContext, kind: type[Secure], implicit: bool
) -> None:
    secure = kind()
    secure.tls = context
    if implicit:
        secure.offers = tuple(offer for offer in secure.offers if offer != "STARTTLS")
    batch = [*parcels(20), parcel(20, BIG)]
    with running(secure, implicit_tls=implicit) as wild:
        server = dataclasses.replace(with_login(wild.server), tls=implicit)
        with SmtpTransport(server, 4) as transport:
            for _ in range(2):  # the connections are kept, and are well
                found = carry(transport, batch)
                assert found.stop is None
                assert found.sent == list(range(21))
    assert len(wild.peers) == 4
    assert all(isinstance(peer.sock, ssl.SSLSocket) for peer in wild.peers)
    assert sum(raw.replace(b"\r\n..", b"\r\n.") == BIG for _, _, raw in wild.mails) == 2


def test_an_idle_connection_over_tls_that_the_server_closed_is_opened_again(context: ssl.SSLContext) -> None:
    secure = Wild()
    secure.tls = context
    with running(secure, implicit_tls=True) as wild:
        transport = SmtpTransport(dataclasses.replace(wild.server, tls=True))
        carry(transport, parcels(2))
        wild.peers[0].sock.shutdown(2)
        found = carry(transport, [parcel(2)])
        transport.close()
    assert found.sent == [2]
    assert len(wild.peers) == 2


class NoTls(Wild):
    offers = ("PIPELINING", "STARTTLS")

    def answer(self, peer: Peer, verb: str, line: str) -> str:
        return "454 4.7.0 TLS not available" if verb == "STARTTLS" else super().answer(peer, verb, line)


def test_nothing_leaves_in_the_clear_where_tls_is_offered_and_fails() -> None:
    with running(NoTls()) as wild:
        found = carry(wild.server, parcels(2))
    assert type(found.stop) is Unreachable
    assert wild.mails == []


def test_what_is_no_tls_at_all_stops_the_batch(tmp_path: Path) -> None:
    with running(Wild()) as wild:
        found = carry(dataclasses.replace(wild.server, tls=True), parcels(2), 1)
    assert type(found.stop) is Unreachable

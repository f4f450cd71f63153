"""The conversation with a mail server: its answers in odd shapes, and what they mean for a mail."""

import pytest

from service.mail import smtp_line
from service.mail.smtp_replies import RefusedContent
from service.mail.transport import Deferred, Disliked, Refused, TransportError, Unreachable, Unwelcome
from tests.carried import SENDER, Carried, carry, parcel, parcels
from tests.wild import HangUp, Peer, Wild, running


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp_line, "TIMEOUT", 0.4)


class Says(Wild):
    """Gives one recipient another answer; where it is refused, DATA gets `empty`."""

    def __init__(self, pipelining: bool, empty: str, **answers: str) -> None:
        super().__init__()
        self.offers = ("PIPELINING", "SIZE") if pipelining else ("SIZE",)
        self.empty, self.answers = empty, answers

    def answer(self, peer: Peer, verb: str, line: str) -> str:
        if verb == "MAIL":
            peer.rcpt = ""
        if verb == "RCPT" and "p1@" in line and "rcpt" in self.answers:
            peer.rcpt = ""
            return self.answers["rcpt"]
        if verb == "DATA" and not peer.rcpt:
            return self.empty
        if verb == "DATA" and "p1@" in peer.rcpt and "data" in self.answers:
            return self.answers["data"]
        return super().answer(peer, verb, line)

    def content(self, peer: Peer, raw: bytes) -> str:
        if not peer.rcpt:
            assert raw == b""
            return "554 5.5.1 No valid recipients"
        if "p1@" in peer.rcpt and "content" in self.answers:
            return self.answers["content"]
        return super().content(peer, raw)


WAYS = {"pipelining": True, "plain": False}


def told(way: str, empty: str = "503 5.5.1 Need a recipient", **answers: str) -> Carried:
    with running(Says(WAYS[way], empty, **answers)) as wild:
        found = carry(wild.server, parcels(4))
    # A content that was sent to nobody would have failed in the server, which then hangs up.
    assert len(wild.peers) == 1
    assert sorted(raw for _, _, raw in wild.mails) == [parcel(key)[1].content for key in found.sent]
    return found


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "data", ["354 Go on all the same", "503 5.5.1 Need a recipient", "554 5.5.1 No valid recipients"]
)
def test_a_refused_recipient_gets_no_content_whatever_data_answers(way: str, data: str) -> None:
    found = told(way, data, rcpt="550 5.1.1 No such user")
    assert found.stop is None
    assert found.sent == [0, 2, 3]
    error = found.error(1)
    assert type(error) is Refused
    assert str(error) == "550 5.1.1 No such user"


CASES: dict[str, tuple[dict[str, str], type[TransportError]]] = {
    "greylisted": ({"rcpt": "451 4.7.1 Greylisted"}, Deferred),
    "mailbox full for now": ({"rcpt": "452 4.2.2 Over quota"}, Deferred),
    "no such user": ({"rcpt": "550 5.1.1 No such user"}, Refused),
    "mailbox full": ({"rcpt": "552 5.2.2 Mailbox full"}, Refused),
    "no such user, told late": ({"content": "550 5.1.1 No such user"}, Refused),
    "policy": ({"rcpt": "550 5.7.1 Not from you"}, Disliked),
    "relaying denied": ({"rcpt": "554 5.7.1 Relay access denied"}, Disliked),
    "spam": ({"content": "550 5.7.1 Looks like spam"}, Disliked),
    "refused without a reason": ({"content": "554 Transaction failed"}, Disliked),
    "too big": ({"content": "552 5.3.4 Message too big"}, RefusedContent),
    "too big in plain words": ({"content": "552 Too much mail data"}, RefusedContent),
    "no data now": ({"data": "451 4.3.0 Try again"}, Deferred),
    "no data": ({"data": "554 5.6.0 Not this"}, RefusedContent),
    "not taken now": ({"content": "452 4.3.1 No space"}, Deferred),
    "an answer of several lines": ({"rcpt": "550-5.1.1 No\r\n550-5.1.1 such\r\n550 5.1.1 user"}, Refused),
    "a code alone": ({"rcpt": "550"}, Refused),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("answers", "kind"), CASES.values(), ids=CASES)
def test_an_answer_is_about_its_own_mail_alone(
    way: str, answers: dict[str, str], kind: type[TransportError]
) -> None:
    found = told(way, **answers)
    assert found.stop is None
    assert found.sent == [0, 2, 3]
    assert type(found.error(1)) is kind


class Mail(Wild):
    """Answers MAIL so, for the second mail on."""

    def __init__(self, said: str, offers: tuple[str, ...]) -> None:
        super().__init__()
        self.said, self.offers = said, offers

    def answer(self, peer: Peer, verb: str, line: str) -> str:
        if verb == "MAIL":
            peer.commands = ["bad"] if peer.mails else []
            return self.said if peer.mails else "250 OK"
        bad = peer.commands[:1] == ["bad"] and verb in ("RCPT", "DATA")
        return "503 5.5.1 Need MAIL first" if bad else super().answer(peer, verb, line)


@pytest.mark.parametrize("offers", [("PIPELINING",), ("SIZE",)])
def test_a_sender_put_off_puts_off_each_mail(offers: tuple[str, ...]) -> None:
    with running(Mail("451 4.3.0 Later", offers)) as wild:
        found = carry(wild.server, parcels(5))
    assert found.stop is None
    assert found.sent == [0]
    assert {type(found.error(key)) for key in range(1, 5)} == {Deferred}


@pytest.mark.parametrize(
    "said", ["530 5.7.0 Authentication required", "550 5.7.1 Sender blocked", "553 5.1.8 Who?"]
)
@pytest.mark.parametrize("offers", [("PIPELINING",), ("SIZE",)])
def test_a_sender_that_is_refused_stops_all_and_settles_none_of_the_rest(
    offers: tuple[str, ...], said: str
) -> None:
    with running(Mail(said, offers)) as wild:
        found = carry(wild.server, parcels(50), 2)
    assert type(found.stop) is Unwelcome
    assert str(found.stop) == said
    assert found.stop.brief == f"{said[:3]} at mail"
    assert 1 <= len(found.settled) <= 2
    assert found.sent == sorted(found.fates)


@pytest.mark.parametrize("offers", [("PIPELINING",), ("SIZE",)])
def test_a_mail_too_big_to_announce_fails_alone(offers: tuple[str, ...]) -> None:
    with running(Mail("552 5.3.4 Too big", offers)) as wild:
        found = carry(wild.server, parcels(3))
    assert found.stop is None
    assert type(found.error(1)) is RefusedContent


class Policy(Wild):
    """Refuses the recipients that it is told for a reason of policy."""

    def __init__(self, *refused: int) -> None:
        super().__init__()
        self.refused = [f"<p{number}@" for number in refused]

    def answer(self, peer: Peer, verb: str, line: str) -> str:
        if verb == "RCPT" and any(name in line for name in self.refused):
            return "550 5.7.1 Not from you"
        return super().answer(peer, verb, line)


def test_three_refusals_of_policy_in_a_row_stop_the_batch() -> None:
    with running(Policy(2, 3, 4)) as wild:
        found = carry(wild.server, parcels(20))
    assert type(found.stop) is Unwelcome
    assert found.stop.brief == "550 three times in a row"
    assert found.sent == [0, 1]
    assert {type(found.error(key)) for key in (2, 3, 4)} == {Disliked}
    assert len(found.settled) <= 6


def test_refusals_of_policy_with_mails_taken_in_between_stop_nothing() -> None:
    with running(Policy(1, 2, 4, 5, 7, 8)) as wild:
        found = carry(wild.server, parcels(10))
    assert found.stop is None
    assert found.sent == [0, 3, 6, 9]


def test_a_server_that_asks_is_told_the_size_and_one_that_does_not_is_not() -> None:
    for offers, size in ((("PIPELINING", "SIZE 100000"), True), (("PIPELINING",), False)):
        with running(Wild()) as wild:
            wild.offers = offers
            carry(wild.server, [parcel(1, b"x" * 100)])
        suffix = " SIZE=100" if size else ""
        assert f"MAIL FROM:<{SENDER}>{suffix}" in wild.peers[0].commands
        assert "RCPT TO:<p1@example.org>" in wild.peers[0].commands


class Packets(Wild):
    """Holds its answers back, and sends them in one piece or in pieces cut anywhere."""

    cut = 3

    def say(self, peer: Peer, answer: str) -> None:
        words = answer.encode() + b"\r\n"
        for at in range(0, len(words), self.cut):
            peer.sock.sendall(words[at : at + self.cut])
            self.over.wait(0.0005)


def test_answers_may_be_cut_anywhere() -> None:
    with running(Packets()) as wild:
        found = carry(wild.server, parcels(12), 2)
    assert found.stop is None
    assert found.sent == list(range(12))


class ManyLines(Wild):
    """Answers everything in several lines."""

    def say(self, peer: Peer, answer: str) -> None:
        code, words = answer[:3], answer[4:]
        if peer.commands and peer.commands[-1].startswith("EHLO"):
            peer.say(answer)
        else:
            peer.say(f"{code}-one\r\n{code}-\r\n{code} {words}")


def test_every_answer_may_have_several_lines() -> None:
    with running(ManyLines()) as wild:
        found = carry(wild.server, parcels(12), 2)
    assert found.stop is None
    assert found.sent == list(range(12))


GARBAGE = [
    "hello there",
    "",
    "2",
    "25",
    "999 What",
    "099 What",
    "\x00\xff\xfe",
    "HTTP/1.1 400 Bad Request",
    "250-" * 30_000,
]


class Garbage(Wild):
    """Says something else where an answer to `at` is due, from the second mail on."""

    def __init__(self, at: str, said: str) -> None:
        super().__init__()
        self.at, self.said = at, said

    def answer(self, peer: Peer, verb: str, line: str) -> str:
        return self.said if peer.mails and verb == self.at else super().answer(peer, verb, line)

    def content(self, peer: Peer, raw: bytes) -> str:
        answer = super().content(peer, raw)
        return self.said if self.at == "content" and peer.mails > 1 else answer


@pytest.mark.parametrize("at", ["MAIL", "RCPT", "DATA", "content"])
@pytest.mark.parametrize("said", GARBAGE, ids=range(len(GARBAGE)))
def test_an_answer_that_is_none_ends_the_connection_and_refuses_nobody(at: str, said: str) -> None:
    with running(Garbage(at, said)) as wild:
        found = carry(wild.server, parcels(3))
    unknown = [type(error) for error in found.fates.values() if error is not None]
    assert set(unknown) <= {Deferred}
    if at == "content":
        assert len(wild.mails) <= len(found.settled)
    else:
        assert found.sent == list(range(len(wild.mails)))
        assert len(found.sent) >= 1
    assert sorted(set(wild.recipients)) == wild.recipients


class Unasked(Wild):
    """Says something that nobody asked for."""

    def answer(self, peer: Peer, verb: str, line: str) -> str:
        answer = super().answer(peer, verb, line)
        return f"{answer}\r\n250 And more" if verb == "DATA" and peer.number == 0 else answer


def test_an_answer_that_nobody_asked_for_ends_the_connection() -> None:
    with running(Unasked()) as wild:
        found = carry(wild.server, parcels(2))
    assert isinstance(found.stop, Unreachable)
    assert found.sent == []
    assert wild.mails == []


class OneDislikes(Wild):
    """Says 421 to one recipient, always."""

    def answer(self, peer: Peer, verb: str, line: str) -> str:
        if verb == "RCPT" and "<p0@" in line:
            peer.say("421 4.7.0 Too many errors")
            raise HangUp
        return super().answer(peer, verb, line)


def test_a_recipient_for_whom_the_server_always_hangs_up_does_not_keep_all_others_waiting() -> None:
    with running(OneDislikes()) as wild:
        found = carry(wild.server, parcels(20), 4)
    assert found.stop is None
    assert found.sent == list(range(1, 20))
    assert type(found.error(0)) is Deferred

"""Servers that break off, hang, trickle or lie: the watcher comes back, and a mail counts once even so."""

import dataclasses
import time

import pytest
from imapclient import SocketTimeout

from service.mail import imap, imap_folder
from tests.browser.whole import eventually
from tests.integration.imap.scripted import Hangup, Scripted, Talk, serving
from tests.integration.imap.watching import Watching, message

pytestmark = pytest.mark.parametrize("storage", ["sqlite"], indirect=True)


def body(words: str) -> bool:
    return "HEADER" not in words


def test_a_connection_that_drops_in_the_middle_of_a_mail_gives_no_half_mail(watching: Watching) -> None:
    raw = message(text="done\r\n" + "and more\r\n" * 1000)
    server = Scripted([raw])

    def half(talk: Talk, words: str) -> None:
        if body(words) and server.count("UID FETCH 1 (BODY.PEEK[]") < 3:
            talk.raw(f"* 1 FETCH (UID 1 BODY[]<0> {{{len(raw)}}}\r\n".encode() + raw[:5000])
            raise Hangup
        server.fetch(talk, words)

    server.answers["UID FETCH"] = half
    with serving(server), watching.of(server.at()):
        (row,) = watching.wait(1)
        eventually(lambda: server.seen == {1})
    assert row.raw == raw
    assert watching.said("the connection broke off")


def test_a_server_that_hangs_is_left_and_asked_again(
    watching: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "TIMEOUT", SocketTimeout(connect=1, read=0.3))
    server = Scripted([message()])

    def silent(talk: Talk, words: str) -> None:
        if server.count("UID SEARCH") > 2:
            server.search(talk, words)

    server.answers["UID SEARCH"] = silent
    with serving(server), watching.of(server.at()):
        watching.wait(1)


def test_a_server_that_trickles_is_left_though_every_byte_comes_in_time(
    watching: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap_folder, "STEP", 0.5)
    server = Scripted([message()])

    def trickle(talk: Talk, words: str) -> None:
        if not body(words) or server.count("UID FETCH 1 (BODY.PEEK[]") > 1:
            server.fetch(talk, words)
            return
        talk.raw(b"* 1 FETCH (UID 1 BODY[]<0> {100000}\r\n")
        while True:
            talk.raw(b"x")
            time.sleep(0.05)

    server.answers["UID FETCH"] = trickle
    with serving(server), watching.of(server.at()):
        watching.wait(1)


def test_mail_that_is_told_of_in_the_same_breath_as_the_go_ahead_of_idle_is_not_overheard(
    watching: Watching,
) -> None:
    server = Scripted([])

    def at_once(talk: Talk, words: str) -> None:
        if not server.messages:
            server.messages.append(message())
            talk.say("+ idling", "* 1 EXISTS")
            talk.line()
            talk.well()
        else:
            server.idle(talk, words)

    server.answers["IDLE"] = at_once
    with serving(server), watching.of(server.at()):
        watching.wait(1, 3)


def test_a_server_that_says_goodbye_is_asked_again(watching: Watching) -> None:
    server = Scripted([])

    def bye(talk: Talk, _: str) -> None:
        talk.say("+ idling", "* BYE shutting down")
        server.answers.clear()
        server.messages.append(message())
        raise Hangup

    server.answers["IDLE"] = bye
    with serving(server), watching.of(server.at()):
        watching.wait(1)
    assert watching.hold() is None


def test_a_server_that_offers_idle_and_refuses_it_is_polled(watching: Watching) -> None:
    server = Scripted([message()])
    server.answers["IDLE"] = lambda talk, _: talk.say(f"{talk.tag} NO not here")
    with serving(server), watching.of(server.at(), poll=0.2):
        watching.wait(1)
        eventually(lambda: watching.said("new mail is asked for"))
        server.messages.append(message())
        watching.wait(2)
    assert server.count("IDLE") == 1


def test_a_server_that_lies_about_the_size_is_not_believed(watching: Watching) -> None:
    server = Scripted([message(text="x" * 100), message()])

    def endless(talk: Talk, words: str) -> None:
        if not body(words):
            server.fetch(talk, words.replace("RFC822.SIZE", ""))
        elif "FETCH 1 " in words:
            raw = message(text="x" * (5 * 1024 * 1024))
            talk.raw(f"* 1 FETCH (UID 1 BODY[]<0> {{{len(raw)}}}\r\n".encode() + raw + b")\r\n")
            talk.well()
        else:
            server.fetch(talk, words)

    server.answers["UID FETCH"] = endless
    with serving(server), watching.of(server.at()):
        watching.wait(1)
    assert watching.said("too large")
    assert server.count("UID FETCH 1 (BODY.PEEK[]<0.5242881>)") == 1


@pytest.mark.parametrize(
    ("command", "line"),
    [
        ("UID SEARCH", "* SEARCH nonsense"),
        ("UID SEARCH", "gibberish"),
        ("UID SEARCH", "* BYE"),
        ("UID FETCH", "* 1 FETCH (UID x BODY[]<0> NIL)"),
        ("UID FETCH", "* 1 FETCH ((("),
        ("UID FETCH", "* 1 FETCH (UID 1 BODY[]<0> {10}"),
        ("SELECT", "* OK [UIDVALIDITY 99999999999999999999999] x"),
    ],
)
def test_nonsense_is_a_fault_that_passes(watching: Watching, command: str, line: str) -> None:
    server = Scripted([message()])
    usual = {"UID SEARCH": server.search, "UID FETCH": server.fetch, "SELECT": server.select}[command]

    def nonsense(talk: Talk, words: str) -> None:
        if server.count(command) < 3:
            talk.say(line)
            talk.well()
            raise Hangup
        usual(talk, words)

    server.answers[command] = nonsense
    with serving(server), watching.of(server.at()):
        watching.wait(1)


def test_a_mail_that_can_not_be_read_is_left_alone_after_a_while_and_the_next_is_served(
    watching: Watching,
) -> None:
    server = Scripted([message(), message(text="the next")])

    def refuse(talk: Talk, words: str) -> None:
        if body(words) and "FETCH 1 " in words:
            talk.say(f"{talk.tag} NO [SERVERBUG] it is broken")
        else:
            server.fetch(talk, words)

    server.answers["UID FETCH"] = refuse
    with serving(server), watching.of(server.at()):
        (row,) = watching.wait(1, 15)
        watching.read_up_to(2)
    assert row.raw.endswith(b"the next\r\n")
    assert server.count("UID FETCH 1 (BODY.PEEK[]") == 8
    assert watching.said("can't be read: it is left in the mailbox, as UID 1")


def test_a_mail_whose_headers_can_not_be_told_spoils_no_other(watching: Watching) -> None:
    server = Scripted([message(), message(text="the next")])

    def refuse(talk: Talk, words: str) -> None:
        if not body(words) and "1" in words.split(" ")[2].split(","):
            talk.say(f"{talk.tag} NO [SERVERBUG] it is broken")
        else:
            server.fetch(talk, words)

    server.answers["UID FETCH"] = refuse
    with serving(server), watching.of(server.at()):
        (row,) = watching.wait(1, 15)
    assert row.raw.endswith(b"the next\r\n")


def test_a_server_that_does_not_flag_or_move_is_no_reason_to_take_a_mail_in_again(
    watching: Watching,
) -> None:
    server = Scripted([message()])
    server.answers["UID STORE"] = lambda talk, _: talk.say(f"{talk.tag} NO [NOPERM] read only")
    with serving(server), watching.of(server.at()):
        watching.read_up_to(1)
    assert len(watching.kept()) == 1
    assert watching.said("does not move or flag a mail")


def test_a_password_is_not_told_where_there_is_no_tls(watching: Watching) -> None:
    server = Scripted([message()], host="127.0.0.2")
    with serving(server), watching.of(server.at()):
        hold = eventually(watching.hold)
    assert (hold.alarm, hold.reason) == (True, "the server offers no TLS, and a password needs it")
    assert not any("secret-word" in line or "LOGIN" in line for line in server.heard)


@pytest.mark.parametrize(
    ("answer", "alarm"),
    [
        ("NO [AUTHENTICATIONFAILED] ann@example.org: wrong", True),
        ("NO wrong", True),
        ("NO [UNAVAILABLE] try later", False),
        ("NO [LIMIT] too many connections", False),
        ("BYE", False),
    ],
)
def test_a_login_that_is_refused_for_good_is_told_apart_from_one_that_may_go_later(
    watching: Watching, answer: str, alarm: bool
) -> None:
    server = Scripted([])

    def login(talk: Talk, _: str) -> None:
        if answer == "BYE":
            raise Hangup
        talk.say(f"{talk.tag} {answer}")

    server.answers["LOGIN"] = login
    with serving(server), watching.of(server.at()):
        hold = eventually(watching.hold)
    assert hold.alarm is alarm
    assert "example.org" not in hold.reason


def test_a_user_with_quotes_and_spaces_is_written_as_imap_wants_it(watching: Watching) -> None:
    server = Scripted([message()])
    with serving(server), watching.of(dataclasses.replace(server.at(), user='a "b" \\c')):
        watching.wait(1)
    assert r'LOGIN "a \"b\" \\c" "secret-word"' in "\n".join(server.heard)


def test_numbers_of_a_mailbox_that_is_sparse_are_searched_in_parts(watching: Watching) -> None:
    server = Scripted([message()])

    def far(talk: Talk, words: str) -> None:
        assert len(range(*map(int, words.split(" ")[3].replace("*", "50000").split(":")))) <= 50_000
        server.search(talk, words)

    server.answers["UID SEARCH"] = far
    server.answers["SELECT"] = lambda talk, _: talk.say(
        "* 1 EXISTS", "* OK [UIDVALIDITY 7] x", "* OK [UIDNEXT 250000] x", f"{talk.tag} OK [READ-WRITE] x"
    )
    with serving(server), watching.of(server.at()):
        watching.wait(1)
        eventually(lambda: server.count("UID SEARCH UID 200002:*"))
    assert server.count("UID SEARCH UID 50002:100001") == 1

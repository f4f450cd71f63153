"""A real Dovecot goes, comes back and changes, and so does the database: nothing is lost or counts twice."""

import dataclasses
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from service.mailbox import watcher
from service.storage.models import Heartbeat
from service.storage.session import Storage
from tests.browser.whole import eventually
from tests.dovecot import Mailbox, running
from tests.integration.imap.watching import Watching, message

SEEN = rb"\Seen"


def test_mail_that_came_while_we_were_down_is_read_at_the_start_and_only_once(
    watching: Watching, mailbox: Mailbox
) -> None:
    mailbox.deliver(message())
    with watching.of(mailbox.at()):
        watching.wait(1)
        watching.read_up_to(1)
    mailbox.deliver(message())
    mailbox.deliver(message())
    with watching.of(mailbox.at()):
        watching.wait(3)
        watching.read_up_to(3)
    assert len(watching.kept()) == 3


def test_a_dovecot_that_is_killed_and_comes_back_is_read_on(watching: Watching) -> None:
    with running() as server:
        mailbox = server.mailbox()
        with watching.of(mailbox.at(), done="Done"):
            mailbox.deliver(message())
            watching.wait(1)
            server.stop(signal.SIGKILL)
            mailbox.deliver(message())
            gone = "the server does not answer (ConnectionRefusedError)"  # at first it may only have hung up
            eventually(lambda: (hold := watching.hold()) and (hold.alarm, hold.reason) == (False, gone), 20)
            server.start()
            watching.wait(2, 20)
            eventually(lambda: watching.hold() is None, 20)
            # A server that dies in the middle of a move may have the mail in both folders.
            eventually(lambda: mailbox.count("INBOX") == 0 and mailbox.count("Done") in (2, 3), 20)
        assert len(watching.kept()) == 2


def test_a_folder_that_is_made_anew_is_read_from_its_start_and_what_is_known_counts_once(
    watching: Watching, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watcher, "IDLE", 0.5)  # Dovecot tells nobody who waits that a folder is gone
    old, new = message(), message(text="smaller")
    with mailbox.open("") as client:
        client.create_folder("Replies")
        for _ in range(3):
            client.append("Replies", old)
    with watching.of(mailbox.at("Replies")):
        watching.wait(1)
        before = watching.read_up_to(3)
        with mailbox.open("") as client:
            client.delete_folder("Replies")
            client.create_folder("Replies")
            client.append("Replies", new)
            for _ in range(3):
                client.append("Replies", old)
        rows = watching.wait(2, 15)
        eventually(lambda: (row := watching.place()) and row.uidvalidity != before.uidvalidity)
        watching.read_up_to(4)
    assert [row.raw for row in rows] == [old, new]


def test_a_server_set_back_to_an_old_state_under_the_same_uidvalidity_is_read_from_its_start(
    watching: Watching, mailbox: Mailbox
) -> None:
    mailbox.deliver(message())
    with watching.of(mailbox.at()):
        row = watching.read_up_to(1)
    with watching.storage.write() as session:
        session.execute(text("UPDATE mailbox SET last_uid = 500"))
    mailbox.deliver(message())
    with watching.of(mailbox.at()):
        watching.wait(2)
        assert watching.read_up_to(2).uidvalidity == row.uidvalidity


def test_two_watchers_at_once_take_each_mail_in_once(watching: Watching, mailbox: Mailbox) -> None:
    with watching.of(mailbox.at(), done="Done"), watching.of(mailbox.at(), done="Done"):
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(mailbox.deliver, [message() for _ in range(40)]))
        watching.wait(40, 20)
        eventually(lambda: mailbox.count() == 0, 20)
    # Where both move a mail at the same moment Dovecot makes two copies of it, which is no harm.
    with mailbox.open("Done") as client:
        found = client.fetch(client.search("ALL"), ["ENVELOPE"]).values()
    ids = {data[b"ENVELOPE"].message_id for data in found}
    assert len(ids) == 40
    assert not watching.said("does not move")
    assert sorted(watching.woken) == [row.id for row in watching.kept()]


_KILLED = """
import os, signal, sys
from imapclient import IMAPClient
from service.inbound_values import imap
from service.mailbox.reader import Reader
from service.mailbox.watcher import Watcher, account
from service.storage.session import Storage
from tests.integration.imap.watching import ADDRESSES

def kill(*_):
    os.kill(os.getpid(), signal.SIGKILL)

url, server, point = sys.argv[1], imap(sys.argv[2]), sys.argv[3]
reader = Reader(account(server), Storage(url), ADDRESSES, kill if point == "commit" else lambda ids: None)
if point == "move":
    Reader._remember = kill
elif point == "fetch":
    Reader._keep = kill
Watcher(server, "Done", reader).run()
"""


@pytest.mark.parametrize("point", ["fetch", "commit", "move"])
def test_killed_after_any_step_nothing_is_lost_and_nothing_counts_twice(
    watching: Watching, mailbox: Mailbox, storage: Storage, point: str
) -> None:
    raws = [message(), message()]
    for raw in raws:
        mailbox.deliver(raw)
    at = mailbox.at()
    url = storage.engine.url.render_as_string(hide_password=False)
    imap = f"imap://{at.user}:{at.password.replace(chr(34), '%22')}@{at.host}:{at.port}/INBOX"
    killed = subprocess.run([sys.executable, "-c", _KILLED, url, imap, point], check=False, timeout=20)
    assert killed.returncode == -signal.SIGKILL
    assert len(watching.kept()) == {"fetch": 0, "commit": 1, "move": 2}[point]
    assert mailbox.count() == {"fetch": 2, "commit": 2, "move": 0}[point]
    assert all(flags == set() for flags in mailbox.flags())  # untouched by reading
    with watching.of(at, done="Done"):
        watching.wait(2)
        eventually(lambda: mailbox.count("Done") == 2)
    assert [row.raw for row in watching.kept()] == raws
    assert mailbox.count() == 0


def test_a_database_that_fails_leaves_the_mail_where_it_is_until_it_works_again(
    watching: Watching, mailbox: Mailbox
) -> None:
    mailbox.deliver(message())
    with watching.storage.write() as session:
        session.execute(text("ALTER TABLE inbound RENAME TO gone"))
    try:
        with watching.of(mailbox.at(), done="Done"):
            eventually(lambda: watching.said("the database does not take mail"))
            time.sleep(1.5)  # more tries than a mail has that can't be read
    finally:
        with watching.storage.write() as session:
            session.execute(text("ALTER TABLE gone RENAME TO inbound"))
    assert mailbox.flags() == [set()]
    with watching.of(mailbox.at(), done="Done"):
        watching.wait(1)
        eventually(lambda: mailbox.count("Done"))


def test_a_wrong_password_is_an_alarm_with_a_clear_word_and_the_right_one_ends_it(
    watching: Watching, mailbox: Mailbox
) -> None:
    mailbox.deliver(message())
    words = "the server refuses the user or the password of IMAP_URL"
    with watching.of(dataclasses.replace(mailbox.at(), password="another-word")):
        hold = eventually(watching.hold)
        assert (hold.alarm, hold.reason) == (True, words)
        eventually(lambda: watching.caplog.text.count(words) > 1, 10)
    assert "ERROR" in watching.caplog.text
    assert "another-word" not in watching.caplog.text
    with watching.of(mailbox.at()):
        watching.wait(1)
        eventually(lambda: watching.hold() is None)


def test_a_folder_that_is_not_there_is_an_alarm_and_is_read_as_soon_as_it_is(
    watching: Watching, mailbox: Mailbox
) -> None:
    with watching.of(mailbox.at("Replies")):
        hold = eventually(watching.hold)
        assert (hold.alarm, hold.reason) == (True, "the server does not open the folder of IMAP_URL")
        with mailbox.open("") as client:
            client.create_folder("Replies")
            client.append("Replies", message())
        watching.wait(1)


def test_a_mailbox_that_is_read_beats_like_a_heart(watching: Watching, mailbox: Mailbox) -> None:
    with watching.of(mailbox.at()), watching.storage.read() as session:
        eventually(lambda: session.get(Heartbeat, "mailbox") or session.rollback())


def test_flags_set_by_others_do_not_matter(watching: Watching, mailbox: Mailbox) -> None:
    mailbox.deliver(message())
    with mailbox.open() as client:
        client.add_flags([1], [SEEN])
    with watching.of(mailbox.at()):
        watching.wait(1)


@pytest.mark.parametrize("storage", ["sqlite"], indirect=True)
def test_the_end_is_quick_while_it_waits_and_while_the_server_is_away(
    watching: Watching, mailbox: Mailbox
) -> None:
    with watching.of(mailbox.at()):
        eventually(lambda: watching.said("new mail is told of"))
        time.sleep(1.5)
        began = time.monotonic()
    assert time.monotonic() - began < 1.5
    with watching.of(dataclasses.replace(mailbox.at(), port=1)):
        eventually(lambda: watching.said("does not answer"))
        began = time.monotonic()
    assert time.monotonic() - began < 1

"""The whole way: a reply in a mailbox is read, obeyed and answered, and `kaizen inbound` is who reads it."""

import email
import email.policy
from pathlib import Path

import pytest
from sqlalchemy import text

from service.mailbox.reader import Reader
from service.mailbox.watcher import account
from service.storage.models import CheckIn, Inbound
from service.storage.session import Storage
from tests.browser.whole import eventually, free_port
from tests.dovecot import Mailbox
from tests.integration.imap.watching import REPLY, Watching, message
from tests.integration.processes import kaizen, wait_for
from tests.world import World


def test_a_reply_in_a_mailbox_is_obeyed_and_answered_in_its_thread(
    world: World, watching: Watching, mailbox: Mailbox
) -> None:
    daily = world.start()
    reply = world.written(daily, "done\n\nIt was easy")
    mailbox.deliver(b"Return-Path: <ann@example.org>\r\n" + reply.as_bytes(policy=email.policy.SMTP))
    reader = Reader(account(mailbox.at()), world.storage, world.sender.addresses, lambda ids: None)
    with watching.of(mailbox.at(), done="Done") as watcher:
        watcher.reader = reader
        watching.wait(1)
    (answer,) = world.work()
    assert answer.text.startswith("Done for today.")
    assert answer["In-Reply-To"] == reply["Message-ID"]
    assert [row.outcome for row in world.rows(CheckIn)] == ["done"]


def test_the_same_message_by_smtp_and_by_the_mailbox_counts_once(
    world: World, watching: Watching, mailbox: Mailbox
) -> None:
    daily = world.start()
    reply = world.written(daily, "smaller")
    world.send(reply)
    mailbox.deliver(b"Received: from elsewhere\r\n" + reply.as_bytes(policy=email.policy.SMTP))
    reader = Reader(account(mailbox.at()), world.storage, world.sender.addresses, lambda ids: None)
    with watching.of(mailbox.at(), done="Done") as watcher:
        watcher.reader = reader
        eventually(lambda: mailbox.count("Done"))
    assert [row.route for row in world.rows(Inbound)] == ["smtp"]
    assert len(world.work()) == 1


@pytest.mark.parametrize("storage", ["sqlite"], indirect=True)
def test_the_process_that_takes_replies_reads_the_mailbox_too_and_ends_when_asked(
    environment: dict[str, str], mailbox: Mailbox, tmp_path: Path, storage: Storage
) -> None:
    at = mailbox.at("Grüße")
    password = at.password.replace('"', "%22")
    own = {
        **environment,
        "IMAP_URL": f"imap://{at.user}:{password}@127.0.0.1:{at.port}/Gr%C3%BC%C3%9Fe",
        "IMAP_DONE": "Done",
        "INBOUND_SMTP": f"127.0.0.1:{free_port()}",
    }
    with mailbox.open("") as client:
        client.create_folder("Grüße")
        client.append("Grüße", message())
    own_storage = Storage(environment["DATABASE_URL"])
    with kaizen(own, tmp_path / "inbound.log", "inbound") as process:
        wait_for(lambda: mailbox.count("Done"))
        with own_storage.read() as session:
            assert session.execute(text("SELECT rcpt_to, route FROM inbound")).all() == [(REPLY, "imap")]
        assert process.end() == 0
        assert at.password not in process.output
        assert "Traceback" not in process.output
        assert REPLY not in process.output
    own_storage.close()

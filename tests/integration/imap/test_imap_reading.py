"""Mail comes out of a real mailbox once, whole and at once, and goes where it should."""

import time

import pytest

from service.mail.inbound import LARGEST
from service.storage.session import Storage
from tests.browser.whole import eventually
from tests.dovecot import Dovecot, Mailbox, running
from tests.integration.imap.watching import ADDRESSES, REPLY, Watching, message

# What differs between the databases, test_imap_faults shows.
pytestmark = pytest.mark.parametrize("storage", ["sqlite"], indirect=True)
SEEN, FLAGGED, DELETED = rb"\Seen", rb"\Flagged", rb"\Deleted"


def test_a_mail_comes_in_within_two_seconds_whole_and_with_its_envelope(
    watching: Watching, mailbox: Mailbox
) -> None:
    raw = message(Delivered_To="catch-all@kaizen.example.org", text="done\r\n\r\nand a note: é €")
    with watching.of(mailbox.at()):
        eventually(lambda: watching.said("new mail is told of"))
        time.sleep(1.5)  # it waits in a long IDLE now
        began = time.monotonic()
        mailbox.deliver(raw)
        (row,) = watching.wait(1)
        took = time.monotonic() - began
        eventually(lambda: mailbox.flags() == [{SEEN}])
    assert took < 2
    assert (row.raw, row.rcpt_to, row.mail_from) == (raw, REPLY, "ann@example.org")
    assert (row.route, row.dmarc, row.state) == ("imap", "", "new")
    assert watching.woken == [row.id]


def test_each_of_several_in_a_row_comes_in_at_once(watching: Watching, mailbox: Mailbox) -> None:
    with watching.of(mailbox.at()):
        for number in range(1, 6):
            began = time.monotonic()
            mailbox.deliver(message())
            watching.wait(number)
            assert time.monotonic() - began < 2


def test_a_bounce_has_the_null_sender_and_a_mail_without_return_path_an_unknown_one(
    watching: Watching, mailbox: Mailbox
) -> None:
    mailbox.deliver(message(Return_Path="<>"))
    mailbox.deliver(message().split(b"\r\n", 1)[1])
    with watching.of(mailbox.at()):
        assert [row.mail_from for row in watching.wait(2)] == ["", "?"]


def test_where_there_is_no_idle_the_mailbox_is_asked(watching: Watching) -> None:
    with running(capability="IMAP4rev1 LITERAL+ UIDPLUS") as server:
        mailbox = server.mailbox()
        with watching.of(mailbox.at(), poll=0.3):
            eventually(lambda: watching.said("new mail is asked for"))
            mailbox.deliver(message())
            watching.wait(1)
            mailbox.deliver(message())
            watching.wait(2)


@pytest.mark.parametrize("capability", ["", "IMAP4rev1 IDLE UIDPLUS"], ids=["MOVE", "COPY and UID EXPUNGE"])
def test_kept_mail_is_moved_to_a_folder_that_is_made(watching: Watching, capability: str) -> None:
    with running(capability) as server:
        mailbox = server.mailbox()
        mailbox.deliver(message())
        mailbox.deliver(message("bob@example.org"))
        with watching.of(mailbox.at(), done="Kaizen done"):
            watching.read_up_to(2)
        assert (mailbox.count("Kaizen done"), mailbox.flags()) == (1, [set()])


def test_without_uidplus_only_the_own_mail_is_marked_and_no_other_expunged(watching: Watching) -> None:
    with running("IMAP4rev1 IDLE") as server:
        mailbox = server.mailbox()
        mailbox.deliver(message("bob@example.org"))
        with mailbox.open() as client:
            client.add_flags([1], [DELETED])
        mailbox.deliver(message())
        with watching.of(mailbox.at(), done="Done"):
            watching.read_up_to(2)
            eventually(lambda: mailbox.flags() == [{DELETED}, {DELETED}])
        assert mailbox.count("Done") == 1


def test_a_done_folder_that_is_the_inbox_itself_does_not_go_round_in_circles(
    watching: Watching, mailbox: Mailbox
) -> None:
    mailbox.deliver(message())
    with watching.of(mailbox.at(), done="inbox"):
        watching.read_up_to(1)
    assert mailbox.flags() == [{SEEN}]


def test_mail_for_nobody_of_ours_stays_as_it_was_and_is_not_looked_at_again(
    watching: Watching, mailbox: Mailbox
) -> None:
    for to in ("bob@example.org", f"reply-1-20515-{'a' * 26}@kaizen.example.org", "reply-1@example.org"):
        mailbox.deliver(message(to))
    with watching.of(mailbox.at(), done="Done"):
        watching.read_up_to(3)
    with watching.of(mailbox.at(), done="Done"):
        mailbox.deliver(message())
        watching.wait(1)
    assert mailbox.flags() == [set(), set(), set()]


def test_a_mail_for_several_of_ours_is_kept_for_each(watching: Watching, mailbox: Mailbox) -> None:
    mailbox.deliver(message(f"{REPLY}, x@example.org", Cc=f"Kaizen <{ADDRESSES.leave(7).upper()}>"))
    with watching.of(mailbox.at()):
        assert [row.rcpt_to for row in watching.wait(2)] == [REPLY, ADDRESSES.leave(7)]


def test_a_huge_mail_is_flagged_and_never_downloaded_and_the_next_is_served(
    watching: Watching, mailbox: Mailbox
) -> None:
    mailbox.deliver(message(text=("x" * 998 + "\r\n") * (LARGEST // 1000 + 1)))
    mailbox.deliver(message(text=("y" * 98 + "\r\n") * (LARGEST // 100 - 100)))
    with watching.of(mailbox.at(), done="Done"):
        (row,) = watching.wait(1, 15)
        watching.read_up_to(2)
    assert len(row.raw) > LARGEST - 20_000
    assert watching.said("too large: it is left in the mailbox, flagged, as UID 1")
    assert mailbox.flags() == [{FLAGGED}]
    assert _bytes_read(mailbox) < LARGEST + 10_000


def _bytes_read(mailbox: Mailbox) -> int:
    """Return how many bytes of messages the server sent to the watcher, as it says itself."""
    log = eventually(lambda: text if "body_bytes" in (text := _log_of(mailbox)) else "")
    return int(log.split("body_bytes=")[1].split()[0])


def _log_of(mailbox: Mailbox) -> str:
    lines = (mailbox.server.folder / "log").read_text().splitlines()
    return "\n".join(line for line in lines if f"imap({mailbox.user})" in line and "body_bytes" in line)


def test_folders_may_have_names_in_any_language(watching: Watching, mailbox: Mailbox) -> None:
    with mailbox.open("") as client:
        client.create_folder("Antwörten & mehr.日本語")
        client.append("Antwörten & mehr.日本語", message())
    with watching.of(mailbox.at("Antwörten & mehr.日本語"), done='Erledigt ✓ "gut"'):
        watching.wait(1)
        eventually(lambda: mailbox.count('Erledigt ✓ "gut"'))
    assert mailbox.count("Antwörten & mehr.日本語") == 0


@pytest.mark.parametrize("mails", [120])
def test_a_full_mailbox_is_read_in_order_and_whole(
    watching: Watching, mailbox: Mailbox, mails: int, storage: Storage
) -> None:
    raws = [message(text=f"number {number}") for number in range(mails)]
    with mailbox.open() as client:
        for raw in raws:
            client.append("INBOX", raw)
    with watching.of(mailbox.at(), done="Done"):
        rows = watching.wait(mails, 30)
        watching.read_up_to(mails)
    assert [row.raw for row in rows] == raws
    assert mailbox.count("Done") == mails


def test_a_mail_of_an_old_year_is_not_taken_in_where_a_mailbox_is_begun(
    watching: Watching, mailbox: Mailbox, dovecot: Dovecot
) -> None:
    from datetime import UTC, datetime, timedelta

    now = datetime.now(UTC)
    with mailbox.open() as client:
        client.append("INBOX", message(), msg_time=now - timedelta(days=80))
        client.append("INBOX", message(text="new"), msg_time=now - timedelta(days=50))
    with watching.of(mailbox.at()):
        (row,) = watching.wait(1)
        watching.read_up_to(2)
    assert row.raw.endswith(b"new\r\n")

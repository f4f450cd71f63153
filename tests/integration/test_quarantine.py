"""What can't be read is put aside with its reason, the next mail is served, and an operator can see to it."""

import logging
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from rq.registry import FailedJobRegistry
from sqlalchemy import update

from jobs import receive as job
from jobs.queues import PROMPT
from service.actions import receive
from service.actions.outbox import Outbox
from service.cli import main
from service.storage.models import Inbound, InboundState
from tests.integration.line import Line
from tests.integration.replies import check_ins
from tests.smtp import Mail


@pytest.fixture
def begun(line: Line) -> Mail:
    """The first daily mail of a person."""
    assert line.sign_up().status_code == 303
    (asking,) = line.work()
    line.press(asking.link("confirm"))
    (daily,) = line.work()
    return daily


def kaizen(*words: str) -> Result:
    return CliRunner().invoke(main, ["mail", *words])


def states(line: Line) -> list[tuple[str, str]]:
    return [(row.state, row.reason) for row in line.rows(Inbound)]


def unreadable(line: Line, begun: Mail, number: int = 1) -> None:
    """Let a message come that is out of bounds, with an evil header."""
    head = (
        f"From: ann@example.org\r\nSubject: \x1b]0;x\x07 {begun['Reply-To']}\r\nMessage-ID: <{number}@x>\r\n"
    )
    line.send(
        head.encode() + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n" * 2000,
        begun["Reply-To"],
    )
    line.work()


def test_what_is_out_of_bounds_is_put_aside_and_the_next_mail_is_served(line: Line, begun: Mail) -> None:
    unreadable(line, begun)
    assert states(line) == [("quarantined", "too many parts")]
    (answer,) = line.reply(begun, "done")
    assert answer.text.startswith("Done for today.")


def test_a_message_that_takes_too_long_is_put_aside_at_once(
    line: Line, begun: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forever(*_: object) -> str:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            pass
        raise AssertionError

    with monkeypatch.context() as patched:
        patched.setattr(job, "LONGEST", 0.2)
        patched.setattr(receive, "sort", forever)
        line.send(line.written(begun, "done"))
        with pytest.raises(receive.TakesTooLong):
            job.run(1)
    assert states(line) == [("quarantined", "failed: TakesTooLong")]
    line.redis.flushall()
    (answer,) = line.reply(begun, "done")
    assert answer.text.startswith("Done for today.")


def test_to_wait_for_the_database_takes_no_processor_time(
    line: Line, begun: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = receive.sort

    def slowly(*given: object) -> str:
        time.sleep(0.5)
        return really(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(job, "LONGEST", 0.2)
    monkeypatch.setattr(receive, "sort", slowly)
    line.reply(begun, "done")
    assert states(line) == [("done", "")]


def test_a_message_that_fails_three_times_is_put_aside(
    line: Line, begun: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> str:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(receive, "sort", broken)
        line.send(line.written(begun, "done"))
        for expected in (("new", ""), ("new", ""), ("quarantined", "failed: ZeroDivisionError")):
            with pytest.raises(ZeroDivisionError):
                job.run(1)
            assert states(line) == [expected]
            with line.storage.write() as session:  # as the sweep does after a minute
                session.execute(update(Inbound).values(lease_until=line.time + 2 * receive.WOKEN_FOR))
    line.redis.flushall()
    assert kaizen("retry", "1").output == "Being read again: 1\n"
    line.work()
    assert states(line) == [("done", "")]
    assert len(check_ins(line)) == 1


def test_a_message_that_fails_does_not_hold_up_those_that_came_with_it(
    line: Line, begun: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = receive.sort

    def broken_once(outbox: Any, row: Any, desk: Any) -> str:
        if row.id == 1:
            raise ZeroDivisionError
        return really(outbox, row, desk)

    monkeypatch.setattr(receive, "sort", broken_once)
    for words in ("done", "smaller"):
        line.send(line.written(begun, words))
    line.redis.flushall()
    with pytest.raises(ZeroDivisionError):
        job.run([1, 2])
    assert states(line) == [("new", ""), ("done", "")]
    (answer,) = line.work()
    assert "smaller" in answer.text or "Smaller" in answer.text


def test_a_message_that_ends_its_worker_three_times_is_put_aside(
    line: Line, begun: Mail, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Killed(BaseException):
        pass

    def deadly(*_: object) -> str:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(receive, "sort", deadly)
        line.send(line.written(begun, "done"))
        for _ in range(3):
            with pytest.raises(Killed):
                job.run(1)
            assert states(line) == [("new", "")]
            with line.storage.write() as session:
                session.execute(update(Inbound).values(lease_until=line.time + 2 * receive.WOKEN_FOR))
        with caplog.at_level(logging.ERROR):
            job.run(1)
    assert states(line) == [("quarantined", "ended its worker, 3 times")]
    assert "message 1 is put aside: see kaizen mail list" in caplog.text


def test_a_message_that_only_waited_long_for_a_worker_is_read(line: Line, begun: Mail) -> None:
    line.send(line.written(begun, "done"))
    line.redis.flushall()
    line.later(minutes=5)
    assert states(line) == [("done", "")]
    assert len(check_ins(line)) == 1
    assert FailedJobRegistry(queue=line.queue(PROMPT)).get_job_ids() == []


def test_a_line_without_end_does_not_fill_the_terminal(line: Line, begun: Mail) -> None:
    head = b"From: ann@example.org\r\nX: " + b"a" * 900 + b"\r\n"
    parts = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n" * 2000
    line.send(head + parts, begun["Reply-To"])
    line.work()
    assert f"X: {'a' * 297} ... 603 more characters\n" in kaizen("show", "1").output
    assert "a" * 900 in kaizen("show", "1", "--raw").output


def test_an_operator_lists_and_shows_without_harm_to_the_terminal(line: Line, begun: Mail) -> None:
    assert kaizen("list").output == "Nothing here.\n"
    unreadable(line, begun)
    line.reply(begun, "done")
    (row,) = kaizen("list").output.splitlines()
    assert row.startswith("1  2026-03-02 09:00  quarantined  smtp  ")
    assert "too many parts  from ann@example.org  to reply-1-" in row
    assert len(kaizen("list", "--state", "all").output.splitlines()) == 2
    assert kaizen("list", "--state", "done").output.startswith("2  ")
    shown, raw = kaizen("show", "1").output, kaizen("show", "1", "--raw").output
    assert "reason:    too many parts\n" in shown
    assert "Subject: \\x1b]0;x\\x07 reply-1-" in shown
    token = begun["Reply-To"].partition("@")[0][-26:]
    assert (token in shown, token in row, token in raw) == (False, False, True)
    assert shown.splitlines()[-1].endswith("more lines: --raw shows them all")
    assert raw.startswith("From: ann@example.org\nSubject: \\x1b]0;x\\x07 ")
    assert raw.count("--b\n") == 2000
    for output in (shown, row, raw):
        assert not set(output) & {"\x1b", "\x07", "\r"}


def test_an_operator_retries_all_or_some_and_drops_what_is_no_loss(line: Line, begun: Mail) -> None:
    for number in (1, 2, 3):
        unreadable(line, begun, number)
    line.reply(begun, "done")
    assert kaizen("retry").exit_code == 1
    assert kaizen("retry", "--all", "1").exit_code == 1
    assert kaizen("retry", "2", "4").output.splitlines() == [
        "Being read again: 2",
        "kaizen: Not in quarantine: 4.",
    ]
    assert [state for state, _ in states(line)] == ["quarantined", "new", "quarantined", "done"]
    line.work()
    assert kaizen("drop", "2").output == "Deleted: 2\n"
    assert kaizen("drop", "4").output == "kaizen: Message 4 is not in quarantine.\n"
    assert kaizen("retry", "--all").output == "Being read again: 1, 3\n"
    line.work()
    assert [state for state, _ in states(line)] == ["quarantined", "quarantined", "done"]
    assert len(check_ins(line)) == 1


def test_a_message_whose_words_have_gone_says_so(line: Line, begun: Mail) -> None:
    line.reply(begun, "done")
    with line.storage.write() as session:
        session.execute(update(Inbound).values(raw=b"", mail_from=""))
    assert "its words are kept no longer" in kaizen("show", "1").output
    assert kaizen("show", "9").output == "kaizen: There is no message 9: see kaizen mail list --state all.\n"


def test_a_database_that_does_not_answer_is_told_in_one_line(
    line: Line, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'empty.db'}")
    for words in (["list"], ["show", "1"], ["retry", "--all"], ["drop", "1"]):
        found = kaizen(*words)
        assert (found.exit_code, len(found.output.splitlines())) == (1, 1)
        assert found.output.startswith("kaizen: DATABASE_URL does not answer")


def test_the_metrics_tell_how_many_wait_for_an_operator(line: Line, begun: Mail) -> None:
    unreadable(line, begun)
    line.send(line.written(begun, "done"))
    page = line.client.get("/metrics").text
    assert 'kaizen_received_messages{state="quarantined"} 1.0' in page
    assert 'kaizen_received_messages{state="new"} 1.0' in page


def test_a_retry_never_reads_a_message_twice(line: Line, begun: Mail) -> None:
    line.reply(begun, "done")
    with line.storage.write() as session:
        outbox = Outbox(session, line.time, line.settings.reply_domain)
        assert receive.begin(outbox, 1) is False
    assert kaizen("retry", "--all").output == "Being read again: none\n"
    assert [row.state for row in line.rows(Inbound)] == [InboundState.DONE]

"""The workers: one queue each, and a kill at any moment loses no mail."""

import asyncio
import os
import signal
import threading
from collections import Counter
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from rq import Worker

from jobs import queues
from jobs.queues import BULK, PROMPT
from service.storage.models import DeliveryState
from tests.integration.crowd import due_mails, states
from tests.integration.line import Line
from tests.integration.processes import kaizen, noon, wait_for
from tests.smtp import Sink, smtp_server


class Hanging(Sink):
    """Takes mail, but never answers to the third."""

    def __init__(self) -> None:
        super().__init__()
        self.hangs = threading.Event()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        if len(self.mails) == 3:
            self.hangs.set()
            await asyncio.sleep(60)  # ends with the test
        return answer


def workers(line: Line) -> dict[str, Worker]:
    """Return the workers that said that they have begun, by name."""
    return {worker.name: worker for worker in Worker.all(connection=line.redis)}


@pytest.fixture
def offset(line: Line) -> str:
    """Set the line's clock to noon; return what sets the clock of its processes so."""
    line.time, hours = noon()
    return hours


def test_each_worker_reads_one_queue_and_one_that_is_killed_is_replaced(
    line: Line, environment: dict[str, str], offset: str, tmp_path: Path
) -> None:
    own = {**environment, "CLOCK_OFFSET_HOURS": offset, "SEND_WORKERS": "2"}
    with kaizen(own, tmp_path / "worker.log", "worker") as pool:
        begun = wait_for(lambda: len(found := workers(line)) == 3 and found)
        assert sorted(worker.queue_names() for worker in begun.values()) == [[BULK], [BULK], [PROMPT]]
        (prompt,) = [worker for worker in begun.values() if worker.queue_names() == [PROMPT]]
        os.kill(prompt.pid, signal.SIGKILL)
        ids = due_mails(line.storage, 3, line.time)
        queues.wake_deliveries(line.settings, ids, PROMPT)
        wait_for(lambda: states(line.storage) == [DeliveryState.SENT] * 3)
        new = [worker for name, worker in workers(line).items() if name not in begun]
        assert [worker.queue_names() for worker in new] == [[PROMPT]]
        assert pool.end() == 0
    assert len(line.mails) == 3
    assert "Traceback" not in pool.output
    assert not any(mail.rcpt_to in pool.output or mail.mail_from in pool.output for mail in line.mails)


def test_a_worker_killed_in_the_middle_of_a_batch_loses_nothing_and_repeats_one_mail(
    line: Line, environment: dict[str, str], offset: str, tmp_path: Path
) -> None:
    hanging = Hanging()
    ids = due_mails(line.storage, 6, line.time)
    with smtp_server(lambda: SMTP(hanging, hostname="hanging")) as hanging.port:
        smtp = f"smtp://127.0.0.1:{hanging.port}"
        own = {**environment, "CLOCK_OFFSET_HOURS": offset, "SMTP_URL": smtp, "SMTP_CONNECTIONS": "1"}
        with kaizen(own, tmp_path / "worker.log", "worker") as pool:
            queues.wake_deliveries(line.settings, ids, BULK)
            assert hanging.hangs.wait(15)
            pool.kill_all()
    assert states(line.storage) == [DeliveryState.SENT] * 2 + [DeliveryState.SENDING] * 4
    line.later(minutes=9)
    assert line.mails == []
    line.later(minutes=2)
    assert states(line.storage) == [DeliveryState.SENT] * 6
    copies = Counter(mail["Message-ID"] for mail in hanging.mails + line.mails)
    assert copies == {mail["Message-ID"]: 1 for mail in hanging.mails[:2] + line.mails[1:]} | {
        hanging.mails[2]["Message-ID"]: 2
    }

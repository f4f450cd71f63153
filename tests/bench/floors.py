"""The floors: the bare parts, doing the same without us."""

import smtplib
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from typing import Any
from uuid import uuid4

from flask import Flask

from tests.bench.databases import Database
from tests.bench.sink import Sink
from tests.bench.timing import rate
from tests.bench.ways import CLAIMED

KEPT_FOR = timedelta(seconds=60)


def smtplib_loop(sink: Sink, content: bytes, mails: int) -> float:
    """Return mails a second over one kept connection, each with the same bytes."""
    with smtplib.SMTP(sink.server.host, sink.server.port) as smtp, sink.eager():

        def work() -> None:
            for number in range(mails):
                smtp.sendmail("kaizen@example.org", [f"somebody.{number}@example.org"], content)

        return rate(mails, work)


def email_messages(content: bytes, mails: int) -> float:
    """Return mails a second that the standard library puts together of ready words."""
    mail = message_from_bytes(content, policy=default)
    assert isinstance(mail, EmailMessage)
    words = {kind: mail.get_body((kind,)).get_content() for kind in ("plain", "html")}  # type: ignore[union-attr]

    def work() -> None:
        for number in range(mails):
            message = EmailMessage(policy=SMTP)
            message["From"], message["To"] = "kaizen@example.org", f"somebody.{number}@example.org"
            message["Subject"] = str(mail["Subject"])
            message.set_content(words["plain"])
            message.add_alternative(words["html"], subtype="html")
            message.as_bytes()

    return rate(mails, work)


def hello() -> Flask:
    """Return the smallest Flask app."""
    app = Flask("hello")
    app.add_url_rule("/", view_func=lambda: "hello")
    return app


_DUE = (
    "SELECT goal.id, goal.person_id, person.zone, goal.send_at, goal.weekdays, goal.signed_on, goal.asked"
    " FROM goal JOIN person ON person.id = goal.person_id WHERE goal.next_due_at <= {}"
    " ORDER BY goal.next_due_at, goal.person_id, goal.id LIMIT {}"
)
_PUT = (
    "INSERT INTO delivery (goal_id, day, kind, ref, message_id, payload, state, attempts, error, lease_until,"
    " created_at) VALUES ({0}, {0}, 'daily', '', {0}, '{{}}', 'queued', 0, '', {0}, {0})"
)
_PLAN = "UPDATE goal SET next_due_at = {0} WHERE id = {0}"


class RawClaim:
    """The same effect as a claim in plain SQL: due rows, a delivery each, the next moment of each."""

    def __init__(self, database: Database) -> None:
        self.connection, self.lite = database.bare(), database.lite
        mark, lock = ("?", "") if self.lite else ("%s", " FOR UPDATE OF goal SKIP LOCKED")
        self.begin = "BEGIN IMMEDIATE" if self.lite else "BEGIN"
        if not self.lite:
            self.connection.autocommit = True
        self.due = _DUE.format(mark, CLAIMED) + lock
        self.put, self.plan = _PUT.format(mark), _PLAN.format(mark)

    def batch(self, now: datetime) -> int:
        """Claim one batch; return how many goals it was."""
        at, kept, tomorrow = map(self._moment, (now, now + KEPT_FOR, now + timedelta(days=1)))
        day: Any = now.date().isoformat() if self.lite else now.date()
        cursor: Any = self.connection.cursor()
        cursor.execute(self.begin)
        due = cursor.execute(self.due, (at,)).fetchall()
        if due:
            rows = [(row[0], day, f"<{uuid4().hex}.daily@example.org>", kept, at) for row in due]
            cursor.executemany(self.put, rows)
            cursor.executemany(self.plan, [(tomorrow, row[0]) for row in due])
        cursor.execute("COMMIT")
        return len(due)

    def _moment(self, moment: datetime) -> Any:
        return f"{moment:%Y-%m-%d %H:%M:%S.%f}" if self.lite else moment

    def close(self) -> None:
        self.connection.close()

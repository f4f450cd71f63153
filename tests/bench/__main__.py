"""`make bench`: the hot paths against a floor measured in the same run, on SQLite and a real SMTP sink.

Ratios, not seconds, are worth comparing: 1.00 would be as fast as the bare part underneath.
"""

import json
import smtplib
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from datetime import time as day_time
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from flask import Flask

from service.actions.deliver import Post, deliver
from service.actions.gather import gather
from service.actions.letters import letter
from service.actions.outbox import Outbox
from service.actions.tick import claim
from service.app import create_app, sender_of
from service.links import Purpose, sign
from service.mail.compose import compose
from service.mail.transport import SmtpTransport
from service.settings import Settings
from service.storage.models import Goal, GoalState, Person
from service.storage.session import Storage
from service.storage.upgrade import upgrade
from tests.smtp import sink

GOALS = 1000
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def rate(times: int, work: Callable[[], object]) -> float:
    """Return how often a second `work`, which does something `times` times, does it."""
    started = time.perf_counter()
    work()
    return times / (time.perf_counter() - started)


def fill(storage: Storage) -> None:
    with storage.write() as session:
        for number in range(GOALS):
            person = Person(email=f"p{number}@example.org", zone="UTC", created_at=NOW, confirmed_at=NOW)
            session.add(person)
            session.flush()
            session.add(
                Goal(
                    person_id=person.id,
                    title="Write a book",
                    step="Write 1 sentence",
                    send_at=day_time(8),
                    weekdays=127,
                    state=GoalState.ACTIVE,
                    created_at=NOW,
                    starts_on=NOW.date(),
                    next_due_at=NOW,
                    zone="UTC",
                )
            )


def whole_way(storage: Storage, settings: Settings) -> float:
    """Due → claimed → composed → accepted → marked sent, mails a second over one connection."""

    def work() -> None:
        woken: list[int] = []
        while True:
            with storage.write() as session:
                outbox = Outbox(session, NOW, "localhost")
                if not claim(outbox):
                    break
            woken += outbox.woken
        assert settings.smtp
        with SmtpTransport(settings.smtp) as transport:
            assert deliver(Post(storage, sender_of(settings), transport, lambda: NOW), woken) == GOALS

    return rate(GOALS, work)


def bare_smtp(settings: Settings, content: bytes) -> float:
    assert settings.smtp
    with smtplib.SMTP(settings.smtp.host, settings.smtp.port) as smtp:

        def work() -> None:
            for _ in range(GOALS):
                smtp.sendmail("a@example.org", ["b@example.org"], content)

        return rate(GOALS, work)


def composing(storage: Storage, settings: Settings) -> tuple[float, float, bytes]:
    """Return mails a second composed, EmailMessages of the same words a second, and one mail's bytes."""
    sender = sender_of(settings)
    with storage.read() as session:
        rows = gather(session, range(1, GOALS + 1))

    def ours() -> None:
        for row in rows:
            compose(letter(row, sender, NOW), sender, NOW)

    content = compose(letter(rows[0], sender, NOW), sender, NOW).content

    def bare() -> None:
        for _ in rows:
            message = EmailMessage(policy=SMTP)
            message["Subject"] = "Write 1 sentence"
            message.set_content("x" * 600)
            message.add_alternative("<p>" + "x" * 3000 + "</p>", subtype="html")
            message.as_bytes()

    return rate(len(rows), ours), rate(len(rows), bare), content


def clicks(storage: Storage, settings: Settings) -> tuple[float, float]:
    """Return done clicks a second (POST, commit, chain page), and GETs of a bare Flask hello."""
    app = create_app(settings, lambda ids: None)
    hello = Flask("hello")
    hello.add_url_rule("/", view_func=lambda: "hello")
    client, bare = app.test_client(), hello.test_client()
    day = datetime.now(UTC).date().toordinal()
    with storage.write() as session:
        for goal in session.query(Goal):
            goal.starts_on = datetime.now(UTC).date()
    paths = [f"/done/{sign(settings.secret_key, Purpose.DONE, goal, day)}" for goal in range(1, 301)]

    def ours() -> None:
        for path in paths:
            assert client.post(path, follow_redirects=True).status_code == 200

    return rate(len(paths), ours), rate(1000, lambda: [bare.get("/") for _ in range(1000)])


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sink() as kept:
        env = {"DATA_DIR": folder, "SMTP_URL": f"smtp://127.0.0.1:{kept.port}"}
        settings = Settings.from_env(env)
        storage = Storage(settings.database_url)
        upgrade(storage)
        fill(storage)
        sent = whole_way(storage, settings)
        composed, messages, content = composing(storage, settings)
        bare = bare_smtp(settings, content)
        clicked, hello = clicks(storage, settings)
        storage.close()
    ratios = {
        "send_vs_smtplib": (sent, bare),
        "compose_vs_email_message": (composed, messages),
        "click_vs_hello": (clicked, hello),
    }
    for name, (ours, floor) in ratios.items():
        sys.stdout.write(f"{name:26} {ours / floor:5.2f}   ({ours:7.0f} a second, floor {floor:7.0f})\n")
    figures = {name: round(ours / floor, 3) for name, (ours, floor) in ratios.items()}
    Path("bench.json").write_text(json.dumps({"sqlite": figures}, indent=2) + "\n")


if __name__ == "__main__":
    main()

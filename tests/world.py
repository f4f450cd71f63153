"""The whole service in one process, on a clock that the test turns: real database, real SMTP both ways."""

import dataclasses
import re
import smtplib
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import make_msgid
from typing import Any

from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import select
from werkzeug.test import TestResponse

from service.actions import tick
from service.actions.deliver import Post, deliver
from service.actions.outbox import Outbox
from service.actions.receive import receive
from service.app import create_app, sender_of
from service.mail.smtp import SmtpTransport
from service.settings import Settings
from service.storage.models import Delivery, DeliveryState, Goal, Inbound, InboundState
from service.storage.session import Storage
from service.web.limits import limiter
from tests.smtp import Mail, Sink

EMAIL = "ann@example.org"


class Memory(BytecodeCache):
    """Keeps compiled page templates for the whole run: every test makes an app of its own."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = Memory()
SESSIONS: dict[str, tuple[str, str]] = {}  # by the key that signs them: a session of the form, and its token


class World:
    """What a test does: move time, use pages, read mail, reply. `work()` lets the workers do all they can."""

    def __init__(self, settings: Settings, storage: Storage, sink: Sink, listener_port: int) -> None:
        self.settings, self.storage, self.sink = settings, storage, sink
        self.listener_port = listener_port
        self.time = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
        self.woken: list[int] = []
        self.app = create_app(settings, self.woken.extend)
        limiter.enabled = False
        self.app.jinja_env.bytecode_cache = COMPILED
        self.app.extensions["kaizen"] = dataclasses.replace(self.app.extensions["kaizen"], storage=storage)
        self.sender = sender_of(settings)
        self.client = self.browser()

    def now(self) -> datetime:
        return self.time

    def browser(self) -> FlaskClient:
        """Return a new browser, without cookies."""
        return self.app.test_client()

    @property
    def mails(self) -> list[Mail]:
        return self.sink.mails

    # Time and workers

    def to(self, moment: datetime) -> None:
        """Move the clock and let the workers do their work at that moment."""
        self.time = moment
        self.work()

    def later(self, **units: float) -> None:
        """Move the clock on, such as `later(days=1)`, and let the workers do their work."""
        self.to(self.time + timedelta(**units))

    def work(self) -> list[Mail]:
        """Tick, receive and deliver until all is quiet; return the mails that went out."""
        before = len(self.mails)
        self.tick()
        self.receive()
        self.deliver()
        return self.mails[before:]

    def tick(self) -> None:
        claimed = tick.BATCH
        while claimed >= tick.BATCH:
            with self.storage.write() as session:
                claimed = tick.claim(self.outbox(session))
        tick.sweep(self.storage, self.time, 1000)

    def receive(self) -> list[str]:
        """Work on all received messages; return what became of each."""
        with self.storage.read() as session:
            ids = session.scalars(select(Inbound.id).where(Inbound.state == InboundState.NEW)).all()
        outcomes = []
        for inbound_id in ids:
            with self.storage.write() as session:
                outcomes.append(receive(self.outbox(session), inbound_id, self.sender.addresses))
        return outcomes

    def deliver(self) -> int:
        with self.storage.read() as session:
            query = select(Delivery.id).where(Delivery.state == DeliveryState.QUEUED).order_by(Delivery.id)
            ids = list(session.scalars(query))
        if not ids:
            return 0  # as no job is without any
        with SmtpTransport(self.sink.server) as transport:
            return deliver(Post(self.storage, self.sender, transport, self.now), ids)

    def outbox(self, session: Any) -> Outbox:
        return Outbox(session, self.time, self.settings.reply_domain)

    # Pages

    def sign_up(self, client: FlaskClient | None = None, **fields: Any) -> TestResponse:
        """Fill in the form and send it."""
        browser = client or self.client
        filled = {
            "email": EMAIL,
            "goal": "Write a book",
            "step": "Write 1 sentence",
            "send_at": "08:00",
            "timezone": "Europe/Berlin",
            **fields,
        }
        if "csrf_token" not in filled:
            filled["csrf_token"] = self.token(browser)
        return browser.post("/signup", data=filled)

    def token(self, browser: FlaskClient) -> str:
        """Return what the form must be sent with, in the session that the first browser of the run was given.

        The form names all time zones of the world: to show it takes longer than all else to sign up.
        """
        session, token = SESSIONS.get(self.settings.secret_key, ("", ""))
        cookie = browser.get_cookie("session")
        if session and (cookie is None or cookie.value == session):
            browser.set_cookie("session", session)
            return token
        token = self.token_of(browser)
        begun = browser.get_cookie("session")
        if cookie is None and begun is not None:
            SESSIONS[self.settings.secret_key] = begun.value, token
        return token

    def token_of(self, browser: FlaskClient) -> str:
        """Return what the form that this browser is shown must be sent with."""
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get("/").text)
        assert found is not None
        return found[1]

    def press(self, path: str, client: FlaskClient | None = None) -> TestResponse:
        """Open a page and press its button, with its hidden fields, as a person does."""
        browser = client or self.client
        page = browser.get(path).text
        action = re.search(r'<form method="post" action="([^"]+)"', page)
        assert action is not None, page
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
        return browser.post(action[1], data=hidden, follow_redirects=True)

    def start(self, **fields: Any) -> Mail:
        """Sign up and confirm; return the first daily mail."""
        assert self.sign_up(**fields).status_code == 303
        (asking,) = self.work()
        assert self.press(asking.link("confirm")).status_code == 200
        (daily,) = self.work()
        return daily

    # Replies

    def reply(self, mail: Mail, text: str, sender: str = EMAIL, **headers: str) -> list[Mail]:
        """Answer a mail as a mail program does, over SMTP, and return what comes back."""
        self.send(self.written(mail, text, sender, **headers))
        return self.work()

    def written(self, mail: Mail, text: str, sender: str = EMAIL, **headers: str) -> EmailMessage:
        """Return a reply with the mail quoted below."""
        reply = EmailMessage(policy=SMTP_POLICY)
        reply["From"] = sender
        reply["To"] = mail["Reply-To"]
        reply["Subject"] = f"Re: {mail['Subject']}"
        reply["Message-ID"] = make_msgid(domain="example.org")
        reply["In-Reply-To"] = mail["Message-ID"]
        for name, value in headers.items():
            del reply[name.replace("_", "-")]
            reply[name.replace("_", "-")] = value
        quoted = "\n".join(f"> {line}" for line in mail.text.splitlines())
        reply.set_content(f"{text}\n\nOn Monday, Kaizen wrote:\n{quoted}\n")
        return reply

    def send(self, message: EmailMessage | bytes, rcpt_to: str = "", mail_from: str = EMAIL) -> None:
        """Send a message to the listener; raises what smtplib raises where it is refused."""
        raw = message if isinstance(message, bytes) else message.as_bytes()
        recipient = rcpt_to or ("" if isinstance(message, bytes) else str(message["To"]))
        with smtplib.SMTP("127.0.0.1", self.listener_port, timeout=10) as smtp:
            smtp.sendmail(mail_from, [recipient], raw)

    # Looking inside

    def rows(self, model: type[Any], **where: Any) -> list[Any]:
        with self.storage.read() as session:
            return list(session.scalars(select(model).filter_by(**where).order_by(model.id)))

    def goal(self) -> Goal:
        (found,) = self.rows(Goal)
        assert isinstance(found, Goal)
        return found

"""`kaizen simulate`: a year of three people, printed as the mails that they would get.

Nothing is faked but the people: sign-up, tick, delivery, clicks and replies go the ways that they always go,
on a database of their own that is thrown away.
"""

import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from email.headerregistry import Address
from functools import partial
from pathlib import Path

from sqlalchemy import select

from service.actions import tick
from service.actions.check_in import check_in, day_of
from service.actions.choose import choose
from service.actions.confirm import activate, fingerprint
from service.actions.deliver import Post, deliver
from service.actions.outbox import Outbox
from service.actions.receive import keep, receive
from service.actions.signup import Wish, sign_up
from service.domain.arrival import Arrival, Route
from service.domain.chain import Outcome
from service.domain.growth import Version
from service.domain.schedule import EVERY_DAY, local_day
from service.links import Purpose, read
from service.mail.addresses import Addresses
from service.mail.compose import Envelope, Sender
from service.mail.local import Kept, write_reply
from service.mail.transport import Closing, Parcel, Settle
from service.people import PEOPLE, Act, Person
from service.storage import queries
from service.storage.models import Delivery, DeliveryState, Goal, GoalState
from service.storage.session import Storage
from service.storage.upgrade import upgrade

BEGINS = date(2025, 1, 6)  # a Monday
_SECRET = "a simulation"  # noqa: S105 - it signs nothing that leaves this process
_HOST = "kaizen.example.org"
_LINK = re.compile(rf"https://{re.escape(_HOST)}/(\w+)/(\S+)")


@dataclass(slots=True)
class _Bag(Closing):
    """A transport that keeps what it is given."""

    taken: list[Envelope]

    def carry(self, parcels: Iterator[Parcel], settle: Settle, expected: int = 1) -> None:  # noqa: ARG002
        for key, envelope in parcels:
            self.taken.append(envelope)
            settle([(key, None)])


class Year:
    """One person's year, a day at a time."""

    def __init__(self, storage: Storage, person: Person) -> None:
        self.storage, self.person = storage, person
        self.sender = Sender(
            Address("Kaizen", "kaizen", _HOST), f"https://{_HOST}", Addresses(_SECRET, _HOST)
        )
        self.now = datetime.combine(BEGINS, time(8), UTC)
        self.bag = _Bag([])

    def days(self, count: int) -> Iterator[tuple[date, list[Kept], list[Act]]]:
        """Yield each day with its mails, answers included, and what the person did."""
        for title, step, direction, weekdays in self.person.goals:
            self._begin(
                Wish(self.person.email, title, step, time(8), "UTC", weekdays or EVERY_DAY, direction)
            )
        for number in range(count):
            self.now = datetime.combine(BEGINS + timedelta(days=number), time(8), UTC)
            self._write(tick.claim)
            mails, acts = self._post(), []
            for mail in list(mails):
                for act in self.person.meets(number, mail.part("plain")):
                    self.now += timedelta(minutes=1)
                    acts.append(act)
                    self._do(act, mail)
            yield self.now.date(), mails + self._post(), acts

    def _begin(self, wish: Wish) -> None:
        self._write(lambda outbox: sign_up(outbox, wish))
        self._write(self._confirm)

    def _confirm(self, outbox: Outbox) -> None:
        goal = outbox.session.scalars(select(Goal).where(Goal.state == GoalState.PENDING)).one()
        activate(outbox, goal, fingerprint(goal))

    def _write(self, use: Callable[[Outbox], object]) -> None:
        with self.storage.write() as session:
            use(Outbox(session, self.now, _HOST))

    def _post(self) -> list[Kept]:
        with self.storage.read() as session:
            ids = list(session.scalars(select(Delivery.id).where(Delivery.state == DeliveryState.QUEUED)))
        self.bag.taken.clear()
        deliver(Post(self.storage, self.sender, self.bag, lambda: self.now), ids)
        return [Kept(str(index), envelope.content) for index, envelope in enumerate(self.bag.taken)]

    def _do(self, act: Act, mail: Kept) -> None:
        if act.reply:
            raw = write_reply(mail, act.reply, self.now).as_bytes()
            to = str(mail.message["Reply-To"])
            self._write(lambda outbox: self._receive(outbox, to, raw))
            return
        for name, token in _LINK.findall(mail.part("plain")):
            if name == act.press:
                self._write(partial(self._press, Purpose(act.press), token))
                if not act.everywhere:
                    return

    def _receive(self, outbox: Outbox, to: str, raw: bytes) -> None:
        inbound_id = keep(outbox, Arrival(Route.SMTP, self.person.email, to, raw))
        if inbound_id is not None:
            receive(outbox, inbound_id, self.sender.addresses)

    def _press(self, purpose: Purpose, token: str, outbox: Outbox) -> None:
        goal_id, about, *light = read(_SECRET, purpose, token)
        goal = queries.goal(outbox.session, goal_id)
        if goal is None:
            return
        if purpose in (Purpose.DONE, Purpose.TINY):
            day = day_of(outbox, goal, about)
            if day is not None and day.open:
                version = Version.TINY if purpose is Purpose.TINY else Version.LIGHT if light else None
                check_in(outbox, day, Outcome.DONE, "link", version=version)
        else:
            choose(outbox, goal, local_day(outbox.now, goal.person.zone), purpose, about)


@contextmanager
def _scratch() -> Iterator[Storage]:
    with tempfile.TemporaryDirectory() as folder:
        storage = Storage(f"sqlite:///{Path(folder) / 'kaizen.db'}")
        upgrade(storage)
        try:
            yield storage
        finally:
            storage.close()


def told(days: int, who: Iterable[str]) -> Iterator[str]:
    """Yield, line by line, the mails that each of the people gets in so many days, and what they do."""
    for name in who:
        person = PEOPLE[name]()
        yield from ("", f"######## {person.email}: {person.about}")
        with _scratch() as storage:
            for day, mails, acts in Year(storage, person).days(days):
                for mail in mails:
                    yield from ("", f"==== {day:%a %d %b %Y} · {mail.message['Subject']}", "")
                    yield _LINK.sub(r"    -> /\1", mail.part("plain").rstrip())
                yield from (f"     [{person.email} {act}]" for act in acts)

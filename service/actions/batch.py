"""The mails that one job holds, from being read to what became of each."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from jinja2 import TemplateError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from service.actions import fates
from service.actions.fates import Fate
from service.actions.leasing import Leases
from service.actions.letters import letter
from service.actions.post import Post
from service.actions.reading import CHUNK, Reading
from service.actions.sections import Section
from service.actions.tallies import Counts, Result
from service.actions.wanted import verdict
from service.mail.compose import Envelope, compose
from service.mail.transport import Handed, Parcel, Refused, Underway, Unreachable, Unwelcome
from service.storage import holds
from service.storage.asked import Reader
from service.storage.marks import Marks, patiently
from service.storage.models import Delivery, DeliveryState

log = logging.getLogger(__name__)

MOST_CRASHES = 3
# What a row of an older or newer release, or a broken template, may raise; never RQ's own timeout.
_POISON = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError, TemplateError)

_COUNTED: dict[DeliveryState, Result] = {
    DeliveryState.UNWANTED: "unwanted",
    DeliveryState.DROPPED: "dropped",
    DeliveryState.PARKED: "parked",
}


class Batch:
    """The mails that one job holds: those not yet begun, those in flight, and what became of the others."""

    def __init__(self, post: Post, leases: Leases, held: bool) -> None:
        self.post, self.leases, self.held = post, leases, held
        self.flying: dict[int, tuple[list[Section], list[Fate]]] = {}
        self.fates: list[Fate] = []
        self.marks, self.reader = Marks(post.storage), Reader(post.storage)
        self.counts = Counts()
        self.sent = 0

    def run(self) -> int:
        """Send all, whatever becomes of each; return how many went out."""
        try:
            self.post.transport.carry(self._parcels(), self._settle, len(self.leases))
            self._give_back()
        except Unreachable as error:
            self._hold(error)
        finally:
            self.marks.close()
            self.reader.close()
            self._count()
        return self.sent

    def _parcels(self) -> Iterator[Parcel]:
        post = self.post
        for sections in Reading(post.storage, self.reader, post.now, self.leases):
            if post.stopping():
                break
            envelope = self._prepared(sections)
            if envelope is not None:
                yield sections[0].delivery.id, envelope
        self._write_fates()

    def _prepared(self, sections: list[Section]) -> Envelope | None:
        """Compose a mail of those of its sections that are still wanted; None where it does not go now."""
        now, lead = self.post.now(), sections[0].delivery
        try:
            verdicts = [verdict(section.delivery, section.record, now) for section in sections]
            wanted = [section for section, said in zip(sections, verdicts, strict=True) if said is None]
            if wanted and self._paces(sections, wanted):
                return None
            envelope = self._composed(wanted, now, lead) if wanted else None
        except _POISON as error:
            self._set_aside(sections, error)
            return None
        fallen = [Fate(one, said) for one, said in zip(sections, verdicts, strict=True) if said is not None]
        if envelope is None:
            self.leases.held.discard(lead.id)
            self._fall(fallen)
        else:
            # What falls out of a mail is written down with it: killed before, the same mail goes out again.
            self.flying[lead.id] = sections, fallen
        return envelope

    def _composed(self, wanted: Sequence[Section], now: datetime, lead: Delivery) -> Envelope:
        post = self.post
        composed = compose(letter(wanted, post.sender, now, lead), post.sender, now)
        signed = post.sign(composed.content)
        return composed if signed is composed.content else replace(composed, content=signed)

    def _paces(self, sections: list[Section], wanted: Sequence[Section]) -> bool:
        """Tell whether a mail has to wait for its recipient's turn; it goes back into the outbox."""
        wait = self.post.pace(wanted[0].delivery.goal.person.email)
        if not wait:
            return False
        self.leases.held.discard(sections[0].delivery.id)
        self._fall([Fate(sections[0], DeliveryState.QUEUED, "paced", wait=wait)])
        return True

    def _set_aside(self, sections: list[Section], error: Exception) -> None:
        """Try a row that can't be composed again later, and park it after the third time."""
        # What was raised may repeat what a person wrote: the row keeps it, the log does not.
        row = sections[0].delivery
        log.error("delivery %d can't be composed: %s", row.id, type(error).__name__)
        self.leases.held.discard(row.id)
        if row.crashes + 1 >= MOST_CRASHES:
            self._fall([Fate(section, DeliveryState.PARKED, repr(error)) for section in sections])
        else:
            self._fall([Fate(sections[0], DeliveryState.QUEUED, repr(error), crashed=True)])

    def _settle(self, handed: Sequence[Handed]) -> Underway | None:
        """Write down what became of mails, before anything else leaves on their connections.

        Returns the marking where the database is still at it.
        """
        now, sent = self.post.now(), []
        for key, error in handed:
            sections, fallen = self.flying.pop(key)
            self.leases.held.discard(key)
            if error is None:
                self.fates += fallen
                sent.append(sections)
                continue
            refused = isinstance(error, Refused)
            state = DeliveryState.FAILED if refused else DeliveryState.QUEUED
            known = refused and error.recipient if isinstance(error, Refused) else False
            for section in sections if refused else sections[:1]:
                self.fates.append(Fate(section, state, str(error), known))
            self.counts.note("refused" if refused else "deferred")
        marking = self._mark(sent, now) if sent else None
        if self.held and any(error is None or isinstance(error, Refused) for _, error in handed):
            self._lift()
        self._write_fates()
        return marking

    def _mark(self, mails: Sequence[Sequence[Section]], now: datetime) -> Underway | None:
        gone = {fate.section.delivery.id for fate in self.fates}
        rows = [one.delivery for mail in mails for one in mail if one.delivery.id not in gone]
        marking = self.marks.begin([row.id for row in rows], now)
        self.sent += len(mails)
        for mail in mails:
            lead = mail[0].delivery
            self.counts.note("sent")
            self.counts.took((now - (lead.due_at or lead.created_at)).total_seconds())
        again = {row.goal.person_id for row in rows if row.goal.person.refusals}
        if again:
            self._write(lambda session: fates.accepted_again(session, again))
        return marking

    def _lift(self) -> None:
        """End a hold: the server takes mail again, or at least looks at its recipients."""
        self._write(lambda session: holds.lift(session, holds.SENDING))
        self.held = False

    def _fall(self, fallen: list[Fate]) -> None:
        """Keep fates to be written with the next ones; a crash before that only repeats the verdict."""
        self.fates += fallen
        for fate in fallen:
            if fate.state is not DeliveryState.QUEUED:
                self.counts.note(_COUNTED[fate.state])
        if len(self.fates) >= CHUNK:
            self._write_fates()

    def _write_fates(self) -> None:
        written, self.fates = self.fates, []
        if written:
            patiently(lambda: self._write(lambda session: fates.settle(session, written, self.post.now())))

    def _write(self, act: Callable[[Session], object]) -> None:
        with self.post.storage.write() as session:
            act(session)

    def _hold(self, error: Unreachable) -> None:
        """No server takes our mail: all that is left waits, and so does every other batch."""
        alarm = isinstance(error, Unwelcome)
        log.log(
            logging.ERROR if alarm else logging.WARNING, "no mail server: %s; trying again later", error.brief
        )
        self._write_fates()

        def wait(session: Session) -> None:
            until = holds.hold(session, holds.SENDING, self.post.now(), error.brief, alarm)
            self.leases.give_back(session, until, str(error))

        patiently(lambda: self._write(wait))

    def _give_back(self) -> None:
        """Give back at once what was not begun, as when this worker is asked to end."""
        self._write_fates()
        if len(self.leases):
            # What stays leased would have to wait for its lease to end.
            patiently(lambda: self._write(lambda session: self.leases.give_back(session, self.post.now())))

    def _count(self) -> None:
        """Add this batch to the counters, once: they are for people who watch, nothing depends on them."""
        if any(self.counts.rows().values()):
            with suppress(SQLAlchemyError), self.post.storage.hurry() as session:
                self.counts.write(session)

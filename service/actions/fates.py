"""What becomes of mails that were not simply sent, written down for many at once."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from service.actions.sections import Section
from service.actions.suppression import suppress
from service.domain.schedule import local_day
from service.mail.kinds import KINDS, STEP_KINDS
from service.storage.among import Among, looked_at
from service.storage.marks import MARKABLE
from service.storage.models import Delivery, DeliveryState, Pause, PausedBy, Person

FIRST_RETRY = timedelta(seconds=30)
LAST_RETRY = timedelta(minutes=30)
# An address that refuses mail for good on three days of mail in a row, none accepted in between, gets no more
# until its person confirms again or writes to us.
MOST_REFUSALS = 3
_KEPT = 500  # characters of an error


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one delivery; `refused` where its address does not exist or takes no mail.

    Queued again, it waits longer each time, or as long as `wait` says where it was no attempt of its own.
    """

    section: Section
    state: DeliveryState
    error: str = ""
    refused: bool = False
    crashed: bool = False
    wait: timedelta | None = None


def backoff(attempts: int) -> timedelta:
    """Return how long a mail waits after so many attempts; the jitter keeps a server from being stormed."""
    wait: timedelta = min(FIRST_RETRY * 2 ** min(max(attempts - 1, 0), 10), LAST_RETRY)
    return jittered(wait)


def jittered(wait: timedelta) -> timedelta:
    """Return a wait, a fifth longer or shorter."""
    return wait * random.uniform(0.8, 1.2)  # noqa: S311


def settle(session: Session, fates: Iterable[Fate], now: datetime) -> None:
    """Write down what became of mails, each in a state that is final, or queued again."""
    # In one order everywhere, so that two workers can't wait for each other.
    for fate in sorted(fates, key=lambda fate: fate.section.delivery.goal_id):
        if fate.state is DeliveryState.QUEUED:
            _queue_again(session, fate, now)
        elif _ended(session, fate):
            _excuse(session, fate)
        if fate.refused:
            _refused(session, fate, now)


def release(session: Session, ids: Iterable[int], until: datetime, error: str = "") -> None:
    """Queue mails that we still hold again, for a reason that is not theirs: it is no attempt."""
    session.execute(
        update(Delivery)
        .where(Among(Delivery.id, ids), looked_at(Delivery.state) == DeliveryState.SENDING)
        .values(
            state=DeliveryState.QUEUED,
            lease_until=until,
            error=error[:_KEPT],
            attempts=Delivery.attempts - 1,
        )
        .execution_options(synchronize_session=False)
    )


def accepted_again(session: Session, person_ids: Iterable[int]) -> None:
    """Forget the refusals of addresses that took a mail."""
    session.execute(
        update(Person)
        .where(Among(Person.id, sorted(person_ids)))
        .values(refusals=0)
        .execution_options(synchronize_session=False)
    )


def _queue_again(session: Session, fate: Fate, now: datetime) -> None:
    row = fate.section.delivery
    wait = backoff(row.attempts) if fate.wait is None else jittered(fate.wait)
    session.execute(
        update(Delivery)
        .where(Delivery.id == row.id, Delivery.state == DeliveryState.SENDING)
        .values(
            state=DeliveryState.QUEUED,
            lease_until=now + wait,
            error=fate.error[:_KEPT],
            attempts=Delivery.attempts - int(fate.wait is not None),
            crashes=Delivery.crashes + int(fate.crashed),
        )
        .execution_options(synchronize_session=False)
    )


def _ended(session: Session, fate: Fate) -> bool:
    changed = session.execute(
        update(Delivery)
        .where(Delivery.id == fate.section.delivery.id, Delivery.state.in_(MARKABLE))
        .values(state=fate.state, error=fate.error[:_KEPT])
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    )
    return bool(changed.all())


_WHOSE = {
    DeliveryState.DROPPED: PausedBy.US,
    DeliveryState.PARKED: PausedBy.US,
    DeliveryState.FAILED: PausedBy.REFUSED,
}


def _excuse(session: Session, fate: Fate) -> None:
    """Make the day neutral whose step did not arrive."""
    row = fate.section.delivery
    if fate.state in _WHOSE and row.kind in KINDS and KINDS[row.kind] in STEP_KINDS:
        by = _WHOSE[fate.state]
        session.add(Pause(goal_id=row.goal_id, first_day=row.day, last_day=row.day, by=by))


def _refused(session: Session, fate: Fate, now: datetime) -> None:
    """Count a day on which an address refused mail, once; after three in a row it is not tried any more."""
    person_id = fate.section.delivery.goal.person_id
    person = session.get_one(Person, person_id, with_for_update={"key_share": True})
    today = local_day(now, person.zone)  # an answer may be about a day before
    if person.refused_on == today:
        return
    person.refusals, person.refused_on = person.refusals + 1, today
    if person.refusals >= MOST_REFUSALS:
        suppress(session, person, now)

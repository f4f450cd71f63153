"""A mail of ours came back: its day is neutral, and an address that takes no mail gets no more."""

import logging
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import or_, select, update

from service.actions.outbox import Outbox
from service.actions.suppression import suppress
from service.domain.bounce import WINDOW, Sent, Severity, hopeless
from service.domain.schedule import local_day
from service.mail.bounces import Returned
from service.mail.kinds import STEP_KINDS
from service.storage import queries
from service.storage.models import Delivery, Goal, Pause, PausedBy, Person

log = logging.getLogger(__name__)

_STEPS = [kind.name for kind in STEP_KINDS]


def bounced(outbox: Outbox, delivery_id: int, returned: Returned) -> str:
    """Note that a mail came back, once; return what that was, in a few words."""
    rows = _rows(outbox, delivery_id)
    if not rows:
        return "a bounce of a mail that is no more"
    lead = next((row for row in rows if row.id == delivery_id), rows[0])
    goals = outbox.session.scalars(
        select(Goal)
        .where(Goal.id.in_([row.goal_id for row in rows]))
        .order_by(Goal.id)
        .with_for_update(of=Goal)
    ).all()
    if not _first(outbox, lead.id, returned.severity):
        return "a bounce that was counted already"
    if returned.severity is Severity.POLICY:
        log.warning("a mail was refused for what we are or wrote: %s", returned.status or "no status")
    _excuse(outbox, rows, returned.severity)
    _give_up(outbox, goals[0].person)
    return f"{returned.severity} bounce"


def _rows(outbox: Outbox, delivery_id: int) -> Sequence[Delivery]:
    """Return the deliveries that went in one mail."""
    same = or_(Delivery.id == delivery_id, Delivery.lead_id == delivery_id)
    return outbox.session.scalars(select(Delivery).where(same).order_by(Delivery.id)).all()


def _first(outbox: Outbox, delivery_id: int, severity: Severity) -> bool:
    changed = outbox.session.execute(
        update(Delivery)
        .where(Delivery.id == delivery_id, Delivery.bounced == "")
        .values(bounced=severity.value)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    )
    return bool(changed.all())


def _excuse(outbox: Outbox, rows: Sequence[Delivery], severity: Severity) -> None:
    """Make the days neutral whose step did not arrive, whoever is to blame."""
    by = PausedBy.US if severity is Severity.POLICY else PausedBy.REFUSED
    for row in rows:
        if row.kind in _STEPS:
            span = Pause(goal_id=row.goal_id, first_day=row.day, last_day=row.day, by=by)
            outbox.session.add(span)
    outbox.session.flush()


def _give_up(outbox: Outbox, person: Person) -> None:
    """Write no more where the rule says so; counted from the outbox each time, so nothing can drift."""
    queries.person(outbox.session, person.id, for_update=True)
    signs = select(Goal.signed_on).where(Goal.person_id == person.id, Goal.signed_on.is_not(None))
    signed_on = max((day for day in outbox.session.scalars(signs) if day is not None), default=None)
    if hopeless(_sent(outbox, person), signed_on, local_day(outbox.now, person.zone)):
        suppress(outbox.session, person, outbox.now)


def _sent(outbox: Outbox, person: Person) -> list[Sent]:
    """Return the mails of the last weeks that left, and how they came back."""
    since = outbox.now - WINDOW - timedelta(days=1)
    went = or_(Delivery.sent_at.is_not(None), Delivery.bounced != "")
    rows = outbox.session.execute(
        select(Delivery.sent_at, Delivery.created_at, Delivery.bounced)
        .join(Goal, Goal.id == Delivery.goal_id)
        .where(Goal.person_id == person.id, Delivery.lead_id.is_(None), Delivery.created_at > since, went)
    ).all()
    days = [local_day(row.sent_at or row.created_at, person.zone) for row in rows]
    severities = [Severity(row.bounced) if row.bounced else None for row in rows]
    return list(map(Sent, days, severities))

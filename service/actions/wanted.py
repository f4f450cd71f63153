"""Whether a delivery is still wanted when it is about to be sent: a rule for each kind of mail."""

from collections.abc import Callable
from datetime import datetime

from service.domain.chain import Mark
from service.domain.facts import Facts
from service.domain.schedule import local_day
from service.mail.kinds import ANSWER, ASKING, CONFIRM, DAILY, KINDS, OFFER, RESTING
from service.storage.models import Delivery, DeliveryState, GoalState

_TAKEN = (Mark.DONE, Mark.SKIPPED, Mark.PAUSED)


def verdict(delivery: Delivery, facts: Facts, now: datetime) -> DeliveryState | None:
    """Return why a delivery must not go out any more, or None where it is still wanted."""
    kind = KINDS[delivery.kind]
    if kind.lives is not None and now - delivery.created_at > kind.lives:
        return DeliveryState.DROPPED
    if delivery.goal.person.suppressed_at is not None and kind not in (CONFIRM, OFFER):
        return DeliveryState.UNWANTED
    if not _WANTED[kind.name](delivery, facts):
        return DeliveryState.UNWANTED
    late = kind.lives is None and local_day(now, delivery.goal.person.zone) > delivery.day
    return DeliveryState.DROPPED if late else None


def _step(delivery: Delivery, facts: Facts) -> bool:
    return _active(delivery) and facts.mark(delivery.day) not in _TAKEN


def _resting(delivery: Delivery, _facts: Facts) -> bool:
    return _active(delivery) and delivery.goal.next_due_at is None


def _asked(delivery: Delivery, _facts: Facts) -> bool:
    return delivery.goal.state == GoalState.PENDING


def _answer(delivery: Delivery, _facts: Facts) -> bool:
    return delivery.goal.person.left_at is None or delivery.payload["answer"] == "left"


def _active(delivery: Delivery) -> bool:
    return delivery.goal.person.left_at is None and delivery.goal.state == GoalState.ACTIVE


_WANTED: dict[str, Callable[[Delivery, Facts], bool]] = {
    DAILY.name: _step,
    ASKING.name: _step,
    RESTING.name: _resting,
    CONFIRM.name: _asked,
    OFFER.name: _asked,
    ANSWER.name: _answer,
}

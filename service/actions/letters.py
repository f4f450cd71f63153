"""Turn a delivery into a letter: the values that its template asks for, as they are when it is sent."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from service.domain.chain import Ledger, chain, drawn, previous_mark
from service.domain.commands import COMMANDS
from service.domain.schedule import local_day
from service.links import Purpose
from service.mail import drawing
from service.mail.compose import Letter, Sender
from service.mail.kinds import ANSWER, CONFIRM, DAILY, KINDS, OFFER
from service.storage.models import Delivery

LINK_LIVES = timedelta(days=3)


def long_day(day: date) -> str:
    """Return a day in words, such as `Saturday 21 November`."""
    return f"{day:%A} {day.day} {day:%B}"


def letter(delivery: Delivery, ledger: Ledger, sender: Sender, now: datetime) -> Letter:
    """Return the letter of a delivery."""
    goal, payload = delivery.goal, delivery.payload
    kind = KINDS[delivery.kind]
    today = local_day(now, goal.person.zone)
    days = drawn(ledger, today) if kind in (DAILY, ANSWER) else []
    return Letter(
        kind=kind,
        to=goal.person.email,
        person_id=goal.person_id,
        goal_id=goal.id,
        day=delivery.day,
        delivery_id=delivery.id,
        message_id=delivery.message_id,
        values=_VALUES[kind.name](delivery, ledger, sender, now),
        text={"drawing": drawing.as_text(days)},
        html={"drawing": drawing.as_html(days)},
        in_reply_to=payload.get("in_reply_to", ""),
        references=payload.get("references", ""),
    )


def _asking(delivery: Delivery, _ledger: Ledger, sender: Sender, now: datetime) -> dict[str, Any]:
    expires = int((now + LINK_LIVES).timestamp())
    return {"confirm_url": sender.url(Purpose.CONFIRM, delivery.goal_id, expires)}


def _daily(delivery: Delivery, ledger: Ledger, sender: Sender, _now: datetime) -> dict[str, Any]:
    goal, day = delivery.goal, delivery.day
    return {
        "goal": goal.title,
        "step": goal.step,
        "first": day == goal.starts_on,
        "yesterday": previous_mark(ledger, day).value,
        "chain": asdict(chain(ledger, day)),
        "done_url": sender.url(Purpose.DONE, goal.id, day.toordinal()),
        "leave_url": sender.url(Purpose.UNSUBSCRIBE, goal.person_id),
    }


def _answer(delivery: Delivery, ledger: Ledger, _sender: Sender, now: datetime) -> dict[str, Any]:
    goal, payload = delivery.goal, delivery.payload
    today = local_day(now, goal.person.zone)
    return {
        "answer": payload["answer"],
        "args": payload.get("args", {}),
        "subject": payload.get("subject", "your step"),
        "goal": goal.title,
        "step": goal.step,
        "send_at": f"{goal.send_at:%H:%M}",
        "day": "today" if delivery.day == today else long_day(delivery.day),
        "chain": asdict(chain(ledger, today)),
        "active": goal.state == "active",
        "returns": _returns(delivery, today),
        "commands": [(row.usage, row.does) for row in COMMANDS],
    }


def _returns(delivery: Delivery, today: date) -> str:
    """Return in words when the next daily mail comes; empty where none is planned."""
    goal = delivery.goal
    if goal.next_due_at is None:
        return ""
    day = local_day(goal.next_due_at, goal.person.zone)
    nearby = {0: "today", 1: "tomorrow"}
    return nearby.get((day - today).days, f"on {long_day(day)}")


_VALUES: dict[str, Callable[[Delivery, Ledger, Sender, datetime], dict[str, Any]]] = {
    CONFIRM.name: _asking,
    OFFER.name: _asking,
    DAILY.name: _daily,
    ANSWER.name: _answer,
}

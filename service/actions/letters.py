"""Turn a delivery into a letter: the values that its template asks for, as they are when it is sent."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from markupsafe import Markup

from service.actions.sections import Section, climb_values, section_values, stage_values
from service.domain.chain import chain, drawn
from service.domain.command import Verb
from service.domain.commands import COMMANDS
from service.domain.moments import milestone
from service.domain.schedule import local_day, mask_to_weekdays
from service.domain.sizes import Direction
from service.domain.spoken import long_day, nearby_day, on_days
from service.domain.text import shortened
from service.links import Purpose
from service.mail import drawing
from service.mail.compose import Letter, Sender
from service.mail.kinds import ANSWER, ASKING, CONFIRM, DAILY, KINDS, OFFER, RESTING
from service.storage.models import Delivery, Goal, GoalState

LINK_LIVES = timedelta(days=3)
_DRAWN = (DAILY, ANSWER)


def letter(
    sections: Sequence[Section], sender: Sender, now: datetime, lead: Delivery | None = None
) -> Letter:
    """Return the letter of one delivery, or of several that go together.

    The `lead` gives it its identity, whether or not it has a section itself (its goal may be done already).
    """
    delivery = sections[0].delivery
    goal, lead = delivery.goal, lead or delivery
    kind = KINDS[delivery.kind]
    drawings = [_drawn(section, now) for section in sections] if kind in _DRAWN else []
    return Letter(
        kind=kind,
        to=goal.person.email,
        person_id=goal.person_id,
        goal_id=goal.id,
        day=delivery.day,
        delivery_id=lead.id,
        message_id=lead.message_id,
        values=_VALUES[kind.name](sections, sender, now),
        text={"drawings": [text for text, _ in drawings]},
        html={"drawings": [html for _, html in drawings]},
        in_reply_to=delivery.payload.get("in_reply_to", ""),
        references=delivery.payload.get("references", ""),
    )


def _drawn(section: Section, now: datetime) -> tuple[str, Markup]:
    days = drawn(section.record.ledger, local_day(now, section.delivery.goal.person.zone))
    return drawing.as_text(days), drawing.as_html(days)


def _asking_to_confirm(sections: Sequence[Section], sender: Sender, now: datetime) -> dict[str, Any]:
    expires = int((now + LINK_LIVES).timestamp())
    return {"confirm_url": sender.url(Purpose.CONFIRM, sections[0].delivery.goal_id, expires)}


def _daily(sections: Sequence[Section], sender: Sender, _now: datetime) -> dict[str, Any]:
    told = [section_values(section, sender) for section in sections]
    _one_aside(sections, told)
    return {
        "subject": _subject([values["step"] for values in told]),
        "sections": told,
        "words": told[0]["words"] if len(told) == 1 else _words_for_many(told),
        "leave_url": sender.url(Purpose.UNSUBSCRIBE, sections[0].delivery.goal.person_id),
    }


def _one_aside(sections: Sequence[Section], told: Sequence[dict[str, Any]]) -> None:
    """Leave one idea in a mail of several goals, and tell no milestone within a week of another goal's."""
    week = [sections[0].delivery.day - timedelta(days=back) for back in range(1, 7)]
    ledgers = [section.record.ledger for section in sections]
    lately = len(sections) > 1 and any(milestone(ledger, day) for ledger in ledgers for day in week)
    free = True
    for values in told:
        if values["aside"] == "asking":
            continue
        if not free or (lately and values["aside"] == "milestone"):
            values["aside"] = ""
        free = free and not values["aside"]


def _words_for_many(told: Sequence[dict[str, Any]]) -> list[str]:
    """Return the reply words of use today, with the number of the step where they need one."""
    chosen = ("grow", "stay", "keep", "back")
    own = [f"{word} {at}" for at, values in enumerate(told, 1) for word in values["words"] if word in chosen]
    return ["done", "done 1", "skip 2", *(own or ["smaller 1"]), "pause 3 days"]


def _subject(steps: Sequence[str]) -> str:
    if len(steps) == 1:
        return steps[0]
    return " + ".join(shortened(step, 140 // len(steps)) for step in steps)


def _asking(sections: Sequence[Section], sender: Sender, _now: datetime) -> dict[str, Any]:
    return {
        "sections": [section_values(section, sender) for section in sections],
        "leave_url": sender.url(Purpose.UNSUBSCRIBE, sections[0].delivery.goal.person_id),
    }


def _resting(sections: Sequence[Section], sender: Sender, _now: datetime) -> dict[str, Any]:
    return {
        "sections": [_rested(section, sender) for section in sections],
        "leave_url": sender.url(Purpose.UNSUBSCRIBE, sections[0].delivery.goal.person_id),
    }


def _rested(section: Section, sender: Sender) -> dict[str, Any]:
    goal, day = section.delivery.goal, section.delivery.day
    return {
        "goal": goal.title,
        "total": chain(section.record.ledger, day).total,
        "resume_url": sender.url(Purpose.RESUME, goal.id, day.toordinal()),
    }


def _answer(sections: Sequence[Section], sender: Sender, now: datetime) -> dict[str, Any]:
    (section,) = sections
    delivery, record = section.delivery, section.record
    goal, payload = delivery.goal, delivery.payload
    today = local_day(now, goal.person.zone)
    status = payload["answer"] == Verb.STATUS
    return {
        "answer": payload["answer"],
        "args": {"steps": [], "tiny": "", "days": "", **payload.get("args", {})},
        "subject": payload.get("subject", "your step"),
        "goal": goal.title,
        "step": goal.step,
        "send_at": f"{goal.send_at:%H:%M}",
        "zone": goal.person.zone.replace("_", " "),
        "days": on_days(mask_to_weekdays(goal.weekdays)),
        "day": "today" if delivery.day == today else long_day(delivery.day),
        "chain": asdict(chain(record.ledger, today)),
        "active": goal.state == GoalState.ACTIVE,
        "returns": _returns(goal, now),
        "resume_url": sender.url(Purpose.RESUME, goal.id, today.toordinal()),
        "commands": [(row.usage, row.does) for row in COMMANDS if row.usage],
        "less": goal.direction == Direction.LESS,
        "climb": climb_values(record, today, goal) if status else None,
        "stages": stage_values(record, today) if status else [],
    }


def _returns(goal: Goal, now: datetime) -> str:
    """Return in words when the next daily mail comes; empty where none is planned."""
    if goal.next_due_at is None:
        return ""
    zone = goal.person.zone
    return nearby_day(local_day(goal.next_due_at, zone), local_day(now, zone))


_VALUES: dict[str, Callable[[Sequence[Section], Sender, datetime], dict[str, Any]]] = {
    CONFIRM.name: _asking_to_confirm,
    OFFER.name: _asking_to_confirm,
    DAILY.name: _daily,
    ASKING.name: _asking,
    RESTING.name: _resting,
    ANSWER.name: _answer,
}

"""Turn a delivery into a letter: the values that its template asks for, as they are when it is sent."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from service.actions.sections import Aside, Section, chain_values, climb_values, section_values, stage_values
from service.domain.command import Verb
from service.domain.commands import COMMANDS
from service.domain.record import Record
from service.domain.schedule import local_day, mask_to_weekdays
from service.domain.sizes import Direction
from service.domain.spoken import long_day, nearby_day, on_days
from service.domain.text import shortened
from service.links import Purpose
from service.mail.compose import Letter, Sender
from service.mail.drawing import Drawing
from service.mail.kinds import ANSWER, ASKING, CONFIRM, DAILY, KINDS, OFFER, RESTING
from service.mail.slots import Fixed
from service.storage.models import Delivery, Goal, GoalState

LINK_LIVES = timedelta(days=3)


def letter(
    sections: Sequence[Section], sender: Sender, now: datetime, lead: Delivery | None = None
) -> Letter:
    """Return the letter of one delivery, or of several that go together.

    The `lead` gives it its identity, whether or not it has a section itself (its goal may be done already).
    """
    delivery = sections[0].delivery
    goal, lead = delivery.goal, lead or delivery
    kind = KINDS[delivery.kind]
    return Letter(
        kind=kind,
        to=goal.person.email,
        person_id=goal.person_id,
        goal_id=goal.id,
        day=delivery.day,
        delivery_id=lead.id,
        message_id=lead.message_id,
        values=_VALUES[kind.name](sections, sender, now),
        in_reply_to=delivery.payload.get("in_reply_to", ""),
        references=delivery.payload.get("references", ""),
    )


def _drawn(section: Section, now: datetime) -> Drawing:
    return Drawing(section.record.drawn(local_day(now, section.delivery.goal.person.zone)))


def _asking_to_confirm(sections: Sequence[Section], sender: Sender, now: datetime) -> dict[str, Any]:
    expires = int((now + LINK_LIVES).timestamp())
    return {"confirm_url": sender.url(Purpose.CONFIRM, sections[0].delivery.goal_id, expires)}


def _daily(sections: Sequence[Section], sender: Sender, now: datetime) -> dict[str, Any]:
    told = [section_values(section, sender) for section in sections]
    _one_aside(sections, told)
    _one_excuse(told)
    return {
        "subject": _subject([values["step"] for values in told]),
        "sections": told,
        "drawings": [_drawn(section, now) for section in sections],
        "words": told[0]["words"] if len(told) == 1 else _words_for_many(told),
        "leave_url": sender.url(Purpose.UNSUBSCRIBE, sections[0].delivery.goal.person_id),
    }


def _one_aside(sections: Sequence[Section], told: Sequence[dict[str, Any]]) -> None:
    """Leave one idea in a mail of several goals, and tell no milestone within a week of another goal's."""
    day = sections[0].delivery.day
    lately = len(sections) > 1 and any(section.record.told_lately(day) for section in sections)
    free = True
    for values in told:
        if values["aside"] is Aside.ASKING:
            continue
        if not free or (lately and values["aside"] is Aside.MILESTONE):
            values["aside"] = Aside.NONE
        free = free and not values["aside"]


def _one_excuse(told: Sequence[dict[str, Any]]) -> None:
    """Say once that a mail of ours was late, however many goals stood in it."""
    for values in [values for values in told if values["our_fault"]][1:]:
        values["our_fault"] = False


def _words_for_many(told: Sequence[dict[str, Any]]) -> list[Fixed]:
    """Return the reply words of use today, with the number of the step where they need one."""
    chosen = ("grow", "stay", "keep", "back")
    own = [f"{word} {at}" for at, values in enumerate(told, 1) for word in values["words"] if word in chosen]
    return list(map(Fixed, ("done", "done 1", "skip 2", *(own or ["smaller 1"]), "pause 3 days")))


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
    total = section.record.chain(day).total
    return {
        "goal": goal.title,
        "total": str(total),
        "several": total > 1,
        "resume_url": sender.url(Purpose.RESUME, goal.id, day.toordinal()),
    }


def _answer(sections: Sequence[Section], sender: Sender, now: datetime) -> dict[str, Any]:
    (section,) = sections
    delivery, record = section.delivery, section.record
    goal, payload = delivery.goal, delivery.payload
    today = local_day(now, goal.person.zone)
    status = payload["answer"] == Verb.STATUS
    return {
        "answer": Fixed(payload["answer"]),
        "args": _details(payload.get("args", {})),
        "subject": payload.get("subject", "your step"),
        "goal": goal.title,
        "step": goal.step,
        "send_at": f"{goal.send_at:%H:%M}",
        "zone": goal.person.zone.replace("_", " "),
        "days": on_days(mask_to_weekdays(goal.weekdays)),
        "day": "today" if delivery.day == today else long_day(delivery.day),
        "chain": chain_values(record.chain(today)),
        "drawings": [_drawn(section, now)],
        "active": goal.state == GoalState.ACTIVE,
        "returns": _returns(goal, now),
        "resume_url": sender.url(Purpose.RESUME, goal.id, today.toordinal()),
        "sign_up_url": f"{sender.base_url}/",
        "commands": _COMMANDS if payload["answer"] == Verb.HELP else (),
        "less": goal.direction == Direction.LESS,
        "climb": climb_values(record, today, goal) if status else None,
        "stages": stage_values(record, today) if status and isinstance(record, Record) else [],
    }


_COMMANDS = tuple((Fixed(row.usage), Fixed(row.does)) for row in COMMANDS if row.usage)


def _details(args: dict[str, Any]) -> dict[str, Any]:
    """Return an answer's details for its template, which asks about the direction of a change."""
    details = {"steps": [], "tiny": "", "days": "", "before": "", **args}
    return {**details, "direction": Fixed(args["direction"])} if "direction" in args else details


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

"""Answer a reply in its thread, unless that would be once too often."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from service.actions.answers import SILENCE, Answer
from service.actions.check_in import Day
from service.actions.outbox import Outbox
from service.domain.answering import DAY, Given, kept_back
from service.mail.compose import header_text
from service.mail.inbound import Incoming
from service.mail.kinds import ANSWER
from service.storage.models import Delivery, Goal


@dataclass(frozen=True, slots=True)
class Asked:
    """What is answered: the day of the mail of ours that was replied to, the reply, and its number."""

    day: Day
    incoming: Incoming
    ref: str


def give(outbox: Outbox, asked: Asked, answer: Answer, about: Day | None = None) -> str:
    """Put an answer into the outbox, in its thread; it is about the mail's own goal if about no other.

    Returns why there is none, in a few words, or an empty string.
    """
    if answer.name == SILENCE.name:
        return "no answer wanted"
    goal, day = (about or asked.day).goal, asked.day.day
    said = Given(answer.name, answer.args, goal.id, day)
    why = kept_back(said, outbox.now, _given(outbox, goal.person_id))
    if why:
        return f"not answered: {why}"
    outbox.put(goal, day, ANSWER, ref=asked.ref, payload=_payload(asked.incoming, goal, answer))
    return ""


def _given(outbox: Outbox, person_id: int) -> Sequence[tuple[Given, datetime]]:
    """Return the answers of the last 24 hours to a person, sent or about to be."""
    goals = select(Goal.id).where(Goal.person_id == person_id)
    rows = outbox.session.execute(
        select(Delivery.payload, Delivery.goal_id, Delivery.day, Delivery.created_at)
        .where(
            Delivery.goal_id.in_(goals),
            Delivery.kind == ANSWER.name,
            Delivery.created_at > outbox.now - DAY,
        )
        .order_by(Delivery.id)
    )
    return [
        (
            Given(row.payload.get("answer", ""), row.payload.get("args", {}), row.goal_id, row.day),
            row.created_at,
        )
        for row in rows
    ]


def _payload(incoming: Incoming, goal: Goal, answer: Answer) -> dict[str, Any]:
    """Return what the answer mail will be composed from: the sentence, and where in the thread it belongs."""
    return {"answer": answer.name, "args": answer.args, **thread(incoming, goal.step)}


def thread(incoming: Incoming, otherwise: str) -> dict[str, str]:
    """Return where in its thread the answer to a mail belongs; `otherwise` where that has no subject."""
    subject = header_text(incoming.subject)
    while subject.lower().startswith("re:"):
        subject = subject[3:].lstrip()
    return {
        "subject": subject or otherwise,
        "in_reply_to": incoming.message_id,
        "references": " ".join(part for part in (incoming.references, incoming.message_id) if part),
    }

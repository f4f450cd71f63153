"""Gather what mails are made of: deliveries, the records of their goals, and words that come back today."""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy.orm import Session

from service.actions.sections import Section
from service.domain.moments import Memory, memory
from service.mail.kinds import DAILY
from service.storage import queries
from service.storage.records import records, words_of


def gather(session: Session, ids: Iterable[int]) -> list[list[Section]]:
    """Return the sections of each of these mails, its lead first; the same few queries for any number."""
    leads = queries.deliveries(session, ids)
    rows = (*leads, *queries.joined(session, [row.id for row in leads]))
    found = records(session, [row.goal for row in rows])
    sections = _with_memories(session, [Section(row, found[row.goal_id]) for row in rows])
    by_lead: dict[int, list[Section]] = {}
    for section in sections:
        by_lead.setdefault(section.delivery.lead_id or section.delivery.id, []).append(section)
    return list(by_lead.values())


def _with_memories(session: Session, sections: list[Section]) -> list[Section]:
    """Add the words of the past that come back today, read in one go for all goals."""
    found = {
        section.delivery.goal_id: remembered
        for section in sections
        if section.delivery.kind == DAILY.name and (remembered := _memory(section)) is not None
    }
    words = words_of(session, {goal_id: one.day for goal_id, one in found.items()}) if found else {}
    return [
        replace(section, memory=(found[goal_id].ago, " · ".join(words[goal_id])))
        if (goal_id := section.delivery.goal_id) in words and section.delivery.kind == DAILY.name
        else section
        for section in sections
    ]


def _memory(section: Section) -> Memory | None:
    starts = section.delivery.goal.starts_on
    written = section.record.written
    return memory(written, starts, section.delivery.day) if starts is not None and written else None

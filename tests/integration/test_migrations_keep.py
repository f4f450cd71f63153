"""A database of the release before goes to the newest schema with its rows, and its workers may run on."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, MetaData, Table, select

from service.storage.models import CheckIn, Delivery, Goal, Improvement, Person, StepChange
from service.storage.session import Storage
from service.storage.upgrade import config, upgrade
from tests.integration.test_migrations import differences, empty, empty_url, versions

__all__ = ["empty", "empty_url"]  # fixtures

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = date(2026, 3, 2)
# As the first release wrote them, oldest table first.
ROWS: Sequence[tuple[str, dict[str, Any]]] = (
    (
        "person",
        {
            "email": "ann@example.org",
            "zone": "Europe/Berlin",
            "created_at": NOW,
            "confirmed_at": NOW,
            "left_at": None,
        },
    ),
    (
        "goal",
        {
            "person_id": 1,
            "title": "Write a book",
            "step": "Write 1 sentence",
            "direction": "more",
            "send_at": time(8),
            "weekdays": 127,
            "strict": False,
            "state": "active",
            "created_at": NOW,
            "starts_on": DAY,
            "next_due_at": NOW,
            "zone": "Europe/Berlin",
        },
    ),
    ("step_change", {"goal_id": 1, "day": DAY, "at": NOW, "step": "Write 1 sentence"}),
    (
        "check_in",
        {"goal_id": 1, "day": DAY, "outcome": "done", "via": "link", "at": NOW, "note": "é✓ \U0001f642"},
    ),
    ("pause", {"goal_id": 1, "first_day": DAY, "last_day": DAY, "by": "us"}),
    (
        "delivery",
        {
            "goal_id": 1,
            "day": DAY,
            "kind": "daily",
            "ref": "",
            "message_id": "<1@kaizen.example.org>",
            "payload": {"some": "thing"},
            "state": "sent",
            "lease_until": NOW,
            "attempts": 1,
            "created_at": NOW,
            "sent_at": NOW,
            "error": "",
        },
    ),
)


def tables(connection: Connection) -> MetaData:
    """Return the tables as they are in the database."""
    found = MetaData()
    found.reflect(connection)
    return found


def to_first(storage: Storage) -> dict[str, Table]:
    """Bring an empty database to the first release's schema; return its tables."""
    with storage.engine.execution_options(kaizen_writes=True).begin() as connection:
        command.upgrade(config(connection), "0001")
        return dict(tables(connection).tables)


def insert_old(storage: Storage, found: dict[str, Table], **other: dict[str, Any]) -> None:
    """Insert the rows as the first release did, with other values where two must differ."""
    with storage.engine.execution_options(kaizen_writes=True).begin() as connection:
        for name, row in ROWS:
            connection.execute(found[name].insert().values({**row, **other.get(name, {})}))


def test_an_upgrade_from_the_first_release_keeps_every_row(empty: Storage) -> None:
    first = to_first(empty)
    assert "improvement" not in first
    assert "signed_on" not in first["goal"].c
    insert_old(empty, first)
    with empty.engine.connect() as connection:
        before = {name: connection.execute(select(first[name])).mappings().one() for name, _ in ROWS}
    upgrade(empty)
    assert versions(empty) != ["0001"]
    assert differences(empty) == []
    with empty.engine.connect() as connection:
        for name, row in before.items():
            assert connection.execute(select(first[name])).mappings().one() == row, name


def test_rows_of_the_first_release_read_as_goals_without_signs_and_rungs_without_sizes(
    empty: Storage,
) -> None:
    insert_old(empty, to_first(empty))
    upgrade(empty)
    with empty.read() as session:
        goal, rung, done = (session.scalars(select(model)).one() for model in (Goal, StepChange, CheckIn))
        assert (goal.grows, goal.leap, goal.asked) == (False, False, 0)
        assert (goal.signed_on, goal.full_from, goal.rests_until) == (None, None, None)
        assert (rung.amount, rung.unit, rung.weekdays, rung.why, rung.versions) == (None, "", None, "", None)
        assert (done.version, done.amount, done.unit, done.note) == ("", None, "", "é✓ \U0001f642")
        assert not session.scalars(select(Person)).one().quiet
        assert session.scalars(select(Delivery)).one().lead_id is None
        assert session.scalars(select(Improvement)).all() == []


@pytest.mark.parametrize("rows_before", [False, True])
def test_a_worker_of_the_first_release_can_still_insert_after_the_upgrade(
    empty: Storage, rows_before: bool
) -> None:
    first = to_first(empty)
    if rows_before:
        insert_old(empty, first)
    upgrade(empty)
    second = 2 if rows_before else 1
    insert_old(
        empty,
        first,
        person={"email": "bob@example.org"},
        goal={"person_id": second},
        **{name: {"goal_id": second} for name in ("step_change", "check_in", "pause")},
        delivery={"goal_id": second, "message_id": "<2@kaizen.example.org>"},
    )
    with empty.read() as session:
        assert len(session.scalars(select(Goal)).all()) == second
        assert session.scalars(select(CheckIn.version)).all() == [""] * second

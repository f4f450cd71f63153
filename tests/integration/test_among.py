"""Rows that are asked for by their ids are found by them, however many others wait."""

import sqlite3
from datetime import UTC, datetime

import pytest
from sqlalchemy import event

from service.storage import queries
from service.storage.marks import Marks
from service.storage.session import Storage
from tests.integration.crowd import due_mails

NOW = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize("storage", ["sqlite"], indirect=True)
def test_marking_and_leasing_look_rows_up_by_id(storage: Storage) -> None:
    ids, asked = due_mails(storage, 3, NOW), []

    @event.listens_for(storage.engine, "before_cursor_execute")
    def _note(_c: object, _cursor: object, statement: str, values: object, *_: object) -> None:
        asked.append((statement, values))

    with storage.write() as session:
        queries.lease(session, ids, NOW, NOW)
    event.remove(storage.engine, "before_cursor_execute", _note)
    marks = Marks(storage)
    asked.append((marks._mark.sql, marks._mark._arguments({"ids": ids, "at": NOW})))
    marks.close()
    updates = [(statement, values) for statement, values in asked if statement.startswith("UPDATE delivery")]
    assert len(updates) == 2
    with sqlite3.connect(str(storage.engine.url.database)) as database:
        for statement, values in updates:
            (first, *_) = database.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
            assert "USING INTEGER PRIMARY KEY" in first[3], first

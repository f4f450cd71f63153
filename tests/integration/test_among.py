"""Rows that are asked for by their ids are found by them, however many others wait."""

import sqlite3
from datetime import UTC, datetime

import pytest

from service.storage.leases import LEASE
from service.storage.marks import MARK
from service.storage.session import Storage
from tests.integration.crowd import due_mails

NOW = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize("storage", ["sqlite"], indirect=True)
def test_marking_and_leasing_look_rows_up_by_id(storage: Storage) -> None:
    ids = due_mails(storage, 3, NOW)
    given = {"ids": ids, "at": NOW, "now": NOW, "until": NOW}
    with sqlite3.connect(str(storage.engine.url.database)) as database:
        for question in (LEASE, MARK):
            prepared = question.prepared(storage.engine.dialect)
            statement, values = prepared.sql, prepared.arguments(given)
            (first, *_) = database.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
            assert "USING INTEGER PRIMARY KEY" in first[3], first

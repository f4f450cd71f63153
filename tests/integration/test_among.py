"""Rows that are asked for by their ids are found by them, however many others wait."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from service.storage.asked import Answer, Ask, Reader
from service.storage.leases import LEASE, lease
from service.storage.mailings import mailings
from service.storage.marks import MARK
from service.storage.session import Storage
from service.storage.written import written
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


@pytest.mark.parametrize("storage", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    ("name", "ask", "tables"),
    [
        ("kaizen_lease", lambda ask, ids: lease(ask, ids, NOW, NOW), 1),
        ("kaizen_mailings", mailings, 4),
        ("kaizen_written", lambda ask, ids: written(ask, ids, [NOW.date()]), 2),
        ("kaizen_mark", lambda ask, ids: ask(MARK, {"ids": ids, "at": NOW}), 1),
    ],
)
def test_a_plan_made_for_a_small_table_looks_rows_up_by_id(
    storage: Storage, name: str, ask: Callable[[Ask, list[int]], Answer], tables: int
) -> None:
    ids, reader = due_mails(storage, 3, NOW), Reader(storage)
    ask(reader.ask, ids).wait()
    connection: Any = reader._connection
    with connection.cursor() as cursor:
        cursor.execute("SET plan_cache_mode TO force_generic_plan")
        cursor.execute(
            f"SELECT cardinality(parameter_types) FROM pg_prepared_statements WHERE name = '{name}'"
        )
        ((many,),) = cursor.fetchall()
        cursor.execute(f"EXPLAIN EXECUTE {name}({', '.join(['NULL'] * many)})")
        plan = "\n".join(row[0] for row in cursor.fetchall())
        cursor.execute("RESET plan_cache_mode")
    reader.close()
    assert "Seq Scan" not in plan, plan
    assert plan.count("Index Scan") >= tables

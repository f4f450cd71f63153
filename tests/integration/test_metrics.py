"""What Prometheus gets to see."""

import dataclasses
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event, insert, text
from sqlalchemy.orm import Session

from jobs import queues
from service.actions.tallies import Counts
from service.app import create_app
from service.settings import Settings
from service.storage import figures
from service.storage.models import Delivery, DeliveryState, Goal, Hold
from tests.integration.line import Line
from tests.integration.test_confirm import everything
from tests.world import World

Seen = dict[tuple[str, tuple[tuple[str, str], ...]], float]


@contextmanager
def asking(settings: Settings, depths: Mapping[str, int] | None = None) -> Iterator[FlaskClient]:
    """Run an app of its own."""
    app = create_app(settings, lambda ids: None, queue_depths=lambda: depths or {})
    try:
        yield app.test_client()
    finally:
        app.extensions["kaizen"].storage.close()


def seen(client: FlaskClient, token: str = "") -> Seen:
    """Return every sample by its name and labels."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    response = client.get("/metrics", headers=headers)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


def labelled(samples: Seen, name: str) -> dict[str, float]:
    """Return the samples of one name by the value of their only label."""
    return {labels[0][1]: value for (found, labels), value in samples.items() if found == name}


def alone(samples: Seen, name: str) -> float:
    return samples[(name, ())]


def test_an_empty_service_shows_every_counter_at_zero(world: World) -> None:
    samples = seen(world.client)
    results = labelled(samples, "kaizen_mails_total")
    assert results == dict.fromkeys(("sent", "deferred", "refused", "dropped", "unwanted", "parked"), 0)
    assert labelled(samples, "kaizen_waiting_mails") == {"queued": 0, "sending": 0}
    assert alone(samples, "kaizen_latency_seconds_count") == 0
    assert alone(samples, "kaizen_sending_held") == 0
    assert not any(name == "kaizen_last_tick_seconds" for name, _ in samples)


def test_what_waits_is_counted(world: World) -> None:
    world.start()
    world.sign_up(world.browser(), email="bob@example.org")
    world.time = next(goal.next_due_at for goal in world.rows(Goal) if goal.next_due_at) + timedelta(
        seconds=90
    )
    samples = seen(world.client)
    assert alone(samples, "kaizen_due_goals") == 1
    assert labelled(samples, "kaizen_waiting_mails") == {"queued": 1, "sending": 0}
    assert alone(samples, "kaizen_oldest_due_seconds") > 90
    assert alone(samples, "kaizen_last_tick_seconds") > 90
    world.work()
    samples = seen(world.client)
    assert (alone(samples, "kaizen_due_goals"), alone(samples, "kaizen_oldest_due_seconds")) == (0, 0)
    assert alone(samples, "kaizen_last_tick_seconds") == 0


def test_results_and_latency_are_shown_as_prometheus_counts_them(world: World) -> None:
    counts = Counts()
    counts.note("sent", 3)
    counts.note("refused")
    for seconds in (0.5, 30, 5000):
        counts.took(seconds)
    with world.storage.write() as session:
        counts.write(session)
    samples = seen(world.client)
    results = labelled(samples, "kaizen_mails_total")
    assert (results["sent"], results["refused"], results["parked"]) == (3, 1, 0)
    buckets = {float(le): count for le, count in labelled(samples, "kaizen_latency_seconds_bucket").items()}
    assert buckets == {1: 1, 5: 1, 15: 1, 60: 2, 300: 2, 900: 2, 3600: 2, math.inf: 3}
    assert alone(samples, "kaizen_latency_seconds_count") == 3
    assert alone(samples, "kaizen_latency_seconds_sum") == 5030.5


def test_a_hold_is_shown(world: World) -> None:
    with world.storage.write() as session:
        session.add(
            Hold(name="sending", since=world.time, until=world.time, tries=1, alarm=False, reason="421")
        )
    assert alone(seen(world.client), "kaizen_sending_held") == 1


def test_queues_are_counted_where_redis_answers(settings: Settings) -> None:
    with asking(settings, {"prompt": 2, "bulk": 7}) as client:
        assert labelled(seen(client), "kaizen_queue_depth") == {"prompt": 2, "bulk": 7}
    with asking(settings) as client:
        assert labelled(seen(client), "kaizen_queue_depth") == {}


def test_depths_are_those_of_the_queues(line: Line, tmp_path: Path) -> None:
    assert queues.depths(line.settings) == {"prompt": 0, "bulk": 0}
    line.sign_up()
    queues.wake_deliveries(line.settings, range(queues.BATCH + 1), queues.BULK)
    assert queues.depths(line.settings) == {"prompt": 1, "bulk": 2}
    gone = dataclasses.replace(line.settings, redis_url=f"unix://{tmp_path}/nobody.sock")
    assert queues.depths(gone) == {}


def test_a_database_that_is_down_is_said_in_a_line(settings: Settings) -> None:
    gone = dataclasses.replace(settings, database_url="sqlite:////no/such/folder/kaizen.db")
    with asking(gone) as client:
        response = client.get("/metrics")
        assert (response.status_code, response.text) == (503, "the database does not answer\n")


def test_asking_changes_nothing_and_tells_nobodys_address(world: World) -> None:
    world.start()
    before = everything(world)
    for method in ("GET", "HEAD", "OPTIONS"):
        response = world.client.open("/metrics", method=method)
        assert response.status_code == 200
        assert "@" not in response.text
    assert world.client.post("/metrics").status_code == 405
    assert everything(world) == before


def sent_long_ago(world: World, size: int) -> None:
    """Put so many mails that were sent into the table, as a year leaves them."""
    goal = world.goal()
    rows = [
        {
            "goal_id": goal.id,
            "day": world.time.date(),
            "kind": "daily",
            "ref": str(number),
            "message_id": f"m{number}",
            "payload": {},
            "state": DeliveryState.SENT,
            "lease_until": world.time,
            "created_at": world.time,
        }
        for number in range(size)
    ]
    with world.storage.write() as session:
        session.execute(insert(Delivery), rows)
        session.execute(text("ANALYZE"))


def explained(world: World, count: Callable[[Session], object]) -> str:
    """Return how the database goes about what a function asks."""
    asked: list[tuple[str, Any]] = []
    engine = world.storage.engine

    def keep(_c: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        asked.append((statement, parameters))

    with world.storage.read() as session:
        event.listen(engine, "before_cursor_execute", keep)
        count(session)
        event.remove(engine, "before_cursor_execute", keep)
        (statement, parameters) = asked[-1]
        how = "EXPLAIN" if engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
        rows = session.connection().exec_driver_sql(f"{how} {statement}", parameters)
        return "\n".join(str(row) for row in rows)


def test_mails_that_were_sent_cost_nothing_to_whoever_looks(world: World) -> None:
    world.start()
    sent_long_ago(world, 5000)
    how = explained(world, figures.waiting_mails)
    assert "ix_delivery_state_lease_until" in how
    assert "Seq Scan" not in how
    assert "SCAN delivery" not in how

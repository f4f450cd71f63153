"""The machine's clock is set back and forward while real processes run: no storm, and no mail twice."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from service.storage import queries
from service.storage.session import Storage
from tests.integration.crowd import deliveries
from tests.integration.fire import Fire, fire
from tests.integration.processes import wait_for

pytestmark = pytest.mark.killed

PEOPLE = 40
DAY = 24  # hours


@pytest.fixture
def under(environment: dict[str, str], tmp_path: Path) -> Iterator[Fire]:
    storage = Storage(environment["DATABASE_URL"])
    with fire(storage, environment, tmp_path) as made:
        yield made
    storage.close()


def lived(under: Fire, hours: int) -> int:
    """Start clock and workers with the machine's time set so; return how many mails went out."""
    before = len(under.sink.taken)
    offset = str(float(under.environment["CLOCK_OFFSET_HOURS"]) + hours)
    now = under.moment + timedelta(hours=hours)

    def ticked() -> bool:
        with under.storage.read() as session:
            beat = queries.last_beat(session, "tick")
        return beat is not None and abs(beat - now) < timedelta(hours=1)

    with (
        under.kaizen("worker", CLOCK_OFFSET_HOURS=offset) as pool,
        under.kaizen("clock", CLOCK_OFFSET_HOURS=offset),
    ):
        wait_for(ticked)
        wait_for(lambda: all(row.sent_at for row in deliveries(under.storage)))
        assert pool.end() == 0
    return len(under.sink.taken) - before


def test_a_clock_set_back_and_forward_by_a_day_sends_one_mail_a_day(under: Fire) -> None:
    under.due(PEOPLE)
    sent = [lived(under, hours) for hours in (0, -DAY, DAY, 0)]
    assert sent == [PEOPLE, 0, PEOPLE, 0]
    assert len(deliveries(under.storage)) == 2 * PEOPLE
    under.once(2 * PEOPLE)

"""The short torture: workers are killed at every point of a mail's life. The long one is `make torture`."""

from pathlib import Path

import pytest

from service.storage.session import Storage
from tests.torture.points import Point
from tests.torture.rounds import Ground, Ordeal, Run
from tests.torture.verdict import judged


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("storage", "ordeal"),
    [
        ("sqlite", Ordeal(10, 240, connections=1, workers=5, claimed=True)),
        ("postgresql", Ordeal(10, 240, connections=8, workers=5, claimed=True, pipelining=False)),
    ],
    ids=["sqlite-one-connection", "postgresql-eight-connections"],
    indirect=["storage"],
)
def test_kills_at_every_point_lose_no_mail_and_repeat_at_most_one_a_connection(
    storage: Storage, environment: dict[str, str], database_url: str, ordeal: Ordeal, tmp_path: Path
) -> None:
    run = Run(Ground(storage, {**environment, "DATABASE_URL": database_url}, tmp_path), ordeal)
    run.run()
    tally = judged(run)
    # One of them may die of a kill that came for all; where any comes true, a mail comes twice.
    assert tally.kills[Point.TAKEN] + tally.kills[Point.TOLD]
    assert sum(tally.extras.values())

"""Claiming: what is due becomes deliveries, at ten thousand, a hundred thousand and a million goals.

Everywhere the outbox holds as many old rows, a tenth of the goals is due each minute. Ours and plain SQL
take turns, a batch each, so that a moment of noise or a checkpoint of the database meets both.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from tests.bench import people, ways
from tests.bench.databases import Database, Server
from tests.bench.floors import RawClaim
from tests.bench.table import Result
from tests.bench.timing import seconds

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SIZES = {"10k": (10_000, 4), "100k": (100_000, 1), "1m": (1_000_000, 1)}  # goals, and how often to measure
OLD = 100_000  # deliveries of days before
TURNS = 30  # batches of each, at most


def claim(server: Server) -> Iterator[Result]:
    """Time claims against plain SQL with the same batches, and a million goals against ten thousand."""
    cost = {}
    for name, (goals, times) in SIZES.items():
        measured = [_measured(server, goals) for _ in range(times)]
        ours, raw = (sum(parts) / times for parts in zip(*measured, strict=True))
        cost[name] = ours
        label = "claim_vs_sql" if name == "1m" else f"claim_{name}_vs_sql"
        yield Result(
            label, raw / ours, "plain SQL, same batches", {"a_second": 1 / ours, "floor_a_second": 1 / raw}
        )
    figures = {f"microseconds_at_{name}": 1e6 * each for name, each in cost.items()}
    yield Result("claim_1m_vs_10k", cost["1m"] / cost["10k"], "time a due goal", figures)


def _measured(server: Server, goals: int) -> tuple[float, float]:
    """Return seconds a due goal, ours and in plain SQL."""
    with server.fresh() as database:
        people.fill(database, goals, NOW, history=False, a_minute=goals // 10, old=OLD)
        return _in_turns(database, goals)


def _in_turns(database: Database, goals: int) -> tuple[float, float]:
    raw, taken = RawClaim(database), 0
    ways.claim(database.storage, NOW - timedelta(days=1))  # nothing is due: the first statements get ready
    spent, claimed = [0.0, 0.0], [0, 0]
    for turn in range(min(2 * TURNS, goals // ways.CLAIMED)):
        now = NOW + timedelta(minutes=taken // (goals // 10))
        each: Callable[[datetime], int] = raw.batch if turn % 2 else _ours(database)
        got: list[int] = []
        spent[turn % 2] += seconds(lambda each=each, now=now, got=got: got.append(each(now)))
        claimed[turn % 2] += got[0]
        taken += got[0]
    raw.close()
    assert min(claimed) > 0
    return spent[0] / claimed[0], spent[1] / claimed[1]


def _ours(database: Database) -> Callable[[datetime], int]:
    return lambda now: ways.claim(database.storage, now)[0]

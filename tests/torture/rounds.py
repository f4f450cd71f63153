"""Rounds of killing: real workers and a real clock start, die, and start again twelve minutes later.

Between two rounds only the service's own time moves (CLOCK_OFFSET_HOURS): long enough for every lease of a
dead worker to end, and never past the local midnight, after which a mail would rightly be dropped.
"""

import os
import random
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rq import Worker
from sqlalchemy import func, select

from jobs import queues
from service.domain.schedule import next_due
from service.settings import Settings
from service.storage.marks import MARKABLE
from service.storage.models import Delivery, DeliveryState, Goal
from service.storage.session import Storage
from tests.integration.crowd import claim_all, crowd
from tests.integration.processes import Process, kaizen
from tests.torture.points import BY_ROUND, REST, Plan, Point, planned
from tests.torture.sink import Sink, children, running, serving

BEGINS = 2  # o'clock
STEP = timedelta(minutes=12)  # a lease lasts ten
MOST_ROUNDS = 100  # which take twenty hours
LONGEST = 30.0  # seconds a round
QUIET = 0.7  # seconds without a word
JOBS = 15  # a round, so that every worker gets one
SHARED = 5  # every so manieth person has two goals, in one mail


@dataclass(frozen=True)
class Ordeal:
    """What is done to whom."""

    kills: int = 30
    mails: int = 600
    connections: int = 8
    workers: int = 4
    pipelining: bool = True
    seed: int = 1
    claimed: bool = False  # the mails stand in the outbox already; else the first tick puts them there


@dataclass
class Ground:
    """Where it happens: a database, a Valkey, and a folder for logs."""

    storage: Storage
    environment: dict[str, str]
    folder: Path
    settings: Settings = field(init=False)

    def __post_init__(self) -> None:
        self.settings = Settings.from_env(self.environment)

    def working(self) -> bool:
        """Tell whether a job waits, or a living worker has one in hand."""
        if any(queues.depths(self.settings).values()):
            return True
        redis = queues.connection(queues.redis_url(self.settings))
        return any(
            one.get_state() == "busy" and running(one.pid or 0) for one in Worker.all(connection=redis)
        )

    def marked(self, message_id: str) -> bool:
        with self.storage.read() as session:
            state = session.scalar(select(Delivery.state).where(Delivery.message_id == message_id))
        return state == DeliveryState.SENT

    def unsent(self) -> list[int]:
        with self.storage.read() as session:
            return list(session.scalars(select(Delivery.id).where(Delivery.state.in_(MARKABLE))))

    def count(self) -> int:
        """Return how many mails and sections there are."""
        with self.storage.read() as session:
            return session.scalar(select(func.count()).select_from(Delivery)) or 0


def people(storage: Storage, ordeal: Ordeal, due: datetime) -> int:
    """Let so many people's mails fall due at a moment; return how many goals that are."""
    since = due - timedelta(days=1)
    ids = crowd(storage, ordeal.mails, since, send_at=due.time())
    with storage.write() as session:
        firsts = session.scalars(select(Goal).where(Goal.id.in_(ids)).order_by(Goal.id)).all()
        seconds = [_second(goal, since) for goal in firsts[::SHARED]]
        session.add_all(seconds)
        return len(ids) + len(seconds)


def _second(first: Goal, since: datetime) -> Goal:
    return Goal(
        person=first.person,
        title="Get moving again",
        step="Do 2 push-ups",
        send_at=first.send_at,
        weekdays=first.weekdays,
        state=first.state,
        created_at=since,
        starts_on=first.starts_on,
        next_due_at=next_due(since, first.send_at, "UTC"),
        zone="UTC",
    )


class Run:
    """One ordeal from the first due mail to the last mark."""

    def __init__(self, ground: Ground, ordeal: Ordeal) -> None:
        self.ground, self.ordeal = ground, ordeal
        self.chance = random.Random(ordeal.seed)
        self.plan = Plan(planned(ordeal.kills, self.chance), self.chance)
        self.sink = Sink(self.plan, ordeal.pipelining, ground.marked, self._spacing)
        now = datetime.now(UTC)
        self.moment = now.replace(hour=BEGINS, minute=0, second=0, microsecond=0)
        self.goals = people(ground.storage, ordeal, self.moment)
        if ordeal.claimed:
            claim_all(ground.storage, self.moment)
        self.offset = self.moment - now
        self.rounds = self.clocks = 0
        self.logs: list[Path] = []

    def run(self) -> None:
        """Let rounds follow each other until all is sent and nobody is left to be killed."""
        with serving(self.sink):
            while self.ground.count() < self.goals or self.ground.unsent():
                assert self.rounds < MOST_ROUNDS, f"not done after {self.rounds} rounds"
                self._round()
                self.offset += STEP
                self.rounds += 1

    def _spacing(self) -> int:
        left = self.ordeal.mails - len({mail.message_id for mail in self.sink.taken})
        return min(left // (2 * self.plan.left + 2), 60)  # so that the mails outlast the kills

    def _round(self) -> None:
        waiting = self.ground.unsent()
        piece = max(len(waiting) // JOBS, 10)
        for start in range(0, len(waiting), piece):
            queues.wake_deliveries(self.ground.settings, waiting[start : start + piece], queues.BULK)
        with self._processes() as (pool, clock):
            self.sink.pool, self.sink.moved = pool.popen.pid, time.monotonic()
            self._watch(pool, clock)
            for pid in children(pool.popen.pid):
                self.plan.killed(pid, REST)
            self.sink.dead.update(children(pool.popen.pid))
            pool.kill_all()

    @contextmanager
    def _processes(self) -> Iterator[tuple[Process, Process]]:
        hours = str(self.offset / timedelta(hours=1))
        env = {
            **self.ground.environment,
            "CLOCK_OFFSET_HOURS": hours,
            "SMTP_URL": f"smtp://127.0.0.1:{self.sink.port}",
            "SMTP_CONNECTIONS": str(self.ordeal.connections),
            "SEND_WORKERS": str(self.ordeal.workers),
        }
        logs = [self.ground.folder / f"{name}-{self.rounds}.log" for name in ("worker", "clock")]
        self.logs += logs
        with ExitStack() as stack:
            pool = stack.enter_context(kaizen(env, logs[0], "worker"))
            yield pool, stack.enter_context(kaizen(env, logs[1], "clock"))

    def _watch(self, pool: Process, clock: Process) -> None:
        """Kill at random, until all is sent or what is left waits for leases of the dead."""
        begun = time.monotonic()
        until, strike = begun + LONGEST, begun + self.chance.uniform(0.5, 6.0)
        while time.monotonic() < until and not self._over():
            assert self.sink.failure is None, self.sink.failure
            if self.sink.moved > begun:
                strike = min(strike, self.sink.moved + self.chance.uniform(0.0, 0.3))
            if time.monotonic() > strike:
                begun = time.monotonic()
                strike = begun + self.chance.uniform(0.1, 0.6)
                self._strike(pool, clock)
            if not running(pool.popen.pid):
                return
            time.sleep(0.02)

    def _over(self) -> bool:
        if time.monotonic() - self.sink.moved < QUIET or self.ground.count() < self.goals:
            return False
        return not self.ground.unsent() or not self.ground.working()

    def _strike(self, pool: Process, clock: Process) -> None:
        workers = children(pool.popen.pid)
        point = self.plan.take(BY_ROUND)
        if point is Point.ANY and workers:
            self.sink.dead.add(victim := self.chance.choice(workers))
            self.plan.killed(victim, point)
            with suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
        elif point is Point.POOL:
            self._kill_pool(pool, workers)
        elif self.chance.random() < 0.1 and clock.popen.poll() is None:
            clock.popen.kill()
            self.clocks += 1

    def _kill_pool(self, pool: Process, workers: Sequence[int]) -> None:
        self.sink.dead.update(workers)
        for pid in workers:
            self.plan.killed(pid, Point.POOL)
        pool.kill_all()

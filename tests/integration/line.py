"""The world with RQ in between: a real Valkey, the real jobs, and workers that run until all is done."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from redis import Redis
from rq import Queue, SimpleWorker
from rq.job import Job
from rq.registry import FailedJobRegistry
from rq.serializers import JSONSerializer

from jobs import queues
from jobs.cron import EVERY, Clock
from jobs.queues import BULK, PROMPT
from service.app import create_app
from service.settings import Settings
from service.storage.session import Storage
from tests.smtp import Mail, Sink
from tests.world import World


class QuickWorker(SimpleWorker):
    """A worker that listens to no commands: it ends by itself, and to stop listening can take a second."""

    def subscribe(self) -> None:
        pass

    def unsubscribe(self) -> None:
        pass


class Line(World):
    """The service on one machine, its processes taken in turn: web, clock, workers."""

    def __init__(self, settings: Settings, storage: Storage, sink: Sink, listener_port: int) -> None:
        super().__init__(settings, storage, sink, listener_port)
        self.app.extensions["kaizen"].storage.close()
        self.redis = Redis.from_url(queues.redis_url(settings))
        self.serve(settings)

    def serve(self, settings: Settings) -> None:
        """Start the web process with these settings, wired as `service.wsgi` does."""
        wake, alive = queues.waker(settings), partial(queues.alive, settings)
        wake_inbound = partial(queues.wake_inbound, settings)
        self.app = create_app(settings, wake, alive, queues.limits_url(settings), wake_inbound=wake_inbound)
        self.client = self.browser()

    def close(self) -> None:
        self.app.extensions["kaizen"].storage.close()
        self.redis.close()

    def queue(self, name: str) -> Queue:
        return Queue(name, connection=self.redis, serializer=JSONSerializer)

    def waiting(self, name: str) -> list[Job]:
        return self.queue(name).jobs

    def tick(self) -> None:
        """Let a clock that has just started tick once."""
        clock = Clock(self.redis)
        clock.tick_every(EVERY)
        assert len(clock.enqueue_jobs()) == 1

    def burst(self, name: str) -> bool:
        """Let a worker empty a queue; tell whether there was anything to do. No job may fail."""
        queue = self.queue(name)
        worker = QuickWorker([queue], connection=self.redis, serializer=JSONSerializer)
        with kept_signals():
            worked = worker.work(burst=True, logging_level="INFO")
        assert FailedJobRegistry(queue=queue).get_job_ids() == []
        return worked

    def work(self) -> list[Mail]:
        """Tick, and work until both queues are empty; return the mails that went out."""
        before = len(self.mails)
        self.tick()
        while self.burst(PROMPT) or self.burst(BULK):
            pass
        return self.mails[before:]


@contextmanager
def kept_signals() -> Iterator[None]:
    """RQ's workers and clocks take the signals of their process: give them back to pytest."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)

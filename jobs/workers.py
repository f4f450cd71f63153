"""The workers: RQ's pool of SimpleWorkers, each of which reads one queue only."""

import logging
import os
import signal
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import Any

from redis import Redis
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer
from rq.worker_pool import ForkProcess, WorkerPool

from jobs import deliver, prune, receive, tick
from jobs.parts import stopping
from jobs.queues import BULK, PROMPT, redis_url
from service import collector, orphans
from service.settings import Settings

JOBS = (deliver, prune, receive, tick)  # here before the fork, so that all workers share their code in memory


class OneQueuePool(WorkerPool):
    """A pool that gives every worker one queue, and a worker that died another one for the same queue."""

    def __init__(self, url: str, shares: dict[str, int]) -> None:
        self.url, self.shares = url, shares
        self.queue_of: dict[str, str] = {}
        super().__init__(
            list(shares),
            connection=Redis.from_url(url),
            num_workers=sum(shares.values()),
            worker_class=Hand,
            serializer=JSONSerializer,
        )

    def get_worker_process(self, name: str, burst: bool, *_: Any, **__: Any) -> BaseProcess:
        """Return the process of a new worker, for the queue that has too few."""
        busy = [self.queue_of[alive] for alive in self.worker_dict]
        self.queue_of[name] = next(queue for queue, share in self.shares.items() if busy.count(queue) < share)
        args = (os.getpid(), self.url, self.queue_of[name], name, burst)
        return ForkProcess(target=_work, args=args, name=name)


class Hand(SimpleWorker):
    """A worker that tells its job when it is asked to end."""

    def subscribe(self) -> None:
        """Listen to no commands: we send none, and RQ's listening thread would take our signals."""

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """End after the job in hand, which hands back what it has not done yet."""
        stopping.set()
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]


def _work(parent: int, url: str, queue_name: str, name: str, burst: bool) -> None:
    # The pool's own handlers came with the fork: they would end the other workers.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    orphans.end_with(parent)
    collector.set_up()
    redis = Redis.from_url(url)
    queue = Queue(queue_name, connection=redis, serializer=JSONSerializer)
    worker = Hand([queue], name=name, connection=redis, serializer=JSONSerializer)
    worker.work(burst=burst, with_scheduler=False, logging_level="WARNING")


def run(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT, finishing the jobs in hand."""
    logging.getLogger("rq").setLevel(logging.WARNING)
    shares = {PROMPT: 1, BULK: settings.send_workers}
    OneQueuePool(redis_url(settings), shares).start(burst=False, logging_level="WARNING")

"""The clock: RQ's own cron, with JSON jobs, that outlives a Redis that is down for a while."""

import logging
import time
from datetime import timedelta

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.cron import CronJob, CronScheduler
from rq.exceptions import StopRequested
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.utils import now

import jobs.prune
import jobs.tick
from jobs.queues import BULK, PROMPT, connection, redis_url
from service.settings import Settings

log = logging.getLogger(__name__)

EVERY = 5  # seconds between ticks
PRUNE_EVERY = 3600  # seconds
RETRY = 1.0  # seconds between attempts while Redis is down


class JsonCronJob(CronJob):
    """A cron job whose jobs our workers can read: RQ's own pickles them whatever the worker's serializer."""

    def enqueue(self, connection: Redis) -> Job:
        """Enqueue the job once; it expires when a newer one has come."""
        assert self.func is not None  # noqa: S101 - `Clock.tick_every` gave it
        queue = Queue(self.queue_name, connection=connection, serializer=JSONSerializer)
        return queue.enqueue(self.func, **self.job_options)

    def should_run(self) -> bool:
        """Tell whether the job is due, also after the machine's time was set back."""
        last, every = self.latest_enqueue_time, timedelta(seconds=self.interval or 0)
        return super().should_run() or (last is not None and now() + every < last)


class Clock(CronScheduler):
    """RQ's cron with the jobs that we have."""

    def calculate_sleep_interval(self) -> float:
        """Look again within the interval, whatever the machine's time does."""
        return min(super().calculate_sleep_interval(), EVERY)

    def tick_every(self, seconds: int) -> None:
        """Tick at once and then every so many seconds."""
        job = JsonCronJob(
            PROMPT, jobs.tick.run, interval=seconds, ttl=4 * seconds, job_timeout=60, result_ttl=0
        )
        self._cron_jobs.append(job)

    def prune_every(self, seconds: int) -> None:
        """Prune at once and then every so many seconds, where no answer to anybody waits behind it."""
        job = JsonCronJob(BULK, jobs.prune.run, interval=seconds, ttl=seconds, job_timeout=300, result_ttl=0)
        self._cron_jobs.append(job)


def run(settings: Settings) -> None:
    """Tick until SIGTERM or SIGINT. Two clocks at once are harmless."""
    logging.getLogger("rq.cron").setLevel(logging.WARNING)
    while True:
        clock = Clock(connection(redis_url(settings)))
        clock.tick_every(EVERY)
        clock.prune_every(PRUNE_EVERY)
        try:
            clock.start()  # type: ignore[no-untyped-call]
            return
        except StopRequested:
            return
        except RedisError as error:
            log.warning("Redis is down (%s): the clock waits for it", type(error).__name__)
            try:
                time.sleep(RETRY)
            except (StopRequested, KeyboardInterrupt):
                return

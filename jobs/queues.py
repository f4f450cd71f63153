"""The queues and how to wake them. Redis is only the wake-up call: what it loses, a tick finds again."""

import logging
import os
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer

from service.settings import Settings

log = logging.getLogger(__name__)

# A worker reads one queue only: RQ moves a job safely from a single queue, and loses one from several.
PROMPT = "prompt"  # ticks, replies, and mails that a person is waiting for
BULK = "bulk"  # the daily mails
BATCH = 2000  # mails a job: where one ends and the next begins, the connections have nothing to do
MESSAGES = 20  # received messages a job: some 10 ms each
TIMEOUT = 540  # seconds; a little less than the lease of a delivery
_SOCKET_PATH_LIMIT = 100  # bytes; the system's own limit is 104 to 108


def socket_path(data_dir: Path) -> Path:
    """Return where the embedded Valkey listens: in DATA_DIR, or in the system's place for short-lived files
    where that path is too long for a socket."""
    inside = data_dir / "valkey.sock"
    if len(os.fsencode(inside)) <= _SOCKET_PATH_LIMIT:
        return inside
    short = sha256(os.fsencode(data_dir)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"kaizen-{os.getuid()}-{short}" / "valkey.sock"


def redis_url(settings: Settings) -> str:
    """Return the address of Redis or Valkey."""
    return settings.redis_url or f"unix://{socket_path(settings.data_dir)}"


def limits_url(settings: Settings) -> str:
    """Return the same address as the rate limiter writes it."""
    url = redis_url(settings)
    return f"redis+{url}" if url.startswith("unix://") else url


@cache
def connection(url: str) -> Redis:
    """Return a client that gives up quickly: a page must not wait for a Redis that is down."""
    return Redis.from_url(url, socket_connect_timeout=0.5, socket_timeout=2, retry=Retry(NoBackoff(), 0))


def alive(settings: Settings) -> bool:
    """Tell whether Redis answers."""
    try:
        return bool(connection(redis_url(settings)).ping())
    except RedisError:
        return False


def end_left_over(settings: Settings) -> None:
    """End an embedded Valkey whose `kaizen up` was killed; it keeps what it knows."""
    with suppress(RedisError):
        connection(redis_url(settings)).shutdown()


def queue(settings: Settings, name: str) -> Queue:
    """Return a queue; its jobs are JSON, so that nothing in Redis can run code."""
    return Queue(name, connection=connection(redis_url(settings)), serializer=JSONSerializer)


def depths(settings: Settings) -> dict[str, int]:
    """Return how many jobs wait in each queue; nothing where Redis is down."""
    try:
        return {name: queue(settings, name).count for name in (PROMPT, BULK)}
    except RedisError:
        return {}


def enqueue(settings: Settings, name: str, function: str, *args: object) -> None:
    """Enqueue a job by its dotted name; a Redis that is down only delays it."""
    try:
        queue(settings, name).enqueue(function, *args, job_timeout=TIMEOUT, result_ttl=0, failure_ttl=86400)
    except RedisError as error:
        log.warning("Redis is down (%s): the next tick after it is back takes this up", type(error).__name__)


def wake_deliveries(settings: Settings, ids: Sequence[int], name: str = PROMPT) -> None:
    """Wake the workers for new deliveries, up to BATCH a job."""
    for start in range(0, len(ids), BATCH):
        enqueue(settings, name, "jobs.deliver.run", list(ids[start : start + BATCH]))


def wake_inbound(settings: Settings, ids: Sequence[int]) -> None:
    """Wake the workers for received messages, a few a job: an answer waits for those before it."""
    for start in range(0, len(ids), MESSAGES):
        enqueue(settings, PROMPT, "jobs.receive.run", list(ids[start : start + MESSAGES]))


def waker(settings: Settings) -> Callable[[Sequence[int]], None]:
    """Return the `wake` function that the web app is given."""
    return lambda ids: wake_deliveries(settings, ids)

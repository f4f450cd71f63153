"""How fast mail may leave, for relays that demand it: in all, and to any one domain, over all workers."""

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from math import ceil

from limits import RateLimitItem, RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import FixedWindowRateLimiter
from redis.exceptions import RedisError

from jobs.queues import limits_url
from service.settings import Settings

log = logging.getLogger(__name__)

NOW = timedelta(0)
ANSWERS = 1.0  # seconds; a Redis that hangs for longer counts as one that is down
PATIENCE = 5.0  # seconds that a worker stands waiting before it puts the mail back


class Pace:
    """Takes turns in Redis; while that is down, each worker keeps its own share of the limits."""

    def __init__(self, settings: Settings, stopping: Callable[[], bool]) -> None:
        waits = {"socket_connect_timeout": ANSWERS, "socket_timeout": ANSWERS}
        self._shared = FixedWindowRateLimiter(storage_from_string(limits_url(settings), **waits))
        self._alone = FixedWindowRateLimiter(MemoryStorage())
        self._workers = settings.send_workers
        self._stopping = stopping
        self._in_all = limit(RateLimitItemPerSecond, settings.smtp_rate)
        self._a_domain = limit(RateLimitItemPerMinute, settings.smtp_domain_rate)

    def __call__(self, recipient: str) -> timedelta:
        """Take a turn for a mail, and return how long it has to wait instead where there is none now."""
        domain = f"domain:{recipient.rpartition('@')[2].lower()}"
        # Only looked at first: a mail that then waits for its turn in all must not use its domain's up.
        if self._a_domain is not None and (wait := self._turn(self._a_domain, domain, looks=True)):
            return timedelta(seconds=wait)
        if self._in_all is not None and (waits := self._turn_in_all()):
            return waits
        return timedelta(seconds=self._turn(self._a_domain, domain)) if self._a_domain is not None else NOW

    def _turn_in_all(self) -> timedelta:
        """Wait for a turn some seconds, since the next mail would have to wait as well."""
        assert self._in_all is not None  # noqa: S101
        until = time.monotonic() + PATIENCE
        while wait := self._turn(self._in_all, "all"):
            if time.monotonic() + wait > until or self._stopping():
                return timedelta(seconds=wait)
            time.sleep(wait)
        return NOW

    def _turn(self, item: RateLimitItem, key: str, looks: bool = False) -> float:
        """Take a turn, or only look for one; return 0, or after how many seconds to ask again."""
        try:
            return _taken(self._shared, item, key, looks)
        except RedisError as error:
            log.warning("Redis is down (%s): each worker keeps its share of the limits", type(error).__name__)
            share = type(item)(max(item.amount // self._workers, 1), item.multiples)
            return _taken(self._alone, share, key, looks)


def limit(kind: type[RateLimitItem], rate: float) -> RateLimitItem | None:
    """Return a limit of so many a second or minute, None for 0; below one its window is longer."""
    if not rate:
        return None
    windows = 1 if rate >= 1 else ceil(1 / rate)
    return kind(max(int(rate * windows), 1), windows)


def _taken(limiter: FixedWindowRateLimiter, item: RateLimitItem, key: str, looks: bool) -> float:
    if (limiter.test if looks else limiter.hit)(item, "smtp", key):
        return 0.0
    over = limiter.get_window_stats(item, "smtp", key).reset_time
    # The window's end by the machine's own time: what is behind by then is asked again shortly.
    return min(max(over - time.time(), 0.02), float(item.get_expiry()))

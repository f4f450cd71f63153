"""Remember one-time tokens, where a signature covers a token but not the message that came with it."""

from collections import OrderedDict
from hashlib import sha256
from threading import Lock
from typing import Protocol

from service.web.limits import limiter

_MOST = 10_000


class _Counter(Protocol):
    """What is needed of the limiter's storage."""

    def incr(self, key: str, expiry: int, /) -> int: ...

    def get(self, key: str, /) -> int: ...


class _Memory:
    """What this process remembers while Redis is away: the newest tokens only."""

    def __init__(self) -> None:
        self._counts: OrderedDict[str, int] = OrderedDict()
        self._lock = Lock()

    def incr(self, key: str, _expiry: int) -> int:
        with self._lock:
            self._counts[key] = self._counts.pop(key, 0) + 1
            while len(self._counts) > _MOST:
                self._counts.popitem(last=False)
            return self._counts[key]

    def get(self, key: str) -> int:
        with self._lock:
            return self._counts.get(key, 0)


_memory = _Memory()


def spend(token: str, content: bytes, seconds: int) -> bool:
    """Tell whether a token is good for this content: it is new, or came with the very same content before.

    So a provider may try again what we could not store, and nobody may use its token for something else.
    It is remembered for so many seconds, where the limits are counted: in Redis, else in this process.
    """
    key = f"inbound/{sha256(token.encode(errors='replace')).hexdigest()}"
    both = f"{key}/{sha256(content).hexdigest()}"
    storage = limiter.storage
    try:
        return _spend(storage, key, both, seconds)
    except storage.base_exceptions:
        return _spend(_memory, key, both, seconds)


def _spend(storage: _Counter, key: str, both: str, seconds: int) -> bool:
    if storage.incr(key, seconds) > 1:
        return storage.get(both) > 0
    storage.incr(both, seconds)
    return True

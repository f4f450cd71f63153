"""A limit of processor time for a piece of work, whatever it is doing."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def processor_time(seconds: float, error: type[Exception]) -> Iterator[None]:
    """Raise `error` inside once this process has computed for so long; to wait for others costs nothing.

    RQ's own limit is another signal's, by the clock on the wall, and goes on. Only the main thread can have
    such a limit; elsewhere there is none.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def over(_number: int, _frame: FrameType | None) -> None:
        raise error(f"more than {seconds:g} seconds")

    before = signal.signal(signal.SIGVTALRM, over)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)

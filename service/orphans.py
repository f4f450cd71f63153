"""No orphans: a process that ends when the one that started it dies, also by `kill -9`."""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1  # Linux, prctl(2)
_prctl = ctypes.CDLL(None, use_errno=True).prctl if sys.platform == "linux" else None


def end_with(parent: int, number: signal.Signals = signal.SIGTERM) -> None:
    """Let the system signal this process when its parent dies; nothing on systems other than Linux.

    `parent` is the id that the parent had before the fork: it may have died meanwhile. The wish outlives an
    exec, but not a fork.
    """
    if _prctl is None:
        return
    _prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
    if os.getppid() != parent:
        os.kill(os.getpid(), number)

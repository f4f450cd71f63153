"""Spoil mails for so many seconds: `python -m tests.fuzz SECONDS [FIRST NUMBER]`.

What fails is kept as a file, and its number spoils the same mail again.
"""

import faulthandler
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

from tests.fuzz.mutations import spoiled
from tests.fuzz.way import walk

HANGS = 20  # seconds of processor time on one mail; then the run ends, and says where it stood
REPORTS = 60  # seconds between two lines about how it goes


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - a program for the terminal


def main(seconds: float, number: int) -> int:
    kept = Path(tempfile.gettempdir()) / "kaizen-fuzz"
    kept.mkdir(exist_ok=True)
    faulthandler.register(signal.SIGPROF, chain=True)  # by processor time: a busy machine is no fault
    counts: Counter[str] = Counter()
    began = told = time.monotonic()
    slowest = 0.0
    while (now := time.monotonic()) < began + seconds:
        raw = spoiled(number)
        (kept / "now.eml").write_bytes(raw)
        signal.setitimer(signal.ITIMER_PROF, HANGS)
        try:
            started = time.thread_time()
            counts["read" if walk(raw) else "unreadable"] += 1
            slowest = max(slowest, time.thread_time() - started)
        except Exception:
            counts["failed"] += 1
            (kept / f"{number}.eml").write_bytes(raw)
            say(f"mail {number}, kept in {kept}:\n{traceback.format_exc(limit=-4)}")
        signal.setitimer(signal.ITIMER_PROF, 0)
        number += 1
        if now > told + REPORTS:
            told = now
            say(f"{now - began:.0f} s, up to mail {number}: {dict(counts)}, slowest {slowest:.2f} s")
    say(f"{sum(counts.values())} mails: {dict(counts)}, slowest {slowest:.2f} s")
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0))

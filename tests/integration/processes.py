"""Real processes of the service for tests that kill them, and a little patience."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
PATIENCE = 15  # seconds


@dataclass
class Process:
    """One `kaizen` process in a group of its own."""

    popen: subprocess.Popen[bytes]
    log: Path

    @property
    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def end(self) -> int:
        """Ask it to stop, as a supervisor does; return how it ended."""
        self.popen.send_signal(signal.SIGTERM)
        return self.popen.wait(PATIENCE)

    def kill_all(self) -> None:
        """Kill it with all its children, without a word."""
        with suppress(ProcessLookupError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait(PATIENCE)


@contextmanager
def kaizen(environment: Mapping[str, str], log: Path, *arguments: str) -> Iterator[Process]:
    """Run `kaizen` with these arguments; nothing of it is left at the end."""
    with log.open("wb") as output:
        popen = subprocess.Popen(
            [sys.executable, "-m", "service.cli", *arguments],
            env={**os.environ, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    process = Process(popen, log)
    try:
        yield process
    finally:
        process.kill_all()


def wait_for(what: Callable[[], T]) -> T:
    """Return the first value that is true."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found = what()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError("it did not happen in time")


def noon() -> tuple[datetime, str]:
    """Return today's noon, far from any midnight, and the CLOCK_OFFSET_HOURS that makes it now."""
    now = datetime.now(UTC)
    moment = now.replace(hour=12, minute=0, second=0, microsecond=0)
    return moment, str((moment - now) / timedelta(hours=1))

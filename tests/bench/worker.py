"""One worker in a process of its own: `python -m tests.bench.worker MOMENT PORTION` sends all that is due.

It has a worker's parts and nothing else in memory, and prints as JSON, after each portion, how many mails are
out, after how many seconds, and its resident memory in MB.
"""

import json
import os
import sys
import time
from datetime import datetime
from pathlib import Path

from jobs.parts import parts
from service import collector
from tests.bench import ways


def resident(pid: int) -> float:
    """Return a process's resident memory in MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def main(now: datetime, portion: int) -> None:
    collector.set_up()
    own, sent, looks, started = parts(), 0, [], time.perf_counter()
    assert own.settings.smtp
    while ids := ways.claim_all(own.storage, now, portion)[1]:
        sent += ways.send(own.storage, own.sender, own.settings.smtp, now, ids)
        looks.append((sent, time.perf_counter() - started, resident(os.getpid())))
    print(json.dumps(looks))  # noqa: T201


if __name__ == "__main__":
    main(datetime.fromisoformat(sys.argv[1]), int(sys.argv[2]))

"""The processes of `kaizen up`: honcho starts them, ends them together, and leaves none behind."""

import os
import shlex
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
from functools import partial
from typing import Any

from honcho import manager, process

from service import orphans
from service.settings import Settings

PROCESSES = ("web", "worker", "clock", "inbound")
KILL_AFTER = 3  # seconds that a process has to end by itself
READY_WITHIN = 60  # seconds


class Crew(manager.Manager):  # type: ignore[misc]
    """honcho's manager, with a line that says when all is ready."""

    def __init__(self, settings: Settings, started: float) -> None:
        super().__init__()
        self.settings, self.started = settings, started
        self._stop_asked = False
        self._process_ctor = partial(_Child, os.getpid())
        manager.KILL_WAIT = KILL_AFTER
        for name in PROCESSES:
            command = f"exec {shlex.quote(sys.executable)} -m service.cli {name}"
            self.add_process(name, command, env={**os.environ, "PYTHONUNBUFFERED": "1"})

    def terminate(self) -> None:
        """End all processes; honcho can't before it knows all of their numbers, so an early call waits."""
        self._stop_asked = True
        if super()._all_started():
            super().terminate()

    def _all_started(self) -> bool:
        started = bool(super()._all_started())
        if started and self._stop_asked:
            super().terminate()
        return started

    def _start(self) -> None:
        super()._start()
        # Only after honcho has forked: a thread and a fork do not go together.
        threading.Thread(target=self._announce, daemon=True).start()

    def _announce(self) -> None:
        settings = self.settings
        while not _healthy(settings) and not self._terminating:
            if time.monotonic() - self.started > READY_WITHIN:
                self._system_print("Not ready after a minute: the lines above should tell why\n")
                return
            time.sleep(0.05)
        if self._terminating:
            return
        host, port = settings.inbound
        self._system_print(f"Ready in {time.monotonic() - self.started:.1f} seconds\n")
        self._system_print(f"Open {settings.base_url} to sign up\n")
        if settings.local_mailbox:
            self._system_print(f"Read the mail at {settings.base_url}/inbox\n")
        self._system_print(f"Replies are taken at {host}:{port}; Ctrl-C ends everything\n")


class _Child(process.Process):  # type: ignore[misc]
    """One of honcho's processes: the fork that reads a command's words, and the command itself.

    Neither outlives a `kaizen up` that was killed: the fork dies with it, and the command ends as if asked.
    """

    def __init__(self, parent: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._parent = parent
        self._child_ctor = self._begun

    def run(self, *args: Any, **kwargs: Any) -> None:
        """Run the command in this fork."""
        orphans.end_with(self._parent, signal.SIGKILL)
        super().run(*args, **kwargs)

    def _begun(self, *args: Any, **kwargs: Any) -> process.Popen:
        # This fork has only one thread, so that a function of ours may run between fork and exec.
        return process.Popen(*args, preexec_fn=partial(orphans.end_with, os.getpid()), **kwargs)


def _healthy(settings: Settings) -> bool:
    host = "127.0.0.1" if settings.host == "0.0.0.0" else settings.host  # noqa: S104 - compared, not bound
    try:
        with urllib.request.urlopen(f"http://{host}:{settings.port}/healthz", timeout=2):
            return True
    except (urllib.error.URLError, OSError):
        return False

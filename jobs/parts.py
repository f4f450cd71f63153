"""What a worker process keeps between its jobs: made at the first job, never before the fork."""

from dataclasses import dataclass
from functools import cache
from threading import Event

from service.mail.addresses import Addresses
from service.mail.compose import Sender
from service.settings import Settings
from service.storage.session import Storage

# Set when this process was asked to end: a long job then hands back what it has not done yet.
stopping = Event()


@dataclass(frozen=True, slots=True)
class Parts:
    """The settings, the storage and who mail is from."""

    settings: Settings
    storage: Storage
    sender: Sender


@cache
def parts() -> Parts:
    """Return this process's parts."""
    settings = Settings.from_env()
    addresses = Addresses(settings.secret_key, settings.reply_domain)
    sender = Sender(settings.mail_from, settings.base_url, addresses)
    return Parts(settings, Storage(settings.database_url), sender)

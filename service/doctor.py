"""`kaizen doctor`: look at each part and say in a line whether it works, or how to mend it."""

import smtplib
from collections.abc import Callable, Iterator

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from jobs import queues
from service.mail.transport import SmtpTransport, Unreachable
from service.settings import Settings
from service.storage.session import Storage

Check = Callable[[Settings], str]


class Ill(Exception):  # noqa: N818
    """A part does not work; the message says how to mend it."""


def examine(settings: Settings) -> Iterator[tuple[str, bool, str]]:
    """Yield each part's name, whether it is well, and what there is to say."""
    for name, check in _CHECKS.items():
        try:
            yield name, True, check(settings)
        except Ill as ill:
            yield name, False, str(ill)


def _database(settings: Settings) -> str:
    storage = Storage(settings.database_url)
    try:
        with storage.read() as session:
            version = session.scalar(text("SELECT version_num FROM alembic_version"))
    except SQLAlchemyError as error:
        words = str(getattr(error, "orig", error)).splitlines()[0]
        raise Ill(f"{words}; check DATABASE_URL and run: kaizen db upgrade") from None
    finally:
        storage.close()
    return f"{storage.engine.dialect.name}, schema {version}"


def _redis(settings: Settings) -> str:
    if queues.alive(settings):
        return "answers"
    raise Ill("does not answer; start kaizen up (which brings one along), or check REDIS_URL")


def _smtp(settings: Settings) -> str:
    if settings.smtp is None:
        return "not set: mail stays in the local mailbox at /inbox"
    try:
        offers = SmtpTransport(settings.smtp).greet()
    except Unreachable as error:
        raise Ill(f"{error}; check SMTP_URL") from None
    return f"takes our login, offers {' '.join(sorted(offers)) or 'nothing more'}"


def _inbound(settings: Settings) -> str:
    host, port = settings.inbound
    try:
        with smtplib.SMTP(host, port, timeout=2) as smtp:
            smtp.noop()
    except (OSError, smtplib.SMTPException):
        raise Ill(f"nobody takes replies at {host}:{port}; start: kaizen inbound") from None
    return f"takes replies at {host}:{port}"


_CHECKS: dict[str, Check] = {"database": _database, "redis": _redis, "smtp": _smtp, "inbound": _inbound}

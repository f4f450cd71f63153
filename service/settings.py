"""Settings from the environment, checked once at the start and frozen."""

import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.utils import getaddresses, parseaddr
from pathlib import Path
from typing import TypeVar
from urllib.parse import SplitResult, unquote, urlsplit

T = TypeVar("T")
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class SettingError(Exception):
    """A setting is bad or missing; the message is one line that names it and says what to do."""


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mail is handed over. `tls` means TLS from the first byte; otherwise STARTTLS where offered."""

    host: str
    port: int
    tls: bool = False
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:  # a password must never reach a log by way of a traceback
        return f"SmtpServer({self.host}:{self.port})"


@dataclass(frozen=True, slots=True, repr=False)
class Settings:
    """All settings of one installation. `repr` is left out: several of them are secrets."""

    port: int
    host: str
    data_dir: Path
    base_url: str
    secret_key: str
    database_url: str
    redis_url: str
    smtp: SmtpServer | None
    mail_from: Address
    reply_domain: str
    inbound: tuple[str, int]
    web_workers: int
    send_workers: int
    trusted_proxies: int

    @property
    def production(self) -> bool:
        """True where the service is reachable from other machines."""
        return not _is_loopback(self.base_url)

    @property
    def local_mailbox(self) -> bool:
        """True where mail is kept on this machine and shown at /inbox."""
        return self.smtp is None and not self.production

    @property
    def mailbox_dir(self) -> Path:
        """The maildir of the local mailbox."""
        return self.data_dir / "mailbox"

    @property
    def embedded_redis(self) -> bool:
        """True where Valkey runs inside DATA_DIR."""
        return not self.redis_url

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> "Settings":
        """Read and check the settings; raises SettingError for the first that is wrong.

        Without SECRET_KEY a local service makes one and keeps it in DATA_DIR.
        """
        read = _Reader(os.environ if env is None else env)
        port = read("PORT", "8000", _port)
        base_url = read("BASE_URL", f"http://localhost:{port}", _base_url)
        production = not _is_loopback(base_url)
        data_dir = read("DATA_DIR", "./var", _folder)
        domain = (production and urlsplit(base_url).hostname) or "localhost"
        smtp = read("SMTP_URL", "", _smtp)
        mail_from = read("MAIL_FROM", f"Kaizen <kaizen@{domain}>", _sender)
        if production and smtp is None:
            raise SettingError("SMTP_URL is missing: set it to smtp://user:password@host:port to send mail.")
        if read("CLOCK_OFFSET_HOURS", "0", _hours) and production:
            raise SettingError("CLOCK_OFFSET_HOURS is for trying things out locally: unset it in production.")
        return cls(
            port=port,
            host=read("HOST", "0.0.0.0" if production else "127.0.0.1", str),  # noqa: S104 - behind a proxy
            data_dir=data_dir,
            base_url=base_url,
            secret_key=_secret(read("SECRET_KEY", "", str), data_dir, production),
            database_url=read("DATABASE_URL", f"sqlite:///{data_dir / 'kaizen.db'}", _database),
            redis_url=read("REDIS_URL", "", _redis),
            smtp=smtp,
            mail_from=mail_from,
            reply_domain=read("REPLY_DOMAIN", mail_from.domain, _domain),
            inbound=read("INBOUND_SMTP", "127.0.0.1:2525", _host_port),
            web_workers=read("WEB_CONCURRENCY", "1", _count),
            send_workers=read("SEND_WORKERS", "1", _count),
            trusted_proxies=read("TRUSTED_PROXIES", "0", _whole),
        )


class _Reader:
    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = env

    def __call__(self, name: str, default: str, parse: Callable[[str], T]) -> T:
        text = self.env.get(name, "").strip() or default
        try:
            return parse(text)
        except ValueError as error:
            raise SettingError(f"{name} is wrong: {error}") from None


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise ValueError("give a port from 1 to 65535.")
    return int(text)


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= 1000):
        raise ValueError("give a whole number from 0 to 1000.")
    return int(text)


def _count(text: str) -> int:
    if _whole(text) < 1:
        raise ValueError("give a whole number from 1 to 1000.")
    return _whole(text)


def _hours(text: str) -> timedelta:
    try:
        return timedelta(hours=float(text))
    except (ValueError, OverflowError):
        raise ValueError("give hours to move the clock by, such as 24.") from None


def _folder(text: str) -> Path:
    try:
        return Path(text).expanduser().resolve()
    except RuntimeError:
        raise ValueError("there is no such home folder; give a full path.") from None


_HOST = re.compile(r"[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+", re.ASCII)
_MAILBOX = re.compile(r"(?:[^<>\r\n]*<[^\s<>]+@[^\s<>]+>|[^\s<>]+@[^\s<>]+)")
_DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?", re.ASCII)


def _url(text: str, schemes: set[str], sentence: str, hostless: bool = False) -> SplitResult:
    """Split an address; the sentence never repeats what was given, which may hold a password."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError(sentence) from None
    host = parts.hostname or ("" if not hostless else "localhost")  # PostgreSQL may name a socket instead
    if parts.scheme not in schemes or not _HOST.fullmatch(host) or port == 0:
        raise ValueError(sentence)
    return parts


def _base_url(text: str) -> str:
    parts = _url(text, {"http", "https"}, "give the address people open, such as https://kaizen.example.org.")
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise ValueError("give an address without a path, such as https://kaizen.example.org.")
    return text.rstrip("/")


def _database(text: str) -> str:
    sentence = "give postgresql://user:password@host/name or sqlite:///path."
    if text.startswith("sqlite:///"):
        return text
    _url(text, {"postgres", "postgresql", "postgresql+psycopg"}, sentence, hostless=True)
    # Platforms say postgres://; SQLAlchemy wants the driver's name.
    return f"postgresql+psycopg://{text.partition('://')[2]}"


def _redis(text: str) -> str:
    if text and not text.startswith("unix:///"):
        _url(text, {"redis", "rediss"}, "give redis://host:port/0, rediss:// or unix:///path.")
    return text


def _smtp(text: str) -> SmtpServer | None:
    if not text:
        return None
    parts = _url(
        text, {"smtp", "smtps"}, "give smtp://user:password@host:port, or smtps:// for TLS from the start."
    )
    tls = parts.scheme == "smtps"
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return SmtpServer(parts.hostname or "", parts.port or (465 if tls else 587), tls, user, password)


def _domain(text: str) -> str:
    if not _DOMAIN.fullmatch(text) or len(text) > 190:
        raise ValueError("give a domain in plain letters, such as kaizen.example.org.")
    return text.lower()


def _sender(text: str) -> Address:
    name, address = parseaddr(text)
    try:
        sender = Address(display_name=name, addr_spec=address)
        _domain(sender.domain)
        if len(getaddresses([text])) != 1 or not _MAILBOX.fullmatch(text):
            raise ValueError
    except (HeaderParseError, IndexError, ValueError):
        raise ValueError("give one address such as Kaizen <hello@kaizen.example.org>.") from None
    return sender


def _host_port(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or not host:
        raise ValueError("give host:port, such as 127.0.0.1:2525.")
    return host.strip("[]"), _port(port)


def _is_loopback(base_url: str) -> bool:
    return urlsplit(base_url).hostname in LOOPBACK


def _secret(given: str, data_dir: Path, production: bool) -> str:
    if given:
        if len(given) < 16:
            raise SettingError("SECRET_KEY is too short: give at least 16 random characters.")
        return given
    if production:
        raise SettingError("SECRET_KEY is missing: set it to a long random text and keep it for good.")
    return _kept_secret(data_dir)


def _kept_secret(data_dir: Path) -> str:
    """Return the local secret, made once; two starts at the same moment agree on the first one's."""
    path = data_dir / "secret_key"
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            draft = data_dir / f".secret_key.{os.getpid()}"
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_urlsafe(32))
            try:
                os.link(draft, path)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        kept = path.read_text().strip()
    except OSError as error:
        raise SettingError(
            f"DATA_DIR can't be written ({error.strerror}: {data_dir}): choose a folder that can."
        ) from None
    if len(kept) < 16:
        raise SettingError(f"SECRET_KEY is damaged in {path}: delete that file, and a new key is made.")
    return kept

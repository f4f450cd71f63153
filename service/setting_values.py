"""How each setting is read: a function a kind, which raises ValueError with a sentence that helps.

No sentence repeats what was given: it may hold a password.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.utils import getaddresses, parseaddr
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


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


def port(text: str) -> int:
    """Read a port; 0 is none."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise ValueError("give a port from 1 to 65535.")
    return int(text)


def whole(text: str) -> int:
    """Read a whole number from 0 to 1000."""
    if not (text.isascii() and text.isdigit() and int(text) <= 1000):
        raise ValueError("give a whole number from 0 to 1000.")
    return int(text)


def count(text: str) -> int:
    """Read a whole number from 1 to 1000."""
    if whole(text) < 1:
        raise ValueError("give a whole number from 1 to 1000.")
    return whole(text)


def hours(text: str) -> timedelta:
    """Read hours, which may be negative or a fraction."""
    try:
        return timedelta(hours=float(text))
    except (ValueError, OverflowError):
        raise ValueError("give hours to move the clock by, such as 24.") from None


def folder(text: str) -> Path:
    """Read a folder and make its path absolute."""
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


def base_url(text: str) -> str:
    """Read the address that people open, without a slash at its end."""
    parts = _url(text, {"http", "https"}, "give the address people open, such as https://kaizen.example.org.")
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise ValueError("give an address without a path, such as https://kaizen.example.org.")
    return text.rstrip("/")


def database(text: str) -> str:
    """Read a database address, and name the driver that SQLAlchemy wants."""
    sentence = "give postgresql://user:password@host/name or sqlite:///path."
    if text.startswith("sqlite:///"):
        return text
    _url(text, {"postgres", "postgresql", "postgresql+psycopg"}, sentence, hostless=True)
    # Platforms say postgres://; SQLAlchemy wants the driver's name.
    return f"postgresql+psycopg://{text.partition('://')[2]}"


def redis(text: str) -> str:
    """Read the address of Redis or Valkey; empty means the embedded one."""
    if text and not text.startswith("unix:///"):
        _url(text, {"redis", "rediss"}, "give redis://host:port/0, rediss:// or unix:///path.")
    return text


def smtp(text: str) -> SmtpServer | None:
    """Read a mail server; empty means the local mailbox."""
    if not text:
        return None
    parts = _url(
        text, {"smtp", "smtps"}, "give smtp://user:password@host:port, or smtps:// for TLS from the start."
    )
    tls = parts.scheme == "smtps"
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return SmtpServer(parts.hostname or "", parts.port or (465 if tls else 587), tls, user, password)


def domain(text: str) -> str:
    """Read a mail domain, in lower case."""
    if not _DOMAIN.fullmatch(text) or len(text) > 190:
        raise ValueError("give a domain in plain letters, such as kaizen.example.org.")
    return text.lower()


def sender(text: str) -> Address:
    """Read the one address that mail is from."""
    name, address = parseaddr(text)
    try:
        found = Address(display_name=name, addr_spec=address)
        domain(found.domain)
        if len(getaddresses([text])) != 1 or not _MAILBOX.fullmatch(text):
            raise ValueError
    except (HeaderParseError, IndexError, ValueError):
        raise ValueError("give one address such as Kaizen <hello@kaizen.example.org>.") from None
    return found


def host_port(text: str) -> tuple[str, int]:
    """Read host:port, IPv6 in brackets."""
    host, colon, number = text.rpartition(":")
    if not colon or not host:
        raise ValueError("give host:port, such as 127.0.0.1:2525.")
    return host.strip("[]"), port(number)


def is_loopback(base_url: str) -> bool:
    """Tell whether an address reaches this machine only."""
    return urlsplit(base_url).hostname in LOOPBACK

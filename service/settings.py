"""Settings from the environment, checked once at the start and frozen."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from service import inbound_values as coming
from service import sending_values as sending
from service import setting_values as values
from service.inbound_values import ImapServer
from service.kept_secret import kept_secret
from service.setting_values import SmtpServer

T = TypeVar("T")
LONGEST_DOMAIN = 68  # characters; dkimpy folds a longer one within the signature, which breaks it


class SettingError(Exception):
    """A setting is bad or missing; the message is one line that names it and says what to do."""


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
    smtp_connections: int
    smtp_rate: float  # mails a second, over all workers; 0 is no limit
    smtp_domain_rate: float  # mails a minute to any one recipient domain; 0 is no limit
    metrics_token: str
    dkim_selector: tuple[str, ...]
    dkim_key: tuple[Path, ...]  # one for each selector
    log_format: str
    inbound_lmtp: tuple[str, int] | Path | None
    inbound_tls_cert: Path | None
    inbound_tls_key: Path | None
    imap_url: ImapServer | None
    imap_done: str  # a folder; empty is to flag only
    trusted_authserv: tuple[str, ...]
    postmark_inbound: str  # user:password
    mailgun_signing_key: str
    sendgrid_inbound_key: str
    ses_topic: str
    raw_inbound_key: str

    @property
    def production(self) -> bool:
        """True where the service is reachable from other machines."""
        return not values.is_loopback(self.base_url)

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
        port = read("PORT", "8000", values.port)
        base_url = read("BASE_URL", f"http://localhost:{port}", values.base_url)
        production = not values.is_loopback(base_url)
        data_dir = read("DATA_DIR", "./var", values.folder)
        domain = (production and urlsplit(base_url).hostname) or "localhost"
        smtp = read("SMTP_URL", "", values.smtp)
        mail_from = read("MAIL_FROM", f"Kaizen <kaizen@{domain}>", values.sender)
        if production and smtp is None:
            raise SettingError("SMTP_URL is missing: set it to smtp://user:password@host:port to send mail.")
        if read("CLOCK_OFFSET_HOURS", "0", values.hours) and production:
            raise SettingError("CLOCK_OFFSET_HOURS is for trying things out locally: unset it in production.")
        selectors, keys = _dkim(read, mail_from.domain)
        cert, key = _pair(read)
        return cls(
            port=port,
            host=read("HOST", "0.0.0.0" if production else "127.0.0.1", str),  # noqa: S104 - behind a proxy
            data_dir=data_dir,
            base_url=base_url,
            secret_key=_secret(read("SECRET_KEY", "", str), data_dir, production),
            database_url=read("DATABASE_URL", f"sqlite:///{data_dir / 'kaizen.db'}", values.database),
            redis_url=read("REDIS_URL", "", values.redis),
            smtp=smtp,
            mail_from=mail_from,
            reply_domain=read("REPLY_DOMAIN", mail_from.domain, values.domain),
            inbound=read("INBOUND_SMTP", "127.0.0.1:2525", values.host_port),
            web_workers=read("WEB_CONCURRENCY", "1", values.count),
            send_workers=read("SEND_WORKERS", "1", values.count),
            trusted_proxies=read("TRUSTED_PROXIES", "0", values.whole),
            smtp_connections=read("SMTP_CONNECTIONS", "8", sending.connections),
            smtp_rate=read("SMTP_RATE", "0", sending.rate),
            smtp_domain_rate=read("SMTP_DOMAIN_RATE", "0", sending.rate),
            metrics_token=read("METRICS_TOKEN", "", sending.bearer),
            dkim_selector=selectors,
            dkim_key=keys,
            log_format=read("LOG_FORMAT", "text", sending.log_format),
            inbound_lmtp=read("INBOUND_LMTP", "", coming.lmtp),
            inbound_tls_cert=cert,
            inbound_tls_key=key,
            imap_url=read("IMAP_URL", "", coming.imap),
            imap_done=read("IMAP_DONE", "", coming.mail_folder),
            trusted_authserv=read("TRUSTED_AUTHSERV", "", coming.authservs),
            postmark_inbound=read("POSTMARK_INBOUND", "", coming.basic),
            mailgun_signing_key=read("MAILGUN_SIGNING_KEY", "", coming.shared_key),
            sendgrid_inbound_key=read("SENDGRID_INBOUND_KEY", "", coming.public_key),
            ses_topic=read("SES_TOPIC", "", coming.topic),
            raw_inbound_key=read("RAW_INBOUND_KEY", "", coming.shared_key),
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


def _dkim(read: _Reader, domain: str) -> tuple[tuple[str, ...], tuple[Path, ...]]:
    selectors = read("DKIM_SELECTOR", "", sending.selectors)
    keys = read("DKIM_KEY", "", sending.key_files)
    if keys and not selectors:
        raise SettingError("DKIM_SELECTOR is missing: name the DNS record of DKIM_KEY, such as kaizen.")
    if len(selectors) != len(keys):
        raise SettingError("DKIM_KEY is wrong: give one key file for each name in DKIM_SELECTOR.")
    if keys and len(domain) > LONGEST_DOMAIN:
        raise SettingError("DKIM_KEY is of no use: MAIL_FROM has a domain too long to sign for; unset it.")
    return selectors, keys


def _pair(read: _Reader) -> tuple[Path | None, Path | None]:
    cert = read("INBOUND_TLS_CERT", "", coming.readable)
    key = read("INBOUND_TLS_KEY", "", coming.readable)
    if cert and key:
        read("INBOUND_TLS_KEY", "", lambda _: coming.tls_context(cert, key))
    elif cert or key:
        raise SettingError(f"INBOUND_TLS_{'KEY' if cert else 'CERT'} is missing: give both files or neither.")
    return cert, key


def _secret(given: str, data_dir: Path, production: bool) -> str:
    if given:
        if len(given) < 16:
            raise SettingError("SECRET_KEY is too short: give at least 16 random characters.")
        return given
    if production:
        raise SettingError("SECRET_KEY is missing: set it to a long random text and keep it for good.")
    return _kept_secret(data_dir / "secret_key")


def _kept_secret(path: Path) -> str:
    try:
        kept = kept_secret(path)
    except OSError as error:
        raise SettingError(
            f"DATA_DIR can't be written ({error.strerror}: {path.parent}): choose a folder that can."
        ) from None
    if len(kept) < 16:
        raise SettingError(f"SECRET_KEY is damaged in {path}: delete that file, and a new key is made.")
    return kept

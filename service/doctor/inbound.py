"""Where replies come in by SMTP, LMTP and IMAP, and for how long our certificate is good."""

import smtplib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509

from service import clock
from service.doctor.finding import Finding, mend, ok
from service.inbound_values import ImapServer
from service.mail.imap import FAILURES, MailboxError, opened
from service.mail.imap_folder import Folder
from service.settings import Settings

TIMEOUT = 2  # seconds
SOON = timedelta(days=14)


def look(settings: Settings) -> Iterator[Finding]:
    """Yield whether somebody takes replies, and whether the certificate is soon to end."""
    yield _smtp(settings)
    if settings.inbound_lmtp:
        yield _lmtp(settings.inbound_lmtp)
    if settings.imap_url:
        yield _mailbox(settings.imap_url)
    if settings.inbound_tls_cert:
        yield from _certificate(settings.inbound_tls_cert, clock.now())


def _smtp(settings: Settings) -> Finding:
    host, port = settings.inbound
    try:
        with smtplib.SMTP(host, port, timeout=TIMEOUT) as smtp:
            smtp.ehlo()
            tls = smtp.has_extn("starttls")
    except (OSError, smtplib.SMTPException):
        return mend("inbound", f"nobody takes replies at {host}:{port}; start: kaizen inbound")
    if settings.inbound_tls_cert and not tls:
        return mend("inbound", f"{host}:{port} offers no TLS yet; restart: kaizen inbound")
    return ok("inbound", f"takes replies at {host}:{port}, {'with' if tls else 'without'} TLS")


def _lmtp(place: tuple[str, int] | Path) -> Finding:
    where = f"unix:{place}" if isinstance(place, Path) else f"{place[0]}:{place[1]}"
    host, port = (str(place), 0) if isinstance(place, Path) else place
    try:
        with smtplib.LMTP(host, port, timeout=TIMEOUT) as lmtp:
            code, _ = lmtp.ehlo("localhost")
    except (OSError, smtplib.SMTPException):
        return mend("lmtp", f"nobody takes replies at {where}; start: kaizen inbound")
    if code != 250:
        return mend("lmtp", f"what answers at {where} speaks no LMTP; check INBOUND_LMTP")
    return ok("lmtp", f"takes replies at {where}")


def _mailbox(server: ImapServer) -> Finding:
    try:
        with opened(server) as client:
            Folder(client, server.folder, "")
    except MailboxError as error:
        return mend("mailbox", f"{error}; check IMAP_URL")
    except FAILURES:
        return mend("mailbox", "the connection broke off; run kaizen doctor again")
    return ok("mailbox", "answers and opens")


def _certificate(path: Path, now: datetime) -> Iterator[Finding]:
    try:
        last = x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
    except (OSError, ValueError):
        yield mend("certificate", "the file of INBOUND_TLS_CERT holds no certificate; give one in PEM")
        return
    if last - now < SOON:
        yield mend("certificate", f"ends on {last:%Y-%m-%d}; renew it and restart: kaizen inbound")
    else:
        yield ok("certificate", f"good until {last:%Y-%m-%d}")

"""How the settings of mail that comes in are read; like `setting_values`, which see."""

import base64
import binascii
import re
import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

from service.setting_values import folder, host_port

_AUTHSERV = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?", re.ASCII)
_TOPIC = re.compile(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}", re.ASCII)
_HOST = re.compile(r"[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+", re.ASCII)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
LONGEST_SOCKET = 100  # bytes; the system's own limit is 104 to 108


@dataclass(frozen=True, slots=True)
class ImapServer:
    """A mailbox to read. `tls` means TLS from the first byte; otherwise STARTTLS, except on this machine."""

    host: str
    port: int
    tls: bool
    user: str
    password: str
    folder: str = "INBOX"

    def __repr__(self) -> str:  # a password must never reach a log by way of a traceback
        return f"ImapServer({self.host}:{self.port})"


def lmtp(text: str) -> tuple[str, int] | Path | None:
    """Read host:port or unix:/path; empty is none."""
    if not text:
        return None
    if not text.startswith("unix:"):
        return host_port(text)
    path = text.removeprefix("unix:")
    if not path.startswith("/") or path.endswith("/") or _CONTROLS.search(path):
        raise ValueError("give host:port, or unix: and the full path of a socket.")
    if len(path.encode()) > LONGEST_SOCKET:
        raise ValueError(f"the path of the socket is longer than {LONGEST_SOCKET} bytes.")
    return Path(path)


def imap(text: str) -> ImapServer | None:
    """Read a mailbox's address (RFC 5092, the plain part of it); empty is none."""
    if not text:
        return None
    sentence = "give imaps://user:password@host:993/INBOX, with % signs for what is not a letter or digit."
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError(sentence) from None
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    name = unquote(parts.path.strip("/")) or "INBOX"
    fit = parts.scheme in ("imap", "imaps") and _HOST.fullmatch(parts.hostname or "") and port != 0
    if not (fit and user and password) or parts.query or parts.fragment or _CONTROLS.search(name):
        raise ValueError(sentence)
    tls = parts.scheme == "imaps"
    return ImapServer(parts.hostname or "", port or (993 if tls else 143), tls, user, password, name)


def mail_folder(text: str) -> str:
    """Read the name of a mail folder; empty is none."""
    if _CONTROLS.search(text) or len(text) > 200:
        raise ValueError("give the name of a mail folder, such as Archive.")
    return text


def authservs(text: str) -> tuple[str, ...]:
    """Read authserv-ids (RFC 8601, 2.5) with commas between them, in lower case; empty is none."""
    found = tuple(part.strip().lower() for part in text.split(",")) if text else ()
    if not all(_AUTHSERV.fullmatch(name) for name in found):
        raise ValueError("give the name your mail server writes first in Authentication-Results.")
    return found


def basic(text: str) -> str:
    """Read user:password; empty is none."""
    user, colon, password = text.partition(":")
    if text and (not (user and colon) or len(password) < 8 or _CONTROLS.search(text)):
        raise ValueError("give user:password, with a password of at least 8 characters.")
    return text


def shared_key(text: str) -> str:
    """Read a secret that somebody signs with; empty is none."""
    if text and (len(text) < 16 or _CONTROLS.search(text)):
        raise ValueError("give the whole key: at least 16 characters.")
    return text


def public_key(text: str) -> str:
    """Read an ECDSA public key in base64 of DER; empty is none."""
    sentence = "give the verification key as SendGrid shows it: base64 that begins with M."
    try:
        key = load_der_public_key(base64.b64decode(text, validate=True)) if text else None
    except (binascii.Error, ValueError, UnsupportedAlgorithm):
        raise ValueError(sentence) from None
    if key is not None and not isinstance(key, ec.EllipticCurvePublicKey):
        raise ValueError(sentence)
    return text


def topic(text: str) -> str:
    """Read the ARN of an SNS topic; empty is none."""
    if text and not _TOPIC.fullmatch(text):
        raise ValueError("give the topic's ARN, such as arn:aws:sns:eu-west-1:123456789012:replies.")
    return text


def readable(text: str) -> Path | None:
    """Read the path of a file of ours; empty is none. The sentence repeats no path, as with DKIM_KEY."""
    if not text:
        return None
    path = folder(text)
    try:
        with path.open("rb") as file:
            file.read(1)
    except OSError as error:
        raise ValueError(f"the file can't be read ({error.strerror}): give the path of a PEM file.") from None
    return path


def tls_context(cert: Path, key: Path) -> ssl.SSLContext:
    """Return what STARTTLS is offered with; raises ValueError where the two files are no pair."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(cert, key, password="")  # a locked key must not ask at the terminal
    except (ssl.SSLError, ValueError):
        raise ValueError("it is no unlocked PEM key that fits the certificate of INBOUND_TLS_CERT.") from None
    return context

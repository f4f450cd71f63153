"""Amazon SNS: whether a message is from there, by its certificate, and the confirming of a subscription."""

import binascii
import re
import ssl
from base64 import b64decode
from collections import OrderedDict, deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from http.client import HTTPException, HTTPSConnection
from threading import Lock
from typing import Any
from urllib.parse import SplitResult, urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256

from service.web.inbound.shared import Refused, check_moment, encoded, text_in

# SNS tries for at most an hour what it could not hand over, and writes when it was published, not tried.
LIVES = timedelta(minutes=75)
SECONDS = 5.0
LARGEST_ANSWER = 64 * 1024
MOST_CERTIFICATES = 8
MOST_FETCHES = 10  # a minute: anybody may name certificates that do not exist
# A host of SNS and nothing beside it: no user, no port, no fragment, no sign that is not plain ASCII.
_URL = re.compile(r"https://sns\.[a-z0-9-]{3,30}\.amazonaws\.com(?:\.cn)?/[!\"$-~]*")
_CONFIRMATION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
_SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": _CONFIRMATION,
    "UnsubscribeConfirmation": _CONFIRMATION,
}
_HASHES = {"1": SHA1, "2": SHA256}


def fetch(url: str) -> bytes:
    """Return what a page of SNS says; raises OSError where it is not there. Follows no redirect."""
    parts = _ours(url)
    connection = HTTPSConnection(str(parts.hostname), timeout=SECONDS, context=ssl.create_default_context())
    try:
        connection.request("GET", f"{parts.path}{'?' if parts.query else ''}{parts.query}")
        answer = connection.getresponse()
        found = answer.read(LARGEST_ANSWER + 1)
        if answer.status != 200 or len(found) > LARGEST_ANSWER:
            raise OSError(f"SNS answered {answer.status}")
        if answer.length:  # what was promised and did not come
            raise OSError("the answer of SNS was cut short")
        return found
    except (HTTPException, ValueError) as error:
        raise OSError(type(error).__name__) from None
    finally:
        connection.close()


def check_signature(message: Mapping[str, Any], now: datetime) -> None:
    """Refuse a message that SNS did not sign, or that is too old.

    Amazon: version 1 signs with SHA-1 and version 2 with SHA-256, RSA as in PKCS #1 v1.5, over the names and
    values of certain fields, a line each; the certificate is to come from SNS by https.
    """
    _check_time(message, now)
    algorithm = _HASHES.get(text_in(message, "SignatureVersion", ""))
    if algorithm is None:
        raise Refused(403, "The signature's version is neither 1 nor 2; raw message delivery has to be off.")
    key = _certificates.key(text_in(message, "SigningCertURL", ""), now)
    try:
        signature = b64decode(text_in(message, "Signature", ""), validate=True)
        # SHA-1 is what version 1 is defined by; a topic can be set to version 2.
        key.verify(signature, signed_text(message), padding.PKCS1v15(), algorithm())
    except (binascii.Error, ValueError, InvalidSignature):
        raise Refused(403, "The signature is not of Amazon SNS.") from None


def signed_text(message: Mapping[str, Any]) -> bytes:
    """Return what the signature of a message covers; an absent Subject is left out."""
    names = _SIGNED.get(text_in(message, "Type", ""))
    if names is None:
        raise Refused(403, "The type of this message is not one of Amazon SNS.")
    lines = [(name, text_in(message, name)) for name in names if name != "Subject" or message.get(name)]
    return b"".join(encoded(f"{name}\n{value}\n", name) for name, value in lines)


def confirm(message: Mapping[str, Any]) -> None:
    """Confirm a subscription by opening its SubscribeURL; only after `check_signature`."""
    url = text_in(message, "SubscribeURL")
    _ours(url)
    try:
        fetch(url)
    except OSError:
        raise Refused(503, "Amazon SNS did not take the confirmation: please try again later.") from None


def _ours(url: str) -> SplitResult:
    """Return the parts of an address of SNS; refuses any other, as a way to make us fetch it."""
    if not _URL.fullmatch(url):
        raise Refused(403, "The address in the message is not one of Amazon SNS.")
    return urlsplit(url)


def _check_time(message: Mapping[str, Any], now: datetime) -> None:
    try:
        moment = datetime.fromisoformat(text_in(message, "Timestamp", ""))
    except ValueError:
        raise Refused(403, "The timestamp is missing or can't be read.") from None
    if moment.tzinfo is None:
        raise Refused(403, "The timestamp has no time zone.")
    check_moment(now, moment, LIVES)


class Certificates:
    """The keys of the certificates seen last. What can't be had is not remembered, and asked for rarely."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, x509.Certificate] = OrderedDict()
        self._fetched: deque[datetime] = deque(maxlen=MOST_FETCHES)
        self._lock = Lock()

    def key(self, url: str, now: datetime) -> rsa.RSAPublicKey:
        """Return the key of the certificate at an address of SNS; refuses one that is not valid now."""
        parts = _ours(url)
        if not parts.path.endswith(".pem") or parts.query:
            raise Refused(403, "The address of the certificate does not end in .pem.")
        found = self._kept.get(url) or self._load(url, now)
        key = found.public_key()
        if not found.not_valid_before_utc <= now <= found.not_valid_after_utc:
            raise Refused(403, "The certificate of Amazon SNS is not valid at this time.")
        if not isinstance(key, rsa.RSAPublicKey):
            raise Refused(403, "The certificate of Amazon SNS is of a kind that is not known here.")
        with self._lock:
            self._kept[url] = found
            self._kept.move_to_end(url)
            while len(self._kept) > MOST_CERTIFICATES:
                self._kept.popitem(last=False)
        return key

    def _load(self, url: str, now: datetime) -> x509.Certificate:
        with self._lock:
            busy = len(self._fetched) == MOST_FETCHES and now - self._fetched[0] < timedelta(minutes=1)
            if not busy:
                self._fetched.append(now)
        if busy:
            raise Refused(503, "Too many certificates were asked for: please try again later.")
        try:
            return x509.load_pem_x509_certificate(fetch(url))
        except OSError:
            raise Refused(503, "The certificate of Amazon SNS can't be had: try again later.") from None
        except ValueError:
            raise Refused(403, "The certificate of Amazon SNS can't be read.") from None


_certificates = Certificates()

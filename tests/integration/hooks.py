"""Requests as the providers make them, signed with keys of the tests."""

import hmac
import json
from base64 import b64encode
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from secrets import token_hex
from typing import Any
from urllib.parse import urlencode

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID
from werkzeug.test import TestResponse

from service.app import create_app
from service.storage.models import Inbound
from service.web.inbound import sns
from tests.world import COMPILED, World

TOPIC = "arn:aws:sns:eu-west-1:123456789012:replies"
HOST = "sns.eu-west-1.amazonaws.com"
CERT_URL = f"https://{HOST}/SimpleNotificationService-0123456789abcdef.pem"
CONFIRM_URL = f"https://{HOST}/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=abc"
PROVIDERS = ("postmark", "mailgun", "sendgrid", "ses", "raw")
SENDGRID = ec.generate_private_key(ec.SECP256R1())
BOUNDARY = "xYzZY"


def public(key: ec.EllipticCurvePrivateKey) -> str:
    kind = serialization.PublicFormat.SubjectPublicKeyInfo
    return b64encode(key.public_key().public_bytes(serialization.Encoding.DER, kind)).decode()


KEYS: dict[str, Any] = {
    "postmark_inbound": "kaizen:a long password",
    "mailgun_signing_key": "a signing key of mailgun",
    "sendgrid_inbound_key": public(SENDGRID),
    "ses_topic": TOPIC,
    "raw_inbound_key": "a key for raw messages",
}


@cache
def rsa_key(number: int = 0) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@cache
def certificate(begins: datetime, number: int = 0) -> bytes:
    """A certificate of SNS, good for a year from some day on."""
    key, name = rsa_key(number), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(begins).not_valid_after(begins + timedelta(days=365))
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def form(fields: dict[str, Any]) -> tuple[bytes, str]:
    return urlencode(fields, doseq=True).encode(), "application/x-www-form-urlencoded"


def multipart(fields: dict[str, Any]) -> tuple[bytes, str]:
    parts = []
    for name, value in fields.items():
        data = value if isinstance(value, bytes) else str(value).encode()
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
        parts.append(head.encode() + data + b"\r\n")
    body = b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()
    return body, f"multipart/form-data; boundary={BOUNDARY}"


@dataclass
class Hooks:
    """The service with all ways in open, and SNS played by `pages`: what each address answers."""

    world: World
    woken: list[int] = field(default_factory=list)
    pages: dict[str, bytes | OSError] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pages[CERT_URL] = certificate(datetime(2026, 1, 1, tzinfo=UTC))
        self.pages[CONFIRM_URL] = b"<ConfirmSubscriptionResponse/>"
        self.open(**KEYS)

    def open(self, **keys: Any) -> None:
        settings = replace(self.world.settings, **{**dict.fromkeys(KEYS, ""), **keys})
        app = create_app(settings, self.world.woken.extend, wake_inbound=self.woken.extend)
        app.extensions["kaizen"].storage.close()
        app.extensions["kaizen"] = replace(app.extensions["kaizen"], storage=self.world.storage)
        app.jinja_env.bytecode_cache = COMPILED
        self.client = app.test_client()

    def fetch(self, url: str) -> bytes:
        self.fetched.append(url)
        found = self.pages.get(url, OSError("no such page"))
        if isinstance(found, OSError):
            raise found
        return found

    @property
    def kept(self) -> list[Inbound]:
        return self.world.rows(Inbound)

    @property
    def now(self) -> str:
        return str(int(self.world.time.timestamp()))

    def post(self, provider: str, raw: bytes, to: str) -> TestResponse:
        """Hand a message over as a provider does."""
        made: TestResponse = getattr(self, provider)(raw, to)
        return made

    def postmark(
        self, raw: bytes, to: str, auth: Any = ("kaizen", "a long password"), **over: Any
    ) -> TestResponse:
        fields = {"OriginalRecipient": to, "RawEmail": raw.decode(), "TextBody": "done", **over}
        return self.client.post("/inbound/postmark", json=fields, auth=auth)

    def mailgun(self, raw: bytes, to: str, way: Any = form, **over: Any) -> TestResponse:
        fields = {**self.mailgun_signed(), "recipient": to, "sender": "ann@example.org", "body-mime": raw}
        data, kind = way({**fields, **{name.replace("_", "-"): value for name, value in over.items()}})
        return self.client.post("/inbound/mailgun/mime", data=data, content_type=kind)

    def mailgun_signed(self, timestamp: str = "", token: str = "") -> dict[str, str]:
        timestamp, token = timestamp or self.now, token or token_hex(25)
        made = hmac.new(KEYS["mailgun_signing_key"].encode(), (timestamp + token).encode(), sha256)
        return {"timestamp": timestamp, "token": token, "signature": made.hexdigest()}

    def sendgrid(self, raw: bytes, to: str, **over: Any) -> TestResponse:
        envelope = json.dumps({"to": [to], "from": "ann@example.org"})
        return self.sendgrid_signed(*multipart({"envelope": envelope, "email": raw, "to": to, **over}))

    def sendgrid_signed(
        self, body: bytes, kind: str, timestamp: str = "", key: Any = SENDGRID, headers: Any = None
    ) -> TestResponse:
        timestamp = timestamp or self.now
        made = b64encode(key.sign(timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))).decode()
        sent = {
            "X-Twilio-Email-Event-Webhook-Signature": made,
            "X-Twilio-Email-Event-Webhook-Timestamp": timestamp,
            **(headers or {}),
        }
        return self.client.post("/inbound/sendgrid", data=body, content_type=kind, headers=sent)

    def ses(self, raw: bytes, to: str, dmarc: str = "", base64: bool = True, **over: Any) -> TestResponse:
        content = b64encode(raw).decode() if base64 else raw.decode()
        receipt: dict[str, Any] = {
            "recipients": [to],
            "action": {"type": "SNS", "encoding": "BASE64" if base64 else "UTF8"},
        }
        if dmarc:
            receipt["dmarcVerdict"] = {"status": dmarc}
        mail = {"source": "ann@example.org", "destination": [to]}
        found = {"notificationType": "Received", "receipt": receipt, "mail": mail, "content": content, **over}
        return self.sns(Message=json.dumps(found))

    def notice(self, **over: Any) -> dict[str, Any]:
        """A message of SNS, not signed yet."""
        at = self.world.time.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        return {
            "Type": "Notification",
            "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
            "TopicArn": TOPIC,
            "Message": "{}",
            "Subject": "Amazon SES Email Receipt Notification",
            "Timestamp": at,
            "SignatureVersion": "1",
            "SigningCertURL": CERT_URL,
            "UnsubscribeURL": f"https://{HOST}/?Action=Unsubscribe",
            **over,
        }

    def sns(self, key: int = 0, **over: Any) -> TestResponse:
        """Post a message of SNS, signed as its version says."""
        notice = self.notice(**over)
        algorithm = hashes.SHA1() if notice["SignatureVersion"] == "1" else hashes.SHA256()
        signed = sns_text(notice)
        notice["Signature"] = b64encode(rsa_key(key).sign(signed, padding.PKCS1v15(), algorithm)).decode()
        return self.sns_as_is(notice)

    def sns_as_is(self, notice: Any) -> TestResponse:
        return self.client.post(
            "/inbound/ses", data=json.dumps(notice), content_type="text/plain; charset=UTF-8"
        )

    def raw(
        self, raw: bytes, to: str, sender: str = "<ann@example.org>", timestamp: str = "", headers: Any = None
    ) -> TestResponse:
        timestamp = timestamp or self.now
        sent = {
            "X-Kaizen-Timestamp": timestamp,
            "X-Kaizen-Signature": raw_signature(KEYS["raw_inbound_key"], timestamp, sender, to, raw),
            "X-Kaizen-From": sender,
            "X-Kaizen-To": to,
            **(headers or {}),
        }
        return self.client.post("/inbound/raw", data=raw, headers=sent, content_type="message/rfc822")


def raw_signature(key: str, timestamp: str, sender: str, to: str, raw: bytes) -> str:
    signed = f"{timestamp}.{sender}\n{to}\n".encode() + raw
    return hmac.new(key.encode(), signed, sha256).hexdigest()


def sns_text(notice: dict[str, Any]) -> bytes:
    """What Amazon documents to be signed, written down once more."""
    names = ["Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
    without = {"Token", "SubscribeURL"} if notice["Type"] == "Notification" else {"Subject"}
    lines = [
        line for name in names if name in notice and name not in without for line in (name, notice[name])
    ]
    return ("\n".join(map(str, lines)) + "\n").encode()


def assert_refused(hooks: Hooks, response: TestResponse, status: int, words: str = "") -> None:
    """Check the status, one clear sentence, and that nothing was stored."""
    assert response.status_code == status, response.text
    assert response.mimetype == "text/plain"
    (sentence,) = response.text.splitlines()
    assert sentence.endswith(".")
    assert words in sentence
    assert (hooks.kept, hooks.woken) == ([], [])


def opened(world: World, monkeypatch: pytest.MonkeyPatch) -> Hooks:
    """Open all ways in, on a clean memory of certificates and without the network."""
    made = Hooks(world)
    monkeypatch.setattr(sns, "fetch", made.fetch)
    monkeypatch.setattr(sns, "_certificates", sns.Certificates())
    return made

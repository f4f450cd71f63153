"""DKIM: sign our own mail, so that a receiver can tell that it is ours and unchanged (RFC 6376, RFC 8463)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import dkim

from service.mail.keys import PrivateKey, for_dkimpy, private_key
from service.settings import Settings

# RFC 6376, 5.4.1, and what one-click unsubscribe asks for (RFC 8058, 4).
SIGNED = (
    b"from",
    b"to",
    b"subject",
    b"date",
    b"message-id",
    b"reply-to",
    b"in-reply-to",
    b"references",
    b"list-unsubscribe",
    b"list-unsubscribe-post",
    b"list-id",
    b"mime-version",
    b"content-type",
    b"auto-submitted",
)


class _Undated(dkim.DKIM):  # type: ignore[misc]
    """Signs without `t=`, which would be this machine's clock and not the service's: a mail signs one way."""

    def gen_header(self, fields: list[tuple[bytes, bytes]], *rest: Any) -> bytes:
        header: bytes = super().gen_header([pair for pair in fields if pair[0] != b"t"], *rest)
        return header


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs for one domain with each of its keys; `keys` are their selectors and themselves."""

    domain: str
    keys: Sequence[tuple[str, PrivateKey]] = field(repr=False)

    def sign(self, content: bytes) -> bytes:
        """Return a mail with CRLF lines with a DKIM-Signature header a key in front.

        From is signed once more than it is there, so that nobody can add a second one. No signature covers
        another, so their order does not matter. Threads may share a Signer.
        """
        mail = _Undated(content)
        there = [name.lower() for name, _ in mail.headers]
        names = [name for name in SIGNED for _ in range(there.count(name))]
        return b"".join(self._header(mail, [*names, b"from"], *pair) for pair in self.keys) + content

    def _header(self, mail: _Undated, names: list[bytes], selector: str, key: PrivateKey) -> bytes:
        algorithm, secret = for_dkimpy(key)
        header: bytes = mail.sign(
            selector.encode(),
            self.domain.encode(),
            secret,
            signature_algorithm=algorithm,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=names,
        )
        return header


def signer_of(settings: Settings) -> Signer | None:
    """Return what signs our mail, for the domain of MAIL_FROM; None where no key is set."""
    pairs = zip(settings.dkim_selector, settings.dkim_key, strict=True)
    keys = [(selector, private_key(path.read_bytes())) for selector, path in pairs]
    return Signer(settings.mail_from.domain.lower(), keys) if keys else None


def signing(settings: Settings) -> Callable[[bytes], bytes]:
    """Return what puts signatures on a mail; without a key it leaves the mail as it is."""
    signer = signer_of(settings)
    return _as_it_is if signer is None else signer.sign


def _as_it_is(content: bytes) -> bytes:
    return content

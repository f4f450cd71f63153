"""E-mail addresses as people mean them: which two are one mailbox, and which are variants of one."""

import unicodedata

import idna


def same_mailbox(one: str, other: str) -> bool:
    """Tell whether two addresses are equal: in any case, composed or not (NFC), in Punycode or not (UTS #46).

    Aliases are different addresses here: mail services differ in what they take for one.
    """
    mine = _parts(one)
    return mine is not None and mine == _parts(other)


def variant_of(one: str, other: str) -> bool:
    """Tell whether two different addresses are variants of one mailbox: by a `+alias`, or by dots."""
    mine, theirs = _parts(one), _parts(other)
    return mine is not None and theirs is not None and mine != theirs and _plain(*mine) == _plain(*theirs)


def _parts(address: str) -> tuple[str, str] | None:
    """Return the local part and the domain in the form in which equal ones are equal; None for no address."""
    local, at, domain = address.strip().rpartition("@")
    if not (local and at and domain) or "@" in local or len(address) > 320:
        return None
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", local).casefold())
    return folded, _domain(domain.removesuffix("."))


def _domain(domain: str) -> str:
    """Return a domain in its ASCII form; one that can't be a domain name as it is, in lower case."""
    try:
        return idna.encode(domain, uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        return unicodedata.normalize("NFC", domain).casefold()


def _plain(local: str, domain: str) -> tuple[str, str]:
    return local.partition("+")[0].replace(".", "") or local, domain

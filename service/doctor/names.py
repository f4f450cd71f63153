"""Ask the DNS, with little patience."""

from typing import Any

import dns.exception
import dns.resolver
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.TXT import TXT

TIMEOUT = 3.0  # seconds for one question, all tries together


class NoNames(Exception):  # noqa: N818
    """No name server gave an answer; the message says why in a few words."""


class Names:
    """A resolver that tells "there is none" from "nobody answers"."""

    def __init__(self, resolver: dns.resolver.Resolver | None = None) -> None:
        self._resolver = resolver

    def txt(self, name: str) -> list[str]:
        """Return the texts at a name; raises NoNames."""
        found = self._ask(name, "TXT")
        return [b"".join(row.strings).decode(errors="replace") for row in found if isinstance(row, TXT)]

    def mx(self, name: str) -> list[str]:
        """Return the servers that take mail for a name, the preferred first; raises NoNames."""
        rows = [row for row in self._ask(name, "MX") if isinstance(row, MX)]
        rows.sort(key=lambda row: row.preference)
        return [row.exchange.to_text(omit_final_dot=True) for row in rows]

    def _ask(self, name: str, kind: str) -> list[Any]:
        try:
            self._resolver = self._resolver or dns.resolver.Resolver()
            return list(self._resolver.resolve(name, kind, lifetime=TIMEOUT, search=False))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except dns.resolver.LifetimeTimeout:
            raise NoNames("no name server answers within 3 seconds") from None
        except dns.exception.DNSException as error:
            raise NoNames(f"the name server can't answer for {name} ({type(error).__name__})") from None

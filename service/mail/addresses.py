"""The addresses that carry a token: where replies go, where leaving goes, and the envelope sender (VERP).

And the plain ones, which anybody may know.
"""

from dataclasses import dataclass, field
from datetime import date

from service.links import BadToken, Purpose, read, sign

_PREFIX = {"reply": Purpose.REPLY, "leave": Purpose.UNSUBSCRIBE, "bounce": Purpose.BOUNCE}
HELLO = "hello"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Makes and reads this service's own addresses; `sender` is the one that stands in our mail's From."""

    secret: str = field(repr=False)
    domain: str
    sender: str = ""

    @property
    def plain(self) -> tuple[str, ...]:
        """The addresses without a token, in lower case: our mail's From, and hello@ the reply domain."""
        own = f"{HELLO}@{self.domain}"
        return tuple(dict.fromkeys(address for address in (self.sender.lower(), own) if address))

    def reply(self, goal_id: int, day: date) -> str:
        """Return the Reply-To of a goal's mail of a day."""
        return f"reply-{sign(self.secret, Purpose.REPLY, goal_id, day.toordinal())}@{self.domain}"

    def leave(self, person_id: int) -> str:
        """Return the address whose mail ends all mail to a person (RFC 2369)."""
        return f"leave-{sign(self.secret, Purpose.UNSUBSCRIBE, person_id)}@{self.domain}"

    def bounce(self, delivery_id: int) -> str:
        """Return the envelope sender of one delivery (VERP)."""
        return f"bounce-{sign(self.secret, Purpose.BOUNCE, delivery_id)}@{self.domain}"

    def is_plain(self, address: str) -> bool:
        """Tell whether an address is one of our plain ones."""
        return _bare(address) in self.plain

    def is_ours(self, address: str) -> bool:
        """Tell whether we take mail for an address; anything else would be relaying."""
        try:
            self.read(address)
        except BadToken:
            return self.is_plain(address)
        return True

    def read(self, address: str) -> tuple[Purpose, tuple[int, ...]]:
        """Return what an address of ours is for and its numbers; raises BadToken for any other address."""
        local, _, domain = _bare(address).rpartition("@")
        prefix, _, token = local.partition("-")
        purpose = _PREFIX.get(prefix)
        if domain != self.domain or purpose is None:
            raise BadToken
        return purpose, read(self.secret, purpose, token)


def _bare(address: str) -> str:
    return address.strip().strip("<>").lower()

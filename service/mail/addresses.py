"""The addresses that carry a token: where replies go, where leaving goes, and the envelope sender (VERP)."""

from dataclasses import dataclass, field
from datetime import date

from service.links import BadToken, Purpose, read, sign

_PREFIX = {"reply": Purpose.REPLY, "leave": Purpose.UNSUBSCRIBE, "bounce": Purpose.BOUNCE}


@dataclass(frozen=True, slots=True)
class Addresses:
    """Makes and reads this service's own addresses."""

    secret: str = field(repr=False)
    domain: str

    def reply(self, goal_id: int, day: date) -> str:
        """Return the Reply-To of a goal's mail of a day."""
        return f"reply-{sign(self.secret, Purpose.REPLY, goal_id, day.toordinal())}@{self.domain}"

    def leave(self, person_id: int) -> str:
        """Return the address whose mail ends all mail to a person (RFC 2369)."""
        return f"leave-{sign(self.secret, Purpose.UNSUBSCRIBE, person_id)}@{self.domain}"

    def bounce(self, delivery_id: int) -> str:
        """Return the envelope sender of one delivery (VERP)."""
        return f"bounce-{sign(self.secret, Purpose.BOUNCE, delivery_id)}@{self.domain}"

    def read(self, address: str) -> tuple[Purpose, tuple[int, ...]]:
        """Return what an address of ours is for and its numbers; raises BadToken for any other address."""
        local, _, domain = address.strip().strip("<>").lower().rpartition("@")
        prefix, _, token = local.partition("-")
        purpose = _PREFIX.get(prefix)
        if domain != self.domain or purpose is None:
            raise BadToken
        return purpose, read(self.secret, purpose, token)

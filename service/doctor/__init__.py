"""`kaizen doctor`: look at each part and say in a line whether it works, or how to mend it."""

from collections.abc import Iterator

from dns.resolver import Resolver

from service.doctor import domain, parts, relay
from service.doctor.finding import Finding
from service.settings import Settings


def examine(settings: Settings, resolver: Resolver | None = None) -> Iterator[Finding]:
    """Yield what there is to say of each part; nothing is changed. `resolver` stands in for the system's."""
    yield from parts.look(settings)
    yield relay.look(settings)
    yield from domain.look(settings, resolver)

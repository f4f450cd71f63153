"""Who is connected: how many at once, for how long, how much they may hold in memory, and how all must go."""

import asyncio
from collections import Counter
from ipaddress import IPv6Address, ip_address
from typing import Any, Protocol

MOST = 200  # connections
MOST_OF_ONE = 50  # connections from one address, or one /64 network of IPv6
ROOM = 64 * 1024 * 1024  # bytes of messages that are not committed yet, of all connections together
SILENCE = 60.0  # seconds without a byte from the peer
LONGEST = 600.0  # seconds without a whole message from the peer
SHORTEST = 20.0  # the same where others wait to come in
GRACE, COMMITTED_WITHIN = 2.0, 8.0  # seconds at the end: to receive a message, and to commit it


class Guest(Protocol):
    """What the lobby asks of a connection. Moments are the loop's, in seconds."""

    heard: float
    since: float
    receiving: bool
    keeping: bool

    def dismiss(self, words: str) -> None:
        """Say goodbye and close; the second time, close whatever is left to be said."""


class Lobby:
    """All connections of one process."""

    def __init__(self, most: int = MOST, most_of_one: int = MOST_OF_ONE, room: int = ROOM) -> None:
        self.most, self.most_of_one, self.room = most, most_of_one, room
        self.silence, self.longest, self.shortest = SILENCE, LONGEST, SHORTEST
        self.closing = False
        self._guests: dict[Guest, str] = {}
        self._of_one: Counter[str] = Counter()
        self._held = 0

    def __len__(self) -> int:
        return len(self._guests)

    def enter(self, guest: Guest, peer: Any) -> bool:
        """Let a connection in, for which the one that has brought nothing for longest may have to go."""
        key = _key(peer)
        if self.closing or (key and self._of_one[key] >= self.most_of_one):
            return False
        if len(self._guests) >= self.most:
            idlest = min(self._guests, key=lambda one: one.since)
            if idlest.keeping or guest.since - idlest.since < self.shortest:
                return False
            idlest.dismiss("421 4.3.2 Others are waiting, please come back later")
            idlest.dismiss("")  # it may not be reading at all
            self.leave(idlest)
        self._guests[guest] = key
        self._of_one[key] += 1
        return True

    def leave(self, guest: Guest) -> None:
        """Forget a connection; one that is not here is none to forget."""
        key = self._guests.pop(guest, None)
        if key is not None:
            self._of_one[key] -= 1
            if not self._of_one[key]:
                del self._of_one[key]

    def hold(self, size: int) -> bool:
        """Take room for a piece of a message; False where there is none left."""
        if self._held + size > self.room:
            return False
        self._held += size
        return True

    def release(self, size: int) -> None:
        """Give room back."""
        self._held -= size

    def sweep(self, now: float) -> None:
        """Send those away that keep silent, or never come to an end."""
        for guest in list(self._guests):
            if guest.keeping:
                continue
            if now - guest.heard > self.silence or now - guest.since > self.longest:
                guest.dismiss("421 4.4.2 That takes too long")

    async def watch(self) -> None:
        """Sweep every second."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(min(1.0, self.silence))
            self.sweep(loop.time())

    async def close(self) -> None:
        """End all connections: idle ones now, others once their message is answered, or soon after."""
        self.closing = True
        loop = asyncio.get_running_loop()
        began = loop.time()
        while self._guests and loop.time() - began < COMMITTED_WITHIN:
            late = loop.time() - began > GRACE
            for guest in list(self._guests):
                if not guest.keeping and (late or not guest.receiving):
                    guest.dismiss("421 4.3.2 Closing, please come back later")
            await asyncio.sleep(0.02)
        for guest in list(self._guests):
            guest.dismiss("421 4.3.2 Closing, please come back later")
            guest.dismiss("")


def _key(peer: Any) -> str:
    """Return what counts as one peer; a unix socket has none."""
    if not isinstance(peer, tuple):
        return ""
    try:
        address = ip_address(peer[0].partition("%")[0])
    except ValueError:
        return str(peer[0])
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    return str(address) if address.version == 4 else str(int(address) >> 64)

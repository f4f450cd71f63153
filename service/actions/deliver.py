"""Deliver: lease outbox rows, look once more whether each is still wanted, send it, and mark it."""

from collections.abc import Iterable

from service.actions.batch import Batch
from service.actions.leasing import LEASE, Leases
from service.actions.post import Post
from service.storage import holds

__all__ = ["LEASE", "Post", "deliver"]


def deliver(post: Post, ids: Iterable[int]) -> int:
    """Send those of the deliveries that are free and still wanted; return how many went out.

    Killed between sending and marking, the one mail in hand of each connection goes out again with the same
    Message-ID. While sending is held, all of them wait.
    """
    with post.storage.read() as session:
        hold = holds.current(session, holds.SENDING)
    if holds.in_force(hold, post.now()):
        return 0
    return Batch(post, Leases(post.now, ids), hold is not None).run()

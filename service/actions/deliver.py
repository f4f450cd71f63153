"""Deliver: lease outbox rows, look once more whether each is still wanted, send it, and mark it."""

from collections.abc import Iterable
from datetime import timedelta

from service.actions.batch import Batch, Post
from service.storage import holds, queries

__all__ = ["LEASE", "Post", "deliver"]

LEASE = timedelta(minutes=10)


def deliver(post: Post, ids: Iterable[int]) -> int:
    """Send those of the deliveries that are free and still wanted; return how many went out.

    Killed between sending and marking, the one mail in hand of each connection goes out again with the same
    Message-ID. While sending is held, all of them wait.
    """
    now = post.now()
    with post.storage.hurry() as session:  # a lease that is lost leaves the row queued
        hold = holds.current(session, holds.SENDING)
        if holds.in_force(hold, now):
            return 0
        taken = queries.lease(session, ids, now, now + LEASE)
    return Batch(post, taken, hold is not None).run()

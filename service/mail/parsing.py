"""Raw bytes → parsed message, within bounds and a time limit.

The limit is of this thread's own processor time, so a busy machine spoils no mail. It needs no signal: it is
looked at between pieces and at each part, in an RQ worker as anywhere else.
"""

import time
from email.errors import MessageError
from email.feedparser import BytesFeedParser
from email.message import Message
from email.policy import Policy, compat32

from service.mail.bounds import Unreadable, check

MOST_PARTS = 200  # also the blocks of a delivery report
SECONDS = 2.0  # of processor time, for a whole message
_PIECE = 65536

# What the standard library's parser is known to raise on hostile mail; not all of Exception, because RQ's own
# timeout is one too.
FAILURES = (ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError, MessageError)

Parsed = Message


class Deadline:
    """The end of the processor time that a message may take."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._end = time.thread_time() + seconds

    def look(self) -> None:
        """Raise Unreadable where the time is over."""
        if time.thread_time() > self._end:
            raise Unreadable("reading it takes too long")


def parse(raw: bytes, deadline: Deadline | None = None) -> Parsed:
    """Parse a message that may be hostile; raises Unreadable."""
    check(raw)
    limit = deadline or Deadline()
    parts = 0

    def part(policy: Policy = compat32) -> Parsed:
        nonlocal parts
        parts += 1
        limit.look()
        if parts > MOST_PARTS:
            raise Unreadable("too many parts")
        return Message(policy=policy)

    try:
        parser = BytesFeedParser(part, policy=compat32)  # it parses no header before somebody asks for it
        for start in range(0, len(raw), _PIECE):
            parser.feed(raw[start : start + _PIECE])
            limit.look()
        return parser.close()
    except FAILURES as error:
        raise Unreadable(f"the parser failed: {type(error).__name__}") from error

"""The few ways in which the benchmarks enter the service: what changes there is mended here only."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice

from jobs.queues import BATCH as JOB
from service.actions import tick
from service.actions.deliver import Post, deliver
from service.actions.gather import Fresh, gather
from service.actions.letters import letter
from service.actions.outbox import Outbox
from service.actions.reading import CHUNK
from service.actions.sections import Section
from service.domain.sizes import Direction, Step, versions
from service.domain.step import read_size
from service.mail.compose import Sender, compose
from service.mail.smtp import SmtpTransport
from service.setting_values import SmtpServer
from service.storage import standings
from service.storage.records import versions_to
from service.storage.session import Storage

DOMAIN = "kaizen.example.org"
CONNECTIONS = 8  # that one worker keeps
CLAIMED = tick.BATCH  # goals a transaction


def claim(storage: Storage, now: datetime) -> tuple[int, list[int]]:
    """Claim one batch as the tick job does; return how many goals it was, and the deliveries to wake."""
    with storage.write() as session:
        outbox = Outbox(session, now, DOMAIN)
        return tick.claim(outbox), outbox.woken


def claim_all(storage: Storage, now: datetime, most: int = 10**9) -> tuple[int, list[int]]:
    """Claim batch after batch until nothing is due or `most` goals are claimed; return as `claim` does."""
    goals, woken = 0, []
    while goals < most:
        claimed, ids = claim(storage, now)
        goals, woken = goals + claimed, woken + ids
        if claimed < CLAIMED:
            break
    return goals, woken


def send(
    storage: Storage,
    sender: Sender,
    server: SmtpServer,
    now: datetime,
    ids: Sequence[int],
    *,
    connections: int = CONNECTIONS,
) -> int:
    """Deliver as one worker does, a job's worth at a time; return how many mails went out.

    Its connections stay open from one job to the next while there are more.
    """
    with SmtpTransport(server, connections) as transport:
        post = Post(storage, sender, transport, lambda: now)
        return sum(deliver(post, batch) for batch in batches(ids, JOB))


def gathered(storage: Storage, ids: Sequence[int]) -> list[list[Section]]:
    """Read deliveries as a worker does before it sends them, and store the standings that were missing."""
    sections = []
    for batch in batches(ids, CHUNK):
        fresh: Fresh = {}
        with storage.read() as session:
            sections += gather(session, batch, fresh)
        standings.store(storage, fresh)
    return sections


def composed(rows: Sequence[list[Section]], sender: Sender, now: datetime) -> Iterator[bytes]:
    """Compose mails from what was gathered."""
    for row in rows:
        yield compose(letter(row, sender, now), sender, now).content


def stored_step(words: str, weekdays: int) -> tuple[dict[str, object], int | None, str]:
    """Return what a rung stores of a step: its other sizes, its amount in thousandths, and its unit."""
    days = frozenset(day for day in range(7) if weekdays >> day & 1)
    size = read_size(words)
    amount = None if size is None else int(size.amount * 1000)
    return versions_to(versions(Step(words, days, Direction.MORE))), amount, size.unit[:40] if size else ""


def batches(items: Iterable[int], size: int) -> Iterator[list[int]]:
    """Cut into lists of at most `size`."""
    left = iter(items)
    while batch := list(islice(left, size)):
        yield batch

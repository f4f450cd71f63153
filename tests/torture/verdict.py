"""What must be true after the last round, and how often each kill made a second copy."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from service.storage.models import Delivery, DeliveryState
from tests.integration.crowd import deliveries
from tests.torture.points import REST, Point
from tests.torture.rounds import Run

SENT = frozenset([DeliveryState.SENT])


@dataclass(frozen=True)
class Tally:
    """The kills at each point, and the extra copies that each point's kills made."""

    kills: Counter[str]
    extras: Counter[str]
    most: int  # extra copies by one kill

    @property
    def planned(self) -> int:
        return sum(count for point, count in self.kills.items() if point != REST)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.kills + other.kills, self.extras + other.extras, max(self.most, other.most))


NOTHING = Tally(Counter(), Counter(), 0)


def judged(run: Run) -> Tally:
    """Raise AssertionError where a promise is broken; return the tally."""
    rows = deliveries(run.ground.storage)
    assert len(rows) == run.goals, "one delivery a goal"
    assert {row.state for row in rows} == SENT, Counter(row.state for row in rows)
    _arrived(run, [row for row in rows if row.lead_id is None])
    assert run.sink.unmarked == [], "mails that nobody marked"
    assert not any("Traceback" in log.read_text(errors="replace") for log in run.logs), "an error in a log"
    return _tally(run)


def _arrived(run: Run, mails: list[Delivery]) -> None:
    """Each mail arrived, each to one person, and every copy has the same Message-ID."""
    assert len(mails) == run.ordeal.mails
    came = {mail.message_id for mail in run.sink.taken}
    assert came == {mail.message_id for mail in mails}, "the mails that came are the mails that were due"
    ways = {(mail.message_id, mail.rcpt_to) for mail in run.sink.taken}
    assert len(ways) == len({to for _, to in ways}) == len(came), "one Message-ID a person"


def _tally(run: Run) -> Tally:
    """Every extra copy is the doing of a kill: the copy before it came from a process that was killed."""
    copies: defaultdict[str, list[int]] = defaultdict(list)
    for mail in run.sink.taken:
        copies[mail.message_id].append(mail.pid)
    by_kill = Counter(pid for pids in copies.values() for pid in pids[:-1])
    unexplained = {pid: count for pid, count in by_kill.items() if pid not in run.plan.done}
    assert not unexplained, f"extra copies that no kill explains: {unexplained}"
    most = max(by_kill.values(), default=0)
    assert most <= run.ordeal.connections, f"{most} extra copies by one kill"
    extras: Counter[str] = Counter()
    for pid, count in by_kill.items():
        extras[run.plan.done[pid]] += count
    assert extras[Point.MARKED] == 0 or run.ordeal.connections > 1, "an extra copy of a mail that was marked"
    return Tally(run.plan.counts(), extras, most)

"""What a mail says about one goal on one day: the values of a section of the daily template."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any

from service.domain.chain import Chain
from service.domain.facts import Facts
from service.domain.growth import Version, offers
from service.domain.ladder import Rung, stages
from service.domain.record import Record
from service.domain.sizes import Direction
from service.domain.spoken import figure, month_of, much, on_days
from service.links import Purpose
from service.mail.compose import Sender
from service.mail.kinds import ASKING
from service.mail.slots import Fixed
from service.storage.models import Delivery, Goal

ASKED_LIGHT = 1  # the third number of a done link whose mail asked for the lighter version
LADDER_EVERY = 7  # days between two mails that show the ladder
_MOST_STAGES = 6
_MANY = 3  # days missed: more are told in the same words
_ABOUT_A_RUNG = (Purpose.GROW, Purpose.KEEP, Purpose.SMALLER)


class Aside(StrEnum):
    """The one thing that a mail tells beside the step."""

    NONE = ""
    ASKING = "asking"
    GREW = "grew"
    OFFER = "offer"
    EASY = "easy"
    MILESTONE = "milestone"
    MEMORY = "memory"
    LADDER = "ladder"


@dataclass(frozen=True, slots=True)
class Section:
    """One goal's part of a mail: its delivery, its facts, and the words of the past that come back today."""

    delivery: Delivery
    record: Facts
    memory: tuple[str, str] | None = None  # how long ago, and the words


def section_values(section: Section, sender: Sender) -> dict[str, Any]:
    """Return the values for one goal's section of a daily mail."""
    goal, record, day = section.delivery.goal, section.record, section.delivery.day
    version, rung, now = record.version(day), record.rung(day), record.chain(day)
    beside = aside(section, rung, version, now)
    step, own = record.words(day, version, goal.step), record.words(day, Version.FULL, goal.step)
    light = rung.versions.light if rung is not None else None
    asked = (ASKED_LIGHT,) if version is Version.LIGHT else ()
    beside_light = version is Version.LIGHT and beside is not Aside.ASKING
    return {
        "goal": goal.title,
        "step": step,
        "own": own,
        "full": step == own,
        "tiny": _tiny(rung, step),
        "first": day == goal.starts_on,
        "less": goal.direction == Direction.LESS,
        "yesterday": record.previous(day),
        "our_fault": record.our_fault(day),
        "chain": chain_values(now),
        "light": beside_light,
        "easier": light.words if light is not None else "",
        "missed": min(record.missed(day), _MANY),
        "aside": beside,
        "next": next_size(rung),
        "memory": section.memory,
        "climb": climb_values(record, day, goal) if beside is Aside.LADDER else None,
        "milestone": record.milestone(day) if beside is Aside.MILESTONE else None,
        "words": _words(section, rung, version, beside),
        **urls(goal, rung, sender, day, *(_LIGHT_LINKS if beside_light else _LINKS.get(beside, ()))),
        "done_url": sender.url(Purpose.DONE, goal.id, day.toordinal(), *asked),
    }


_LIGHT_LINKS = (Purpose.KEEP, Purpose.BACK)
_LINKS = {
    Aside.OFFER: (Purpose.GROW, Purpose.STAY),
    Aside.GREW: (Purpose.SMALLER,),
    Aside.ASKING: (Purpose.SMALLER, Purpose.PAUSE, Purpose.REST),
}


def chain_values(now: Chain) -> dict[str, Any]:
    """Return a chain as templates tell it: its numbers as words, and what they ask about them."""
    return {
        "length": str(now.length),
        "best": str(now.best),
        "total": str(now.total),
        "recent_done": str(now.recent_done),
        "recent_days": str(now.recent_days),
        "bent": now.bent,
        "going": now.length > 0,
        "one": now.length == 1,
        "longer": now.best > now.length,
        "any": now.total > 0,
        "once": now.total == 1,
        "recent": now.recent_days > 1,
    }


def urls(goal: Goal, rung: Rung | None, sender: Sender, day: date, *purposes: Purpose) -> dict[str, str]:
    """Return the links that a goal's mail of a day needs: the bad-day version's, and those of its choices."""

    def url(purpose: Purpose) -> str:
        about = rung.id if rung is not None and purpose in _ABOUT_A_RUNG else day.toordinal()
        return sender.url(purpose, goal.id, about)

    return {f"{purpose}_url": url(purpose) for purpose in (Purpose.TINY, *purposes)}


def _tiny(rung: Rung | None, step: str) -> str:
    """Return the bad-day version in words; empty where only the first moment of the step is smaller."""
    tiny = rung.versions.tiny if rung is not None else None
    return tiny.words if tiny is not None and tiny.words != step else ""


def aside(section: Section, rung: Rung | None, version: Version, now: Chain) -> Aside:
    """Return the one thing that a mail tells beside the step: the most useful of those that are due today."""
    if section.delivery.kind == ASKING.name:
        return Aside.ASKING
    goal, day = section.delivery.goal, section.delivery.day
    if rung is None or day == goal.starts_on or version is Version.LIGHT:
        return Aside.NONE
    for name, due in _ASIDES:
        if due(section, rung, now):
            return name
    return Aside.NONE


def _grew(section: Section, rung: Rung, _now: Chain) -> bool:
    return rung.why == "grew" and rung.day == section.delivery.day


def _easy(section: Section, _rung: Rung, _now: Chain) -> bool:
    goal, day = section.delivery.goal, section.delivery.day
    return not goal.grows and offers(section.record.easy_for(day), day, goal.rests_until)


def _offer(section: Section, rung: Rung, now: Chain) -> bool:
    return rung.versions.grown is not None and _easy(section, rung, now)


def _milestone(section: Section, _rung: Rung, _now: Chain) -> bool:
    return section.record.milestone(section.delivery.day) is not None


def _remembers(section: Section, _rung: Rung, _now: Chain) -> bool:
    return section.memory is not None


def _ladder(section: Section, _rung: Rung, now: Chain) -> bool:
    day, starts = section.delivery.day, section.delivery.goal.starts_on
    weekly = starts is not None and (day - starts).days % LADDER_EVERY == 0 and now.total > 1
    return weekly and section.record.climb(day) is not None


# By their use today, the most useful first.
_ASIDES: tuple[tuple[Aside, Callable[[Section, Rung, Chain], bool]], ...] = (
    (Aside.GREW, _grew),
    (Aside.OFFER, _offer),
    (Aside.EASY, _easy),
    (Aside.MILESTONE, _milestone),
    (Aside.MEMORY, _remembers),
    (Aside.LADDER, _ladder),
)


def next_size(rung: Rung | None) -> str:
    """Return the next size in words; where it is one of days, with the days."""
    versions = rung.versions if rung is not None else None
    if rung is None or versions is None or versions.grown is None:
        return ""
    if versions.grown_weekdays is None:
        return versions.grown.words
    days = on_days(versions.grown_weekdays)
    return days if versions.grown.words == rung.step else f"{versions.grown.words}, {days}"


def climb_values(record: Facts, today: date, goal: Goal) -> dict[str, Any] | None:
    """Return the ladder's line in parts, ready to be put into words; None where the step has no amount."""
    found = record.climb(today)
    if found is None:
        return None
    first, last = found.sizes[0], found.sizes[-1]
    adds_up = goal.direction == Direction.MORE and found.total > 0
    return {
        "sizes": _sizes(found.sizes, found.between, found.unit, found.units),
        # A ladder that leads down is nothing to hold up to anybody; its sum is.
        "climbs": first < last if goal.direction == Direction.MORE else last < first,
        "since": month_of(found.since, today),
        "total": much(found.total, found.unit, found.units) if adds_up else "",
        "recent": figure(found.recent) if adds_up and 0 < found.recent < found.total else "",
        "done": str(record.times()),
        "once": record.times() == 1,
    }


@lru_cache(maxsize=1024)  # people have much the same sizes
def _sizes(sizes: tuple[Decimal, ...], between: bool, unit: str, units: str) -> str:
    shown = [figure(size) for size in sizes[:-1]]
    shown[1:1] = ["…"] * between
    return " → ".join((*shown, much(sizes[-1], unit, units)))


def stage_values(record: Record, today: date) -> list[tuple[str, str, str, bool]]:
    """Return the newest rungs of the ladder: the step, its days in words, how often it was done, if once."""
    return [
        (
            stage.step,
            f"since {_short(stage.first, today)}"
            if stage.last is None
            else f"{_short(stage.first, today)} to {_short(stage.last, today)}",
            str(stage.done),
            stage.done == 1,
        )
        for stage in stages(record.rungs, record.deeds)[-_MOST_STAGES:]
    ]


def _short(day: date, today: date) -> str:
    return f"{day.day} {day:%B}" if day.year == today.year else f"{day.day} {day:%B %Y}"


# Reply words: ours, and so facts.
_DONE, _SKIP, _PAUSE = Fixed("done"), Fixed("skip"), Fixed("pause 3 days")
_TIME, _BETTER = Fixed("time 7:30"), Fixed("better: and what you improved")
_SMALLER = [Fixed("smaller")]
_AGAIN, _NEXT = [Fixed("keep"), Fixed("back")], [Fixed("grow"), Fixed("stay")]


def _words(section: Section, rung: Rung | None, version: Version, beside: Aside) -> list[Fixed]:
    """Return the reply words that are of use today."""
    goal = section.delivery.goal
    if version is Version.LIGHT and beside is not Aside.ASKING:
        useful = _AGAIN
    elif beside is Aside.OFFER:
        useful = _NEXT
    else:
        fewer_days = rung is not None and rung.versions.by_days and len(rung.weekdays or ()) > 1
        shrinks = rung is None or rung.versions.light is not None or fewer_days
        useful = _SMALLER if shrinks and goal.direction == Direction.MORE else []
    first = [_TIME] if section.delivery.day == goal.starts_on else []
    better = [_BETTER] if beside is Aside.MEMORY else []
    return [_DONE, _SKIP, *useful, *first, *better, _PAUSE]

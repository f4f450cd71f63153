"""A goal's turn: what happens when the moment of its mail has come."""

from dataclasses import dataclass
from datetime import date, datetime, time

from service.domain.schedule import ONE_DAY, Span, due_at, local_day, mask_to_weekdays, next_due
from service.domain.silence import ASK_EVERY, Voice, voice


@dataclass(frozen=True, slots=True, eq=False)
class Planned:
    """What a turn depends on: the zone, the local time, the weekdays, and the moment that was planned; when
    the person last gave a sign, and how often was asked since. Many goals share one, which is itself only."""

    zone: str
    send_at: time
    weekdays: int
    due: datetime
    signed_on: date | None
    asked: int
    grows: bool = False
    suppressed: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """What happens on the local `day`: how to speak, if at all, what is planned next, what is kept of signs.

    `missed` are the days on which we were not there.
    """

    day: date
    says: Voice | None
    next_due: datetime | None
    signed_on: date | None
    asked: int
    missed: Span | None = None


def turn(planned: Planned, now: datetime) -> Turn:
    """Return the turn of a goal that is due: nothing is said on a day off, or before today's hour.

    The days on which we were not there are neutral, and their silence is not taken for the person's. To an
    address that takes no mail nothing is planned any more.
    """
    zone, send_at, signed_on, asked = planned.zone, planned.send_at, planned.signed_on, planned.asked
    today, due_day = local_day(now, zone), local_day(planned.due, zone)
    if planned.suppressed:
        return Turn(today, None, None, signed_on, asked)
    missed = Span(due_day, today - ONE_DAY) if due_day < today else None
    if missed and signed_on is not None:
        signed_on = min(today, signed_on + (today - due_day))
    weekdays = mask_to_weekdays(planned.weekdays)
    following = next_due(now, send_at, zone, weekdays)
    if today.weekday() not in weekdays or due_at(today, send_at, zone) > now:
        return Turn(today, None, following, signed_on, asked, missed)
    said = voice(signed_on or today, asked, today)
    if said is Voice.ASK:
        later = next_due(now, send_at, zone, weekdays, today + ASK_EVERY)
        return Turn(today, said, later, signed_on, asked + 1, missed)
    return Turn(today, said, None if said is Voice.REST else following, signed_on, asked, missed)

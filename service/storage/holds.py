"""Holds: a part of the service that waits until a moment, and why."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from service.storage import queries
from service.storage.models import Hold

SENDING = "sending"
MAILBOX = "mailbox"  # reading the mailbox of IMAP_URL
FIRST = timedelta(seconds=30)
LONGEST = timedelta(minutes=10)


def current(session: Session, name: str) -> Hold | None:
    """Return the hold of that name, also one whose time is over: nobody has shown yet that it works again."""
    return session.get(Hold, name)


def waits(session: Session, name: str, now: datetime) -> bool:
    """Tell whether a hold is in force."""
    return in_force(current(session, name), now)


def in_force(found: Hold | None, now: datetime) -> bool:
    """Tell whether a hold that was found holds anything up at a moment."""
    # A clock that was set back must not hold anything up for long.
    return found is not None and now < found.until <= now + LONGEST


def hold(session: Session, name: str, now: datetime, reason: str, alarm: bool) -> datetime:
    """Hold until a moment, which is returned: twice as long each time, from half a minute to ten."""
    new = queries.insert(session, Hold).values(
        name=name, since=now, until=now, tries=0, alarm=alarm, reason=""
    )
    session.execute(new.on_conflict_do_nothing(index_elements=["name"]))
    found = session.get_one(Hold, name, with_for_update=True)
    # Two workers that meet the same trouble count it once.
    if found.until <= now or found.until > now + LONGEST:
        found.tries += 1
    found.until = now + min(FIRST * 2 ** min(found.tries - 1, 10), LONGEST)
    found.alarm, found.reason = alarm, reason[:300]
    return found.until


def lift(session: Session, name: str) -> None:
    """End a hold."""
    session.execute(delete(Hold).where(Hold.name == name))

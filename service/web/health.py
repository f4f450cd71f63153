"""How the service is: for load balancers, monitors, and the start that waits until all is ready."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from service import clock, logs
from service.storage import holds, queries
from service.storage.models import Hold
from service.web.house import house

log = logging.getLogger(__name__)
blueprint = Blueprint("health", __name__)

LATEST_TICK = timedelta(minutes=2)
OLDEST_DUE = timedelta(minutes=15)
LONGEST_HOLD = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class State:
    """What the database knows of the service; without a database, nothing."""

    database: bool = False
    tick: datetime | None = None
    oldest: datetime | None = None
    hold: Hold | None = None
    mailbox: Hold | None = None

    def healthy(self, now: datetime) -> bool:
        """Tell whether mail can go out on time, and come in."""
        return (
            self.database
            and self.tick is not None
            and now - self.tick <= LATEST_TICK
            and (self.oldest is None or now - self.oldest <= OLDEST_DUE)
            and not any(
                held and (held.alarm or now - held.since > LONGEST_HOLD) for held in (self.hold, self.mailbox)
            )
        )

    def sending(self) -> dict[str, str | None]:
        """Return whether mail is sent; if it is held, since when and why."""
        if self.hold is None:
            return {"sending": "ok" if self.database else "unknown", "held_since": None, "held_reason": None}
        since, reason = self.hold.since.isoformat(timespec="seconds"), logs.clean(self.hold.reason)
        return {"sending": "held", "held_since": since, "held_reason": reason}

    def reading(self) -> dict[str, str | None]:
        """Return whether the mailbox of IMAP_URL is read, and if not, why."""
        if self.mailbox is None:
            return {"mailbox": "ok" if self.database else "unknown", "mailbox_held_reason": None}
        return {"mailbox": "held", "mailbox_held_reason": logs.clean(self.mailbox.reason)}


@blueprint.get("/healthz")
def healthz() -> ResponseReturnValue:
    """Tell the state of the parts; 503 where mail can't go out on time, or not come in."""
    now, redis = clock.now(), house().redis_alive()
    state = _look(now)
    healthy = redis and state.healthy(now)
    answer = jsonify(
        status="ok" if healthy else "unhealthy",
        database="ok" if state.database else "down",
        redis="ok" if redis else "down",
        **state.sending(),
        **(state.reading() if house().settings.imap_url else {}),
        last_tick_seconds=_age(state.tick, now),
        oldest_due_seconds=_age(state.oldest, now) or 0,
    )
    return answer, 200 if healthy else 503


def _look(now: datetime) -> State:
    try:
        with house().storage.read() as session:
            tick, oldest = queries.last_beat(session, "tick"), queries.oldest_due(session, now)
            sending = holds.current(session, holds.SENDING)
            # Of a mailbox that is no longer asked for, a hold may have stayed.
            mailbox = holds.current(session, holds.MAILBOX) if house().settings.imap_url else None
            return State(True, tick, oldest, sending, mailbox)
    except SQLAlchemyError as error:
        log.error("the database does not answer: %s", type(error).__name__)
        return State()


def _age(moment: datetime | None, now: datetime) -> float | None:
    return None if moment is None else round(max((now - moment).total_seconds(), 0.0), 1)

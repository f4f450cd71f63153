"""How the service is: for load balancers, monitors, and the start that waits until all is ready."""

import logging
from datetime import datetime, timedelta

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from service import clock
from service.storage import queries
from service.web.house import house

log = logging.getLogger(__name__)
blueprint = Blueprint("health", __name__)

LATEST_TICK = timedelta(minutes=2)
OLDEST_DUE = timedelta(minutes=15)


@blueprint.get("/healthz")
def healthz() -> ResponseReturnValue:
    """Tell the state of the parts; 503 where mail can't go out on time."""
    now = clock.now()
    redis = house().redis_alive()
    try:
        with house().storage.read() as session:
            tick = queries.last_beat(session, "tick")
            oldest = queries.oldest_due(session, now)
        database = True
    except SQLAlchemyError as error:
        log.error("the database does not answer: %s", type(error).__name__)
        tick = oldest = None
        database = False
    healthy = (
        database
        and redis
        and tick is not None
        and now - tick <= LATEST_TICK
        and (oldest is None or now - oldest <= OLDEST_DUE)
    )
    answer = jsonify(
        status="ok" if healthy else "unhealthy",
        database="ok" if database else "down",
        redis="ok" if redis else "down",
        last_tick_seconds=_age(tick, now),
        oldest_due_seconds=_age(oldest, now) or 0,
    )
    return answer, 200 if healthy else 503


def _age(moment: datetime | None, now: datetime) -> float | None:
    return None if moment is None else round(max((now - moment).total_seconds(), 0.0), 1)

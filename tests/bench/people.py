"""People like real ones: each with a zone, a goal and a history of their own, all due at one moment.

Rows go in by the bare drivers, in the form in which the service stores them. The triggers that make a goal's
standing forget are put aside meanwhile, and every standing is left as they would have left it: empty.
"""

import itertools
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from tests.bench.databases import Database
from tests.bench.loading import loading
from tests.bench.ways import stored_step

ZONES = (  # noqa: SIM905 - one a line would be thirty
    "Europe/Berlin Europe/London Europe/Paris Europe/Madrid Europe/Rome Europe/Warsaw Europe/Kyiv "
    "Europe/Helsinki Europe/Istanbul Europe/Lisbon America/New_York America/Chicago America/Denver "
    "America/Los_Angeles America/Toronto America/Sao_Paulo America/Bogota America/Mexico_City Asia/Tokyo "
    "Asia/Seoul Asia/Kolkata Asia/Singapore Asia/Dubai Asia/Jakarta Australia/Sydney Pacific/Auckland "
    "Africa/Lagos Africa/Cairo Africa/Johannesburg UTC"
).split()
STEPS = (
    "Write {} sentences",
    "Read {} pages",
    "Do {} push-ups",
    "Walk for {} minutes",
    "Learn {} words",
    "Drink {} glasses of water",
    "Stretch for {} minutes",
    "Draw {} lines",
    "Practise the guitar for {} minutes",
    "Tidy {} things away",
    "Meditate for {} minutes",
    "Send {} messages",
)
TITLES = ("Write a book", "Get moving again", "Speak Spanish", "Sleep better", "A calmer house", "Draw daily")
NOTES = ("it came by itself", "tired, but done", "two pages more than planned", "on the train")
LONG_AGO, MONTH = 200, 30  # days of history: of one person in twenty, and of the others
PERSON = "email zone created_at confirmed_at"
GOAL = (
    "person_id title step direction send_at weekdays strict state created_at starts_on next_due_at zone "
    "grows signed_on"
)
RUNG = "goal_id day at step amount unit weekdays why versions"
CHECK_IN = "goal_id day outcome via at note version amount unit"
DELIVERY = (
    "goal_id day kind ref message_id payload state lease_until attempts created_at sent_at due_at error"
)
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Kind:
    """One of a few dozen kinds of goals that the people have."""

    title: str
    step: str
    weekdays: int
    versions: str
    amount: int | None
    unit: str


def fill(
    database: Database,
    people: int,
    due: datetime,
    *,
    history: bool = True,
    a_minute: int = 10**9,
    old: int = 0,
) -> None:
    """Let so many people have a goal each, of which so many are due in each minute from `due` on.

    `old` is how many deliveries of days before are in the outbox.
    """
    with loading(database) as load:
        numbers = range(1, people + 1)
        load("person", PERSON, (_person(number, due) for number in numbers))
        times = ((number, due + timedelta(minutes=(number - 1) // a_minute)) for number in numbers)
        load("goal", GOAL, (_goal(number, at) for number, at in times))
        load("delivery", DELIVERY, (_delivery(number, people, due) for number in range(old)))
        if history:
            load("step_change", RUNG, (_rung(number, due) for number in numbers))
            load("check_in", CHECK_IN, (row for number in numbers for row in _check_ins(number, due)))
            load("standing", "goal_id version", ((number, days(number)) for number in numbers))


def due_again(database: Database, people: int, due: datetime) -> None:
    """Let only the first so many goals be due, at a moment, as if nothing had been sent."""
    when = _moment(due)
    later = f"next_due_at = '{_moment(due + timedelta(days=1))}' WHERE next_due_at <= '{when}'"
    hours = {name: _clock(due.astimezone(ZoneInfo(name))) for name in ZONES}
    cases = " ".join(f"WHEN '{name}' THEN '{hour}'" for name, hour in hours.items())
    hour = f"CASE zone {cases} END"
    if not database.lite:
        hour = f"CAST({hour} AS time)"
    first = f"next_due_at = '{when}', send_at = {hour}, asked = 0 WHERE id <= {people}"
    database.execute(
        "DELETE FROM delivery", f"UPDATE goal SET {later} AND id > {people}", f"UPDATE goal SET {first}"
    )


def days(number: int) -> int:
    """Return how many days of history a person has."""
    return LONG_AGO if number % 20 == 0 else MONTH


def address(number: int) -> str:
    return f"somebody.{number}@mail{number % 97}.example.org"


@cache
def kinds() -> list[Kind]:
    """Return the kinds, each step read once as the service reads it."""
    made = []
    for index, (amount, words) in enumerate(itertools.product((2, 3, 5, 10), STEPS)):
        weekdays = 127 if index % 5 else 31 | 1 << 6
        step = words.format(amount)
        versions, thousandths, unit = stored_step(step, weekdays)
        title = TITLES[index % len(TITLES)]
        made.append(Kind(title, step, weekdays, json.dumps(versions), thousandths, unit))
    return made


def _kind(number: int) -> Kind:
    return kinds()[number % len(kinds())]


def zone(number: int) -> str:
    return ZONES[number % len(ZONES)]


def _person(number: int, due: datetime) -> Row:
    began = _moment(due - timedelta(days=days(number)))
    return address(number), zone(number), began, began


def _goal(number: int, due: datetime) -> Row:
    kind, since = _kind(number), due - timedelta(days=days(number))
    local = due.astimezone(ZoneInfo(zone(number)))
    weekdays = kind.weekdays | 1 << local.weekday()
    starts, signed = (today(number, since)).isoformat(), (today(number, due) - timedelta(days=1)).isoformat()
    return (
        number,
        kind.title,
        kind.step,
        "more",
        _clock(local),
        weekdays,
        0,
        "active",
        _moment(since),
        starts,
        _moment(due),
        zone(number),
        0,
        signed,
    )


def _rung(number: int, due: datetime) -> Row:
    kind, since = _kind(number), due - timedelta(days=days(number))
    on = today(number, since).isoformat()
    return (
        number,
        on,
        _moment(since),
        kind.step,
        kind.amount,
        kind.unit,
        kind.weekdays,
        "start",
        kind.versions,
    )


def _delivery(number: int, people: int, due: datetime) -> Row:
    """Return a delivery that was sent on one of the days before."""
    back = number // people + 1
    at = _moment(due - timedelta(days=back))
    day = (due - timedelta(days=back + 1)).date().isoformat()
    message_id = f"<{uuid4().hex}.daily@example.org>"
    return number % people + 1, day, "daily", "", message_id, "{}", "sent", at, 1, at, at, at, ""


def _check_ins(number: int, due: datetime) -> Iterator[Row]:
    """Yield about 85 days in a hundred: nearly all done, some in the tiny version, a few skipped."""
    kind, chance, last = _kind(number), random.Random(number).random, today(number, due)
    for back in range(days(number), 0, -1):
        luck = chance()
        if luck > 0.87:
            continue
        on, at = (last - timedelta(days=back)).isoformat(), _moment(due - timedelta(days=back, hours=-1))
        note = NOTES[number % len(NOTES)] if luck < 0.02 else ""
        if luck > 0.84:
            yield number, on, "skipped", "reply", at, note, "", None, ""
        elif luck > 0.74:
            yield number, on, "done", "link", at, note, "tiny", 1000, kind.unit
        else:
            yield number, on, "done", "link", at, note, "full", kind.amount, kind.unit


def today(number: int, moment: datetime) -> date:
    """Return a person's local day."""
    return moment.astimezone(ZoneInfo(zone(number))).date()


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"


def _clock(local: datetime) -> str:
    return f"{local:%H:%M}:00.000000"

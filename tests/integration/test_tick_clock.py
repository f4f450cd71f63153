"""The tick and the hands of the clock: daylight saving time, and a machine whose time is wrong."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from service.domain.schedule import local_day
from service.storage.session import Storage
from tests.integration.crowd import claim_all, crowd, deliveries, mailed_days
from tests.world import World

QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def mailed_at(
    storage: Storage, first: datetime, last: datetime, step: timedelta
) -> list[tuple[datetime, date]]:
    """Tick again and again; return when a mail came, and for which day."""
    found, moment = [], first
    while moment <= last:
        _, woken = claim_all(storage, moment)
        found += [(moment, deliveries(storage, id=delivery)[0].day) for delivery in woken]
        moment += step
    return found


@pytest.mark.parametrize(
    ("zone", "send_at", "expected"),
    [
        pytest.param("Europe/Berlin", time(2, 30), "2026-03-29T01:30", id="Berlin-spring"),
        pytest.param("Europe/Berlin", time(2, 30), "2026-10-25T00:30", id="Berlin-autumn"),
        pytest.param("Australia/Sydney", time(2, 30), "2026-10-03T16:30", id="Sydney-spring"),
        pytest.param("Australia/Sydney", time(2, 30), "2026-04-04T15:30", id="Sydney-autumn"),
        pytest.param("America/New_York", time(2, 30), "2026-03-08T07:30", id="New-York-spring"),
        pytest.param("America/New_York", time(1, 30), "2026-11-01T05:30", id="New-York-autumn"),
    ],
)
def test_a_send_time_inside_a_clock_change_goes_out_once(
    storage: Storage, zone: str, send_at: time, expected: str
) -> None:
    moment = utc(expected)
    crowd(storage, 1, moment - timedelta(hours=20), send_at=send_at, zone=zone)
    day = local_day(moment, zone)
    around = mailed_at(storage, moment - timedelta(hours=2), moment + timedelta(hours=3), QUARTER)
    assert around == [(moment, day)]
    claim_all(storage, moment + timedelta(hours=26))
    assert mailed_days(storage) == [day, day + timedelta(days=1)]


@pytest.mark.parametrize(
    ("zone", "first", "hours"),
    [
        pytest.param("Europe/Berlin", "2026-03-28T07:00", (0, 23, 47), id="Berlin-spring"),
        pytest.param("Europe/Berlin", "2026-10-24T06:00", (0, 25, 49), id="Berlin-autumn"),
        pytest.param("Australia/Sydney", "2026-04-03T21:00", (0, 25, 49), id="Sydney-autumn"),
        pytest.param("America/New_York", "2026-03-07T13:00", (0, 23, 47), id="New-York-spring"),
    ],
)
def test_a_clock_change_does_not_move_the_local_hour(
    storage: Storage, zone: str, first: str, hours: tuple[int, ...]
) -> None:
    begin = utc(first)
    crowd(storage, 1, begin - timedelta(hours=5), zone=zone)
    found = mailed_at(storage, begin - timedelta(hours=1), begin + timedelta(hours=50), HOUR)
    assert [moment for moment, _ in found] == [begin + timedelta(hours=offset) for offset in hours]


def test_a_clock_set_back_a_day_makes_no_storm_and_no_double(world: World) -> None:
    world.start()
    world.later(days=1)
    right, before = world.time, len(world.mails)
    world.to(right - timedelta(days=1))
    for _ in range(8):
        world.later(hours=3)
    assert world.time == right
    assert len(world.mails) == before
    world.later(days=1)
    assert len(world.mails) == before + 1


def test_a_clock_set_forward_a_day_and_back_again_makes_no_storm_and_no_double(world: World) -> None:
    world.start()
    world.later(days=1)
    right, before = world.time, len(world.mails)
    world.later(days=1)
    assert len(world.mails) == before + 1
    world.to(right)
    for _ in range(8):
        world.later(hours=3)
    assert len(world.mails) == before + 1
    world.later(days=1)
    days = mailed_days(world.storage)[1:]
    assert days == [date(2026, 3, day) for day in (2, 3, 4, 5)]


def test_a_clock_set_forward_a_month_sends_one_mail_a_goal(storage: Storage) -> None:
    crowd(storage, 20, utc("2026-03-02T12:00"))
    later = utc("2026-04-02T12:00")
    for minutes in range(5):
        claim_all(storage, later + timedelta(minutes=minutes), limit=7)
    assert mailed_days(storage) == [later.date()] * 20

"""The counters: many workers add to them at once, and nothing is lost or counted twice."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from service.actions.tallies import BUCKETS, RESULTS, Counts, bucket_name, result_name
from service.storage import tallies
from service.storage.session import Storage


def kept(storage: Storage) -> dict[str, int]:
    with storage.read() as session:
        return tallies.totals(session)


def add(storage: Storage, counts: dict[str, int]) -> None:
    with storage.write() as session:
        tallies.add(session, counts)


def test_counters_begin_at_nothing_and_grow(storage: Storage) -> None:
    assert kept(storage) == {}
    add(storage, {"mails.sent": 2, "mails.parked": 0})
    add(storage, {"mails.sent": 3, "mails.refused": 1})
    add(storage, {})
    add(storage, {"mails.sent": 0})
    assert kept(storage) == {"mails.sent": 5, "mails.refused": 1}


def test_what_is_rolled_back_is_not_counted(storage: Storage) -> None:
    def fail() -> None:
        with storage.write() as session:
            tallies.add(session, {"mails.sent": 1})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert kept(storage) == {}


def test_two_workers_never_wait_for_each_other_in_a_circle(storage: Storage) -> None:
    add(storage, {"a": 1, "b": 1})
    with ThreadPoolExecutor(1) as pool:
        with storage.write() as session:
            tallies.add(session, {"a": 1})
            other = pool.submit(add, storage, {"b": 1, "a": 1})
            time.sleep(0.5)  # by now it waits for `a`, and must not hold `b`
            tallies.add(session, {"b": 1})
        other.result(10)
    assert kept(storage) == {"a": 3, "b": 3}


def test_many_at_once_lose_nothing(storage: Storage) -> None:
    names = [result_name(result) for result in RESULTS]

    def work(number: int) -> None:
        turned = names if number % 2 else names[::-1]
        for _ in range(20):
            add(storage, dict.fromkeys(turned, 1))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert kept(storage) == dict.fromkeys(names, 80)


def test_a_batch_is_written_at_once(storage: Storage) -> None:
    counts = Counts()
    counts.note("sent", 3)
    counts.note("sent")
    counts.note("deferred")
    for seconds in (-4.0, 0.2, 1.0, 1.001, 59.0, 4000.0):
        counts.took(seconds)
    for _ in range(2):
        with storage.write() as session:
            counts.write(session)
    assert kept(storage) == {
        "mails.sent": 8,
        "mails.deferred": 2,
        "latency.le.1": 6,
        "latency.le.5": 8,
        "latency.le.15": 8,
        "latency.le.60": 10,
        "latency.le.300": 10,
        "latency.le.900": 10,
        "latency.le.3600": 10,
        "latency.le.inf": 12,
        "latency.sum": 2 * 4_061_201,
    }


def test_an_empty_batch_writes_nothing(storage: Storage) -> None:
    add(storage, Counts().rows())
    assert kept(storage) == {}


def test_every_name_has_room_in_its_column() -> None:
    names = [*map(result_name, RESULTS), *map(bucket_name, BUCKETS)]
    assert len(set(names)) == len(RESULTS) + len(BUCKETS)
    assert max(map(len, names)) <= 64

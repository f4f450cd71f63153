"""Timing on a noisy machine: ours and the floor in turns, and the best of each."""

import time
from collections.abc import Callable


def seconds(work: Callable[[], object]) -> float:
    """Return how long some work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def rate(times: int, work: Callable[[], object]) -> float:
    """Return how often a second `work`, which does something `times` times, does it."""
    return times / seconds(work)


def best(rounds: int, *each: Callable[[], float], budget: float = 20.0) -> list[float]:
    """Return the best of so many rates of each, measured in turns; fewer where that takes too long."""
    started, found = time.perf_counter(), []
    while len(found) < rounds and time.perf_counter() - started < budget:
        found.append([one() for one in each])
    return [max(rates) for rates in zip(*found, strict=True)]

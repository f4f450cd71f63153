"""Figures for Prometheus, at /metrics."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from math import inf

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from service import clock
from service.actions import tallies as names
from service.settings import Settings
from service.storage import figures, holds, queries, tallies
from service.storage.session import Storage
from service.web.house import house

Depths = Callable[[], Mapping[str, int]]


def blueprint(depths: Depths) -> Blueprint:
    """Return the page; `depths` tells how many jobs wait in each queue, or nothing while Redis is down."""
    made = Blueprint("metrics", __name__)

    @made.get("/metrics")
    def metrics() -> ResponseReturnValue:
        """Tell the figures to whoever may know them; 503 while the database does not answer."""
        if not _invited(house().settings):
            return _plain("METRICS_TOKEN is needed\n", 401, {"WWW-Authenticate": 'Bearer realm="metrics"'})
        try:
            seen = _look(house().storage, clock.now(), depths())
        except SQLAlchemyError:
            return _plain("the database does not answer\n", 503)
        registry = CollectorRegistry(auto_describe=False)
        registry.register(seen)
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    return made


def _invited(settings: Settings) -> bool:
    """Tell whether the request has the token; without that setting the page exists on this machine only."""
    if not settings.metrics_token:
        return not settings.production or abort(404)
    given = request.authorization
    token = (given.token or "") if given is not None and given.type == "bearer" else ""
    return compare_digest(token.encode(errors="replace"), settings.metrics_token.encode())


def _plain(words: str, status: int, headers: Mapping[str, str] | None = None) -> Response:
    return Response(words, status, headers, mimetype="text/plain")


def _look(storage: Storage, now: datetime, depths: Mapping[str, int]) -> "Seen":
    with storage.read() as session:
        tick, oldest = queries.last_beat(session, "tick"), queries.oldest_due(session, now)
        return Seen(
            counts=tallies.totals(session),
            due_goals=figures.due_goals(session, now),
            waiting=figures.waiting_mails(session),
            received=figures.received_messages(session),
            oldest_due=0.0 if oldest is None else (now - oldest).total_seconds(),
            held=holds.current(session, holds.SENDING) is not None,
            last_tick=None if tick is None else max((now - tick).total_seconds(), 0.0),
            depths=depths,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Seen(Collector):
    """All figures at one moment; ages in seconds."""

    counts: Mapping[str, int]
    due_goals: int
    waiting: Mapping[str, int]
    received: Mapping[str, int]
    oldest_due: float
    held: bool
    last_tick: float | None
    depths: Mapping[str, int]

    def collect(self) -> Iterator[Metric]:
        """Yield the figures as Prometheus knows them."""
        yield self._mails()
        yield self._latency()
        yield _gauge("kaizen_due_goals", "Goals whose mail is due and not yet claimed.", self.due_goals)
        yield self._labelled("kaizen_waiting_mails", "Mails in the outbox.", "state", self.waiting)
        yield self._labelled("kaizen_received_messages", "Received messages.", "state", self.received)
        yield _gauge("kaizen_oldest_due_seconds", "How long the oldest mail has waited.", self.oldest_due)
        yield self._labelled("kaizen_queue_depth", "Jobs that wait in a queue.", "queue", self.depths)
        yield _gauge("kaizen_sending_held", "1 while no mail server takes our mail.", int(self.held))
        if self.last_tick is not None:
            yield _gauge("kaizen_last_tick_seconds", "How long ago the clock last ticked.", self.last_tick)

    def _mails(self) -> Metric:
        family = CounterMetricFamily("kaizen_mails", "Mails by what became of them.", labels=["result"])
        for result in names.RESULTS:
            family.add_metric([result], self.counts.get(names.result_name(result), 0))
        return family

    def _latency(self) -> Metric:
        buckets = [
            ("+Inf" if bound == inf else f"{bound:.1f}", float(self.counts.get(names.bucket_name(bound), 0)))
            for bound in names.BUCKETS
        ]
        seconds = self.counts.get(names.LATENCY_SUM, 0) / 1000
        words = "From when a mail was due until a server took it."
        return HistogramMetricFamily("kaizen_latency_seconds", words, buckets=buckets, sum_value=seconds)

    @staticmethod
    def _labelled(name: str, words: str, label: str, values: Mapping[str, int]) -> Metric:
        family = GaugeMetricFamily(name, words, labels=[label])
        for key, value in values.items():
            family.add_metric([key], value)
        return family


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=value)

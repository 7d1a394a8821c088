"""The figures that a monitoring system collects; docs/metrics.md says what each means."""

import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.state.conditions import Health
from docstore.services.vitals import Vitals

# Seconds; the promises about pages are at 0.2 and 0.5, an upload of a gigabyte takes minutes.
_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5, 10, 30, 120)
_NOWHERE = "none"
"""The route of a request that no route took; its path may be anything and is not told."""


class Metrics:
    """What the server counted of the requests it answered.

    Processes that count together do so in the folder of `api.state.common`.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "teczka_http_requests",
            "Requests answered",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "teczka_http_request_duration_seconds",
            "Time until the last byte of an answer",
            ["method", "route"],
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.received = Counter(
            "teczka_http_received_bytes",
            "Bytes of request bodies, uploads above all",
            registry=self.registry,
        )

    def page(self, health: Health, *, floor: int) -> bytes:
        """Return everything as Prometheus reads it; what cannot be known now is left out."""
        told = CollectorRegistry()
        told.register(_Told(health, floor=floor))
        return bytes(generate_latest(told) + generate_latest(self._counted()))

    def _counted(self) -> CollectorRegistry:
        """Return what was counted by every process, those that have ended included."""
        if self._folder is None or not self._folder.is_dir():
            return self.registry
        together = CollectorRegistry()
        MultiProcessCollector(together, str(self._folder))  # type: ignore[no-untyped-call]  # its own
        return together


class _Told(Collector):
    """The condition of an installation as figures."""

    def __init__(self, health: Health, *, floor: int) -> None:
        self._health = health
        self._floor = floor

    def collect(self) -> Iterator[Metric]:
        """Yield what is known; a registry asks for it once for each page."""
        up = _gauge("teczka_part_up", "1 where nothing is wrong with the part", ["part"])
        for part, condition in self._health.conditions.items():
            if condition.code != "unknown":
                up.add_metric([part], float(condition.severity in {"done", "neutral"}))
        yield up
        yield _gauge("teczka_ready", "1 while files are taken", value=self._health.is_ready)
        if self._health.free is not None:
            yield _gauge("teczka_disk_free_bytes", "Room on the disk", value=self._health.free)
            yield _gauge("teczka_disk_floor_bytes", "Room that must stay", value=self._floor)
        if self._health.vitals is not None:
            yield from _of_record(self._health.vitals)


def _of_record(vitals: Vitals) -> Iterator[Metric]:
    work = _gauge("teczka_outbox_messages", "Work not done", ["topic", "state"])
    oldest = _gauge(
        "teczka_outbox_oldest_timestamp_seconds", "When the oldest waiting work began", ["topic"]
    )
    for topic, waiting in sorted(vitals.waiting.items()):
        work.add_metric([topic, "waiting"], waiting.messages)
        if waiting.oldest_at is not None:
            oldest.add_metric([topic], waiting.oldest_at.timestamp())
    for topic, count in sorted(vitals.parked.items()):
        work.add_metric([topic, "parked"], count)
    yield work
    yield oldest
    mails = _gauge("teczka_deliveries", "Notices by what became of them", ["state"])
    for state, count in sorted(vitals.deliveries.items()):
        mails.add_metric([state], count)
    yield mails
    yield _gauge("teczka_versions", "Versions kept", value=vitals.versions)
    yield _gauge("teczka_version_bytes", "Bytes uploaded in all", value=vitals.version_bytes)
    yield _gauge("teczka_index_lag_versions", "Versions not in search", value=vitals.index_lag)
    yield _gauge("teczka_objects_damaged", "Objects not given out", value=vitals.damaged)
    yield from _moment("teczka_upkeep_last_success", "The last upkeep", vitals.upkeep_at)
    yield from _moment("teczka_check_last_success", "The last good check", vitals.check_passed_at)


def _gauge(
    name: str, says: str, labels: list[str] | None = None, *, value: float | None = None
) -> GaugeMetricFamily:
    return GaugeMetricFamily(
        name, says, labels=labels, value=None if value is None else float(value)
    )


def _moment(name: str, says: str, at: datetime | None) -> Iterator[Metric]:
    if at is not None:
        yield _gauge(f"{name}_timestamp_seconds", says, value=at.timestamp())


class Measured:
    """Counts and times each request by the pattern of its route, never by its path."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and note how it went."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
            await send(message)

        async def counting() -> Message:
            message = await receive()
            self._metrics.received.inc(len(message.get("body", b"")))
            return message

        try:
            await self._app(scope, counting, noting)
        finally:
            self._note(scope, status, time.perf_counter() - began)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route: Any = getattr(scope.get("route"), "path", _NOWHERE)
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._metrics.requests.labels(method, route, str(status)).inc()
        self._metrics.seconds.labels(method, route).observe(seconds)


# A method is a word of the client's own: of any other ones there would be no end.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

"""What /metrics counts about HTTP, and what it reads from the services when it is asked."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from mhud.feeds.hub import Hub
from mhud.services import Services
from mhud.web import gauges

disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each one
BUCKETS = (0.001, 0.005, 0.02, 0.1, 0.5, 2.0, 10.0)
NO_ROUTE = "none"


class Requests:
    """Counted by route template, so that no path of a consumer's becomes a label."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._count = Counter(
            "mhud_http_requests", "Answers.", ("method", "route", "status"), registry=registry
        )
        self._time = Histogram(
            "mhud_http_seconds", "From headers to answer.", buckets=BUCKETS, registry=registry
        )
        self._children: dict[tuple[str, str, int], Counter] = {}

    def add(self, method: str, route: str, status: int, seconds: float) -> None:
        labels = (method if method in _METHODS else "other", route, status)
        child = self._children.get(labels)
        if child is None:
            child = self._children[labels] = self._count.labels(*map(str, labels))
        child.inc()
        self._time.observe(seconds)


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Present(Collector):
    """Figures of this moment, made anew for each scrape."""

    def __init__(self, services: Services, hub: Hub) -> None:
        self._services = services
        self._hub = hub

    def collect(self) -> Iterator[Metric]:
        for about in _SUBJECTS:
            yield from about(self._services)
        yield from gauges.about_sockets(self._hub)


_SUBJECTS = (
    gauges.about_the_link,
    gauges.about_the_event_path,
    gauges.about_the_ledger,
    gauges.about_queues,
    gauges.about_people_and_calls,
    gauges.about_messages,
    gauges.about_webhooks,
    gauges.about_recordings,
    gauges.about_the_process,
    gauges.about_the_settings,
)

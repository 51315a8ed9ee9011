"""What /metrics counts about HTTP, and what it reads from the services when it is asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from mhud.services import Services

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
    """Gauges of this moment."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def collect(self) -> Iterator[Metric]:
        for name, text, value in self._figures():
            yield GaugeMetricFamily(f"mhud_{name}", text, value=value)

    def _figures(self) -> Iterable[tuple[str, str, float]]:
        services = self._services
        live, pump, ledger = services.pump.live, services.pump, services.ledger
        waiting = sum(len(queue.waiting) for queue in live.queues.values())
        return (
            ("pbx_up", "1 while the link to Asterisk is up.", services.link.state == "up"),
            ("pbx_stale", "1 while the state is what was last known.", live.stale),
            ("calls", "Calls that are not over.", len(live.calls)),
            ("callers_waiting", "Callers in queues.", waiting),
            ("agents", "Agents known.", len(live.agents)),
            ("inbox_events", "Events from Asterisk not yet applied.", len(pump.inbox)),
            ("events_skipped", "Events on which a reducer raised.", pump.skipped),
            ("ledger_seq", "Number of the last event.", ledger.last_seq),
            ("ledger_lag", "Events not on disk yet.", ledger.lag),
            ("ledger_stalled", "1 while the disk refuses events.", ledger.stalled),
            ("database_healthy", "1 while reads and writes succeed.", services.db.healthy),
        )

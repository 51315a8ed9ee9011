"""The figures of this moment that /metrics shows, subject by subject. No personal data.

Labels have few values: words of a fixed list, and queues, of which MAX_QUEUES are shown.
"""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TypeVar

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

import mhud
from mhud.feeds.hub import Hub
from mhud.live.words import AgentStatus, CallStatus, Outcome
from mhud.messages.courier import KINDS, OUTCOMES
from mhud.services import Services
from mhud.services.recording_taking import OUTCOMES as OUTCOMES_OF_RECORDINGS

MAX_QUEUES = 200  # an Asterisk that invents queues must not fill the operator's Prometheus
DOCUMENTED = (Outcome.ANSWERED, Outcome.ABANDONED, Outcome.TIMEOUT, Outcome.FULL, Outcome.EMPTY)
Labels = tuple[str, ...]
Of = TypeVar("Of", bound=Labels)


def gauge(name: str, text: str, value: float | None) -> Iterator[Metric]:
    """Nothing where there is nothing to tell."""
    if value is not None:
        yield GaugeMetricFamily(f"mhud_{name}", text, value=value)


def counter(name: str, text: str, value: float) -> Iterator[Metric]:
    yield CounterMetricFamily(f"mhud_{name}", text, value=value)


def by(name: str, text: str, labels: Labels, values: Mapping[Of, float]) -> Iterator[Metric]:
    family = GaugeMetricFamily(f"mhud_{name}", text, labels=labels)
    for of, value in values.items():
        family.add_metric(of, value)
    yield family


def about_the_link(services: Services) -> Iterator[Metric]:
    link, now = services.link, services.clock.monotonic()
    silent = None if link.last_heard is None else now - link.last_heard
    since = link.since.timestamp()
    yield from gauge("pbx_up", "1 while the link to Asterisk is up.", link.state == "up")
    yield from gauge(
        "pbx_stale", "1 while the state is what was last known.", services.pump.live.stale
    )
    yield from gauge(
        "pbx_since_timestamp_seconds", "When the link came up, or was lost last.", since
    )
    yield from gauge(
        "pbx_silent_seconds", "Since the last byte of Asterisk; absent unconnected.", silent
    )
    yield from counter("pbx_links_lost", "Links that were up and then lost.", link.lost_total)


def about_the_event_path(services: Services) -> Iterator[Metric]:
    pump, inbox, now = services.pump, services.pump.inbox, services.clock.monotonic()
    yield from gauge("inbox_events", "Events from Asterisk not yet applied.", len(inbox))
    yield from gauge("inbox_limit_events", "With more of them the link is lost.", inbox.bound)
    yield from gauge(
        "pump_lag_seconds",
        "Longest wait of an event until it was applied, of the last minute or two.",
        pump.lag.value(now),
    )
    yield from gauge("pump_idle_seconds", "Since an event was applied.", now - pump.moved_at)
    yield from counter("events_skipped", "Events on which a reducer raised.", pump.skipped)


def about_the_ledger(services: Services) -> Iterator[Metric]:
    ledger = services.ledger
    yield from gauge("ledger_lag_events", "Events not on disk yet.", ledger.lag)
    yield from gauge("ledger_lag_seconds", "How long the oldest of them has waited.", ledger.lag_s)
    yield from gauge("ledger_stalled", "1 while the disk refuses events.", ledger.stalled)
    yield from counter("ledger_events", "Number of the last event on disk.", ledger.last_seq)
    yield from counter("ledger_lost_events", "Events dropped since the start.", ledger.lost)


def about_queues(services: Services) -> Iterator[Metric]:
    live, now = services.pump.live, services.clock.now()
    shown = {queue_id: live.queues[queue_id] for queue_id in sorted(live.queues)[:MAX_QUEUES]}
    waiting = {(one.id,): len(one.waiting) for one in shown.values()}
    longest = {(one.id,): one.longest_wait_s(now) for one in shown.values()}
    total = sum(len(one.waiting) for one in live.queues.values())
    yield from gauge("queues", f"Known; more than {MAX_QUEUES} are not shown.", len(live.queues))
    yield from gauge("callers_waiting", "Callers in all queues.", total)
    yield from by("queue_callers_waiting", "Callers in the queue.", ("queue",), waiting)
    yield from by(
        "queue_longest_wait_seconds", "Of those who wait now; 0: nobody.", ("queue",), longest
    )
    yield from _service_levels(services, tuple(shown))
    outcomes = {
        (queue_id, how.value): live.outcomes_today(queue_id).get(how, 0)
        for queue_id in shown
        for how in DOCUMENTED
    }
    text = "How stays in the queue ended since midnight; starts again at 0."
    yield from by("queue_outcomes_today", text, ("queue", "outcome"), outcomes)


def _service_levels(services: Services, queue_ids: tuple[str, ...]) -> Iterator[Metric]:
    levels: dict[Labels, float] = {}
    for queue_id in queue_ids:
        figures = services.pump.live.figures(queue_id)
        found = {"current": figures.sla_current, "today": figures.sla_today}
        levels.update({(queue_id, w): v / 100 for w, v in found.items() if v is not None})
    text = "Service level, of the last half hour and of today; absent when nobody called."
    yield from by("queue_sla_ratio", text, ("queue", "window"), levels)


def about_people_and_calls(services: Services) -> Iterator[Metric]:
    live = services.pump.live
    agents = Counter(agent.status for agent in live.agents.values())
    calls = Counter(call.status for call in live.calls.values())
    of_agents = {(word.value,): agents[word] for word in AgentStatus}
    of_calls = {(word.value,): calls[word] for word in CallStatus if word is not CallStatus.ENDED}
    yield from by("agents", "Agents by what they do.", ("status",), of_agents)
    yield from by("calls", "Calls that are not over.", ("status",), of_calls)
    waiting = services.calls.originator.waiting
    yield from gauge("originates_waiting", "Outbound calls in line for a free place.", waiting)


def about_sockets(hub: Hub) -> Iterator[Metric]:
    yield from gauge("sockets_open", "Consumers of /ws that have authenticated.", hub.sessions)
    yield from counter("sockets_cut", "Consumers cut off because they were slow.", hub.cut_total)


def about_the_process(services: Services) -> Iterator[Metric]:
    vitals, now = services.vitals, services.clock.monotonic()
    version = {(mhud.__version__, platform.python_version()): 1}
    late, text = vitals.late.value(now), "Lateness of a timer of 1 s; of the last minute or two."
    yield from by("build_info", "What runs.", ("version", "python"), version)
    yield from gauge("loop_late_seconds", text, late)
    yield from gauge("database_healthy", "1 while it reads and writes.", services.db.healthy)
    yield from gauge("database_bytes", "Size of the database.", vitals.database_bytes)
    yield from gauge("data_free_bytes", "Free on the disk of the data.", vitals.free_bytes)


def about_messages(services: Services) -> Iterator[Metric]:
    courier = services.otp.courier
    counts = {(kind, how): courier.counted[kind, how] for kind in KINDS for how in OUTCOMES}
    text = "Sign-in codes by e-mail and SMS; dropped: the line was full, capped: SMS of the hour."
    family = CounterMetricFamily("mhud_messages", text, labels=("kind", "outcome"))
    for of, value in counts.items():
        family.add_metric(of, value)
    yield family
    yield from gauge("messages_waiting", "In line for a carrier.", courier.waiting)
    failure = courier.last_failure
    at = failure.at.timestamp() if failure else 0
    yield from gauge("messages_last_failure_timestamp_seconds", "0: none since the start.", at)


def about_webhooks(services: Services) -> Iterator[Metric]:
    outbox = services.webhooks.outbox
    text = "Deliveries to webhooks: tries that succeeded and failed; exhausted: given up."
    family = CounterMetricFamily("mhud_webhook_deliveries", text, labels=("outcome",))
    for outcome, value in outbox.counts.items():
        family.add_metric((outcome,), value)
    yield family
    yield from gauge("webhooks_active", "That are switched on.", outbox.active)
    yield from gauge("webhooks_failing", "Of these, whose receiver is away.", outbox.away)


def about_recordings(services: Services) -> Iterator[Metric]:
    pickup = services.recordings.pickup
    outcomes = pickup.outcomes if pickup else dict.fromkeys(OUTCOMES_OF_RECORDINGS, 0)
    text = "Recordings taken over, in part too (incomplete); failed: none is there."
    family = CounterMetricFamily("mhud_recordings", text, labels=("outcome",))
    for outcome, value in outcomes.items():
        family.add_metric((outcome,), value)
    yield family
    waiting = pickup.waiting if pickup else 0
    yield from gauge("recordings_waiting", "That are to be taken over.", waiting)


def about_the_settings(services: Services) -> Iterator[Metric]:
    vitals = services.vitals
    at = vitals.settings_read_at.timestamp() if vitals.settings_read_at else None
    text = "When the settings were taken last."
    yield from gauge("config_last_reload_successful", "0: invalid file.", vitals.settings_good)
    yield from gauge("config_last_reload_success_timestamp_seconds", text, at)
    waiting = len(vitals.awaiting_restart)
    yield from gauge("config_settings_awaiting_restart", "Changed, not in force.", waiting)
    if vitals.certificate is None:
        return
    ends = vitals.certificate.expires_at.timestamp()
    good = vitals.certificate.problem is None
    yield from gauge("tls_certificate_expiry_timestamp_seconds", "When it ends.", ends)
    yield from gauge("tls_last_reload_successful", "0: the new one is broken.", good)

"""What each metric of a report is: its formula and its source, in this one place.

docs/metrics.md is written from here (`python -m mhud.services.metrics_page`); a test compares.
What is added up for them, call by call, is in `feeds/counting.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

Cell = int | float | None
Sums = Mapping[str, int]
"""By measure. `longest_wait_s` is a greatest value, the others are added up."""


class Unit(StrEnum):
    """A percentage has one decimal."""

    COUNT = "count"
    SECONDS = "seconds"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """`needs` are measures, of which `of_sums` makes the cell; docs print `means`, `formula`."""

    name: str
    title: str
    unit: Unit
    means: str
    formula: str
    needs: tuple[str, ...]
    of_sums: Callable[[Sums], Cell]


MEASURES: Mapping[str, str] = {
    "calls": "calls",
    "offered": "calls that came in, and those that waited in a queue",
    "answered": "calls in which somebody talked with the caller or the called party",
    "abandoned": "offered calls whose `end_reason` is `abandoned`",
    "outbound": "calls whose `direction` is `outbound`",
    "transferred": "calls that were transferred at least once (`call.transferred`)",
    "contacts": "conversations: one agent's part in one call, however often he talked in it",
    "talk_s": "seconds of the agents' talks, without the time on hold",
    "hold_s": "seconds of these talks in which the other party was on hold",
    "wrap_up_s": "seconds of the wrap-ups after these talks (`agent.status_changed`)",
    "stays": "stays in queues whose outcome is known, but for callers whom a full or empty queue "
    "turned away at once",
    "stays_answered": "stays that ended with an agent's talk",
    "stays_answered_within": "of these those within the queue's threshold",
    "stays_abandoned": "stays in which the caller hung up",
    "stays_abandoned_within": "of these those within the queue's threshold",
    "answered_wait_s": "seconds from joining to answer of the answered stays",
    "longest_wait_s": "the longest stay, in seconds",
    "level_above": "what the queues' own formulas of the service level have above the line",
    "level_below": "... and below it",
    "callers": "different numbers that offered inbound calls came from; withheld ones are nobody's",
    "repeaters": "of these those with two calls or more",
    "busy_s": "seconds in which agents were `on-call` or in `wrap-up`",
    "staffed_s": "seconds in which they were that, `ringing` or `available`",
}
"""What is added up, by name, as docs/metrics.md prints it."""


def _count(measure: str) -> Callable[[Sums], Cell]:
    return lambda sums: sums[measure]


def seconds(total: int, parts: int) -> Cell:
    """The average in whole seconds, half a second up; None of nothing."""
    return (2 * total + parts) // (2 * parts) if parts > 0 else None


def percent(above: int, below: int) -> Cell:
    """With one decimal, as on the wallboard; None of nothing."""
    return round(100 * above / below, 1) if below > 0 else None


def _average(total: str, parts: str) -> Callable[[Sums], Cell]:
    return lambda sums: seconds(sums[total], sums[parts])


def _percent(above: str, below: str) -> Callable[[Sums], Cell]:
    return lambda sums: percent(sums[above], sums[below])


def _handle_time(sums: Sums) -> Cell:
    return seconds(sums["talk_s"] + sums["hold_s"] + sums["wrap_up_s"], sums["contacts"])


def _longest(sums: Sums) -> Cell:
    return sums["longest_wait_s"] if sums["stays"] else None


_ALL = (
    Metric(
        name="total_calls",
        title="Calls",
        unit=Unit.COUNT,
        means="How many calls there were.",
        formula="calls",
        needs=("calls",),
        of_sums=_count("calls"),
    ),
    Metric(
        name="answered_calls",
        title="Answered calls",
        unit=Unit.COUNT,
        means="Calls in which somebody talked; of an outbound call, with whom was called.",
        formula="answered",
        needs=("answered",),
        of_sums=_count("answered"),
    ),
    Metric(
        name="abandoned_calls",
        title="Abandoned calls",
        unit=Unit.COUNT,
        means="Calls whose caller hung up while he waited. One who was answered first and gave up "
        "when he waited again, after a transfer, is both answered and abandoned.",
        formula="abandoned",
        needs=("abandoned",),
        of_sums=_count("abandoned"),
    ),
    Metric(
        name="abandonment_rate",
        title="Abandonment rate",
        unit=Unit.PERCENT,
        means="The share of offered calls that was abandoned.",
        formula="100 · abandoned / offered",
        needs=("abandoned", "offered"),
        of_sums=_percent("abandoned", "offered"),
    ),
    Metric(
        name="average_handle_time",
        title="Average handle time",
        unit=Unit.SECONDS,
        means="How long a conversation keeps an agent: talk, hold and wrap-up.",
        formula="(talk_s + hold_s + wrap_up_s) / contacts",
        needs=("talk_s", "hold_s", "wrap_up_s", "contacts"),
        of_sums=_handle_time,
    ),
    Metric(
        name="average_talk_time",
        title="Average talk time",
        unit=Unit.SECONDS,
        means="How long an agent talks in a conversation, time on hold left out.",
        formula="talk_s / contacts",
        needs=("talk_s", "contacts"),
        of_sums=_average("talk_s", "contacts"),
    ),
    Metric(
        name="average_hold_time",
        title="Average hold time",
        unit=Unit.SECONDS,
        means="How long the other party is on hold in a conversation; those without a hold count.",
        formula="hold_s / contacts",
        needs=("hold_s", "contacts"),
        of_sums=_average("hold_s", "contacts"),
    ),
    Metric(
        name="average_wrap_up_time",
        title="Average wrap-up time",
        unit=Unit.SECONDS,
        means="How long a conversation is written up; those without a wrap-up count.",
        formula="wrap_up_s / contacts",
        needs=("wrap_up_s", "contacts"),
        of_sums=_average("wrap_up_s", "contacts"),
    ),
    Metric(
        name="average_speed_of_answer",
        title="Average speed of answer",
        unit=Unit.SECONDS,
        means="How long those waited in a queue who were answered there.",
        formula="answered_wait_s / stays_answered",
        needs=("answered_wait_s", "stays_answered"),
        of_sums=_average("answered_wait_s", "stays_answered"),
    ),
    Metric(
        name="longest_wait_time",
        title="Longest wait",
        unit=Unit.SECONDS,
        means="The longest stay in a queue, however it ended.",
        formula="longest_wait_s",
        needs=("longest_wait_s", "stays"),
        of_sums=_longest,
    ),
    Metric(
        name="service_level",
        title="Service level",
        unit=Unit.PERCENT,
        means="Each stay is judged by the threshold that its queue had then, and counted by its "
        "queue's formula of now (docs/api.md, Queues). Over several queues the parts are added up.",
        formula="100 · level_above / level_below",
        needs=("level_above", "level_below"),
        of_sums=_percent("level_above", "level_below"),
    ),
    Metric(
        name="transferred_calls",
        title="Transferred calls",
        unit=Unit.COUNT,
        means="Calls that were sent on. They count for the agent who sent them on first, and for "
        "the queue through which he had them.",
        formula="transferred",
        needs=("transferred",),
        of_sums=_count("transferred"),
    ),
    Metric(
        name="outbound_calls",
        title="Outbound calls",
        unit=Unit.COUNT,
        means="Calls to the outside, answered or not.",
        formula="outbound",
        needs=("outbound",),
        of_sums=_count("outbound"),
    ),
    Metric(
        name="unique_callers",
        title="Unique callers",
        unit=Unit.COUNT,
        means="How many different numbers called. Who called in two rows counts in both, and once "
        "in the totals.",
        formula="callers",
        needs=("callers",),
        of_sums=_count("callers"),
    ),
    Metric(
        name="repeat_callers",
        title="Repeat callers",
        unit=Unit.COUNT,
        means="Of the unique callers those who called more than once within the row.",
        formula="repeaters",
        needs=("repeaters",),
        of_sums=_count("repeaters"),
    ),
    Metric(
        name="occupancy",
        title="Occupancy",
        unit=Unit.PERCENT,
        means="The share of their working time that agents spent on calls and their wrap-up. Time "
        "counts when it passed. An agent serves several queues at once, so it is null by queue "
        "and when only some queues are asked for.",
        formula="100 · busy_s / staffed_s",
        needs=("busy_s", "staffed_s"),
        of_sums=_percent("busy_s", "staffed_s"),
    ),
)
METRICS: Mapping[str, Metric] = {metric.name: metric for metric in _ALL}
"""By name, in the order of the documents."""

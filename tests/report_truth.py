"""What reports say, added up a second time by somebody who knows docs/metrics.md and nothing else.

Plain tables of calls, stays, talks, holds and spells in an SQLite of its own; each row is given
the name of its local hour, day, week or month one by one, where mhud cuts time into stretches.

`python -m tests.year_of_calls` does that for a million calls.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from mhud.live.model import Call
from tests.many_calls import Made

METRICS = (
    "total_calls", "answered_calls", "abandoned_calls", "abandonment_rate", "average_handle_time",
    "average_talk_time", "average_hold_time", "average_wrap_up_time", "average_speed_of_answer",
    "longest_wait_time", "service_level", "transferred_calls", "outbound_calls", "unique_callers",
    "repeat_callers", "occupancy",
)  # fmt: skip
GROUPINGS = ("hour", "day", "week", "month", "queue", "agent", "none")
Cells = list[Any]

_TABLES = """
CREATE TABLE calls (start INT, queue TEXT, agent TEXT, direction TEXT, reason TEXT, talked INT,
                    queued INT, caller INT);
CREATE TABLE stays (start INT, queue TEXT, agent TEXT, outcome TEXT, seconds INT, within INT);
CREATE TABLE parts (start INT, queue TEXT, agent TEXT, talk INT, hold INT, wrap INT, contact INT);
CREATE TABLE moves (start INT, queue TEXT, agent TEXT);
CREATE TABLE work (start INT, until INT, agent TEXT, status TEXT);
"""
_TOTALS = """
SELECT {label}, count(*), sum(talked),
       sum(reason = 'abandoned' AND (direction <> 'outbound' OR queued)),
       sum(direction <> 'outbound' OR queued), sum(direction = 'outbound')
FROM calls WHERE {part} GROUP BY 1
"""
_STAYS = """
SELECT {label}, queue, count(*), sum(outcome = 'answered'), sum(outcome = 'answered' AND within),
       sum(outcome = 'abandoned'), sum(outcome = 'abandoned' AND within),
       sum(CASE WHEN outcome = 'answered' THEN seconds ELSE 0 END), max(seconds)
FROM stays WHERE {part} GROUP BY 1, 2
"""
_PARTS = """
SELECT {label}, sum(talk), sum(hold), sum(wrap), sum(contact) FROM parts WHERE {part} GROUP BY 1
"""
_MOVES = "SELECT {label}, count(*) FROM moves WHERE {part} GROUP BY 1"
_CALLERS = """
SELECT l, count(*), sum(n > 1) FROM (
    SELECT {label} AS l, caller, count(*) AS n FROM calls
    WHERE {part} AND caller IS NOT NULL AND direction <> 'outbound' GROUP BY 1, 2) GROUP BY 1
"""
_WORK = """
SELECT {label}, sum(CASE WHEN status IN ('on-call', 'wrap-up') THEN seconds ELSE 0 END),
       sum(seconds) FROM (
    SELECT start, agent, status, min(until, {end}) - max(start / 1000000, {begin}) AS seconds
    FROM work WHERE start < {end} * 1000000 AND until > {begin} {who}
) WHERE status IN ('on-call', 'wrap-up', 'ringing', 'available') GROUP BY 1
"""


_INTO = {
    "calls": "INSERT INTO calls VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    "stays": "INSERT INTO stays VALUES (?, ?, ?, ?, ?, ?)",
    "parts": "INSERT INTO parts VALUES (?, ?, ?, ?, ?, ?, ?)",
    "moves": "INSERT INTO moves VALUES (?, ?, ?)",
    "work": "INSERT INTO work VALUES (?, ?, ?, ?)",
}


class Truth:
    """The plain tables. Times in them are microseconds since 1970; of work, seconds."""

    def __init__(self) -> None:
        self._db = sqlite3.connect(":memory:")
        self._db.executescript(_TABLES)

    def close(self) -> None:
        self._db.close()

    def add(self, made: Made) -> None:
        call, start = made.call, _us(made.call.start_time)
        for spell in made.spells:
            self._work(spell.agent_id, spell.status, spell.began_at, spell.ended_at)
        if call.monitors:
            return
        for visit in call.visits:
            left, waited = visit.left_at or visit.joined_at, visit.wait_s
            away = visit.outcome in ("full", "empty") and left == visit.joined_at
            if not away and visit.outcome not in (None, "unknown"):
                threshold = 20 if visit.service_level_s is None else visit.service_level_s
                row = visit.queue_id, visit.agent_id or "", str(visit.outcome)
                seconds = _s(left) - _s(visit.joined_at)
                self._put("stays", start, *row, seconds, waited <= threshold)
        if call.end_reason == "merged" or (call.direction == "internal" and not call.visits):
            return
        what = call.queue_id or "", call.agent_id or "", str(call.direction), str(call.end_reason)
        self._put("calls", start, *what, bool(call.talks), bool(call.visits), made.caller)
        self._parts(made, start)

    def _parts(self, made: Made, start: int) -> None:
        call = made.call
        queue_of = {visit.agent_id: visit.queue_id for visit in call.visits}
        wrote: Counter[str] = Counter()
        for spell in made.spells:
            if spell.status == "wrap-up":
                wrote[spell.agent_id] += _s(spell.ended_at) - _s(spell.began_at)
        for agent in {talk.agent_id for talk in call.talks if talk.agent_id}:
            talk_s, hold_s = _talk(call, agent)
            queue = queue_of.get(agent, call.queue_id) or ""
            self._put("parts", start, queue, agent, talk_s - hold_s, hold_s, wrote[agent], 1)
        if call.transfers:
            who = call.sent_on[0].agent_id
            queue = (queue_of.get(who, call.queue_id) if who else call.queue_id) or ""
            self._put("moves", start, queue, who or "")

    def _work(self, agent: str, status: str, began: datetime, ended: datetime) -> None:
        """A row for each quarter of an hour that it touches."""
        at, end = _s(began), _s(ended)
        while at < end:
            until = min(end, (at // 900 + 1) * 900)
            self._put("work", at * 1_000_000, until, agent, status)
            at = until

    def _put(self, table: str, *row: Any) -> None:
        self._db.execute(_INTO[table], row)

    # ---- a report

    def report(
        self,
        start: datetime,
        end: datetime,
        zone: ZoneInfo,
        group_by: str,
        queues: tuple[str, ...] = (),
        agents: tuple[str, ...] = (),
        formulas: dict[str, str] | None = None,
    ) -> tuple[dict[str, Cells], Cells]:
        """Cells of each row where something happened, by its name; and of all."""
        names: dict[int, str] = {}

        def local(at: int) -> str:
            """Clocks change and days begin at quarters of an hour."""
            name = names.get(at // 900_000_000)
            if name is None:
                name = names[at // 900_000_000] = _local(at, zone, group_by)
            return name

        self._db.create_function("local", 1, local, deterministic=True)
        part = f"start >= {_us(start)} AND start < {_us(end)}"
        part += _among("queue", queues) + _among("agent", agents)
        limits = {"begin": _s(start), "end": _s(end), "who": _among("agent", agents), "part": part}
        timed = group_by not in ("queue", "agent", "none")
        label = "local(start)" if timed else {"none": "''"}.get(group_by, group_by)
        known = not queues and group_by != "queue"
        rows = self._figures(label, limits, known, formulas or {})
        total = self._figures("''", limits, known, formulas or {}).get("", nothing())
        return rows, total

    def _figures(
        self, label: str, limits: dict[str, Any], knows_work: bool, formulas: dict[str, str]
    ) -> dict[str, Cells]:
        def ask(query: str) -> list[tuple[Any, ...]]:
            return self._db.execute(query.format(label=label, **limits)).fetchall()

        found: dict[str, dict[str, Any]] = {}

        def of(name: str) -> dict[str, Any]:
            return found.setdefault(name, dict.fromkeys("TAXOUHKWNMCR", 0) | _STAY)

        wanted = {_TOTALS: "TAXOU", _PARTS: "HKWN", _MOVES: "M", _CALLERS: "CR"}
        for query, letters in {**wanted, **({_WORK: "BE"} if knows_work else {})}.items():
            for name, *values in ask(query):
                of(name).update(zip(letters, values, strict=True))
        for name, queue, *stays in ask(_STAYS):
            _judge(of(name), formulas.get(queue, "without-abandoned"), stays)
        return {name: _cells(one) for name, one in found.items()}


_STAY: dict[str, Any] = {
    "above": 0, "below": 0, "h": 0, "waited": 0, "longest": None, "B": 0, "E": 0
}  # fmt: skip


def _judge(one: dict[str, Any], formula: str, stays: list[int]) -> None:
    n, h, hs, _, as_, waited, longest = stays
    above, below = {
        "without-abandoned": (hs, n - as_),
        "handled-only": (hs, h),
        "positive": (hs + as_, n),
        "negative": (hs, n),
    }[formula]
    one["above"] += above
    one["below"] += below
    one["h"] += h
    one["waited"] += waited
    one["longest"] = max(one["longest"] or 0, longest)


def _talk(call: Call, agent: str) -> tuple[int, int]:
    """Seconds of his talks, and of holds in them."""
    talk_s = hold_s = 0
    for talk in call.talks:
        if talk.agent_id == agent and talk.ended_at is not None:
            talk_s += _s(talk.ended_at) - _s(talk.began_at)
            for hold in call.holds:
                both = min(_s(hold.ended_at), _s(talk.ended_at))
                hold_s += max(0, both - max(_s(hold.began_at), _s(talk.began_at)))
    return talk_s, hold_s


def _cells(v: dict[str, Any]) -> Cells:
    return [
        v["T"],
        v["A"],
        v["X"],
        _share(v["X"], v["O"]),
        _mean(v["H"] + v["K"] + v["W"], v["N"]),
        _mean(v["H"], v["N"]),
        _mean(v["K"], v["N"]),
        _mean(v["W"], v["N"]),
        _mean(v["waited"], v["h"]),
        v["longest"],
        _share(v["above"], v["below"]),
        v["M"],
        v["U"],
        v["C"],
        v["R"],
        _share(v["B"], v["E"]),
    ]


def nothing() -> Cells:
    """Of a row in which nothing happened."""
    return _cells(dict.fromkeys("TAXOUHKWNMCR", 0) | _STAY)


def _mean(total: int, parts: int) -> int | None:
    return int(total / parts + 0.5) if parts else None


def _share(above: int, below: int) -> float | None:
    return round(100 * above / below, 1) if below > 0 else None


def _among(column: str, names: tuple[str, ...]) -> str:
    listed = ",".join(f"'{name}'" for name in names)
    return f" AND {column} IN ({listed})" if names else ""


def _local(at: int, zone: ZoneInfo, group_by: str) -> str:
    there = datetime.fromtimestamp(at // 1_000_000, UTC).astimezone(zone)
    if group_by == "hour":
        return there.replace(minute=0, second=0, microsecond=0).isoformat()
    if group_by == "week":
        return there.strftime("%G-W%V")
    return there.strftime({"day": "%Y-%m-%d", "month": "%Y-%m"}.get(group_by, ""))


def _s(at: datetime) -> int:
    return int(at.timestamp())


def _us(at: datetime) -> int:
    return round(at.timestamp() * 1_000_000)

"""Who calls, serves, is paused and waits now, by Asterisk and by mhud; and what is over."""

from __future__ import annotations

import asyncio
import json
from contextlib import closing
from pathlib import Path
from typing import Any

from mhud.ids import call_id
from mhud.store import driver, key
from mhud.store.place import DATABASE, KEY
from tests.asterisk.api import Api, Json
from tests.asterisk.soak_tap import Tap

Lists = dict[str, Any]


async def asterisk_lists(tap: Tap) -> Lists:
    channels = await tap.act("CoreShowChannels")
    queues = await tap.act("QueueStatus")
    members: dict[str, set[str]] = {}
    paused: dict[str, set[str]] = {}
    waiting: dict[str, list[str | None]] = {}
    asked: set[str | None] = set()
    for row in queues:
        if row.get("Event") == "QueueMember":
            agent = row["Location"].removeprefix("PJSIP/")
            members.setdefault(row["Queue"], set()).add(agent)
            if row["Paused"] == "1":
                paused.setdefault(agent, set()).add(row["Queue"])
        elif row.get("Event") == "QueueEntry":
            waiting.setdefault(row["Queue"], []).append(tap.call_of(row["Uniqueid"]))
            if row["Channel"].startswith("Local/"):
                asked.add(tap.call_of(row["Uniqueid"]))
    calls = {call_id(tap.root(row["Linkedid"])) for row in channels if "Linkedid" in row}
    return {
        "calls": calls,
        "members": members,
        "paused": paused,
        "waiting": _waiting(waiting),
        "asked": asked,
    }


async def mhud_lists(api: Api) -> Lists:
    active = (await api.get("/calls/active"))["calls"]
    agents = (await api.get("/agents"))["agents"]
    queues = (await api.get("/queues"))["queues"]
    waiting: dict[str, list[str | None]] = {}
    for call in active:
        if call["status"] == "queued":
            waiting.setdefault(call["queue_id"], []).append(call["id"])
    counts = {q["id"]: n for q in queues if (n := q["statistics"]["calls_waiting"])}
    return {
        "calls": {call["id"] for call in active},
        "members": {queue["id"]: set(queue["agents"]) for queue in queues if queue["agents"]},
        "paused": {a["id"]: set(a["queues_paused"]) for a in agents if a["queues_paused"]},
        "waiting": (_waiting(waiting)[0], counts),
    }


def differences(theirs: Lists, ours: Lists) -> list[str]:
    """By name. A Local leg that waits asks for an agent: it counts, and his caller is on hold."""
    pairs = [(name, theirs[name], ours[name]) for name in ("calls", "members", "paused")]
    named = [
        {queue: who for queue, ids in lists["waiting"][0].items() if (who := ids - theirs["asked"])}
        for lists in (theirs, ours)
    ]
    pairs.append(("waiting", (named[0], theirs["waiting"][1]), (named[1], ours["waiting"][1])))
    return [f"{name}: Asterisk {one}, mhud {two}" for name, one, two in pairs if one != two]


def _waiting(calls: dict[str, list[str | None]]) -> tuple[dict[str, set[str | None]], Any]:
    """Who waits where, and how many: mhud counts its list, not its calls."""
    sets = {queue: set(ids) for queue, ids in calls.items()}
    return sets, {queue: len(ids) for queue, ids in calls.items()}


async def history(api: Api, events: list[Json], data: Path) -> list[Json]:
    """All that is over, with the talks of mhud's records, from which its reports are made."""
    kept = await asyncio.to_thread(_talks, data)
    return [{**call, "talks": kept.get(call["id"], [])} for call in await _over(api, events)]


def _talks(data: Path) -> dict[str, list[Json]]:
    path = data / DATABASE
    with closing(driver.connect(path, key.read(data / KEY), read_only=True)) as connection:
        rows = connection.execute("SELECT id, record FROM calls").fetchall()
    return {id_: json.loads(record)["talks"] for id_, record in rows}


async def _over(api: Api, events: list[Json]) -> list[Json]:
    """Who only listened to a call is not listed, and has to be asked for."""
    listeners = {e["call"]["id"] for e in events if "call" in e and e["call"]["monitors"]}
    calls = [await api.call(one) for one in sorted(listeners)]
    cursor = ""
    while True:
        page = await api.get(f"/calls?limit=100{cursor}")
        calls += page["calls"]
        if not page["next_cursor"]:
            return calls
        cursor = f"&cursor={page['next_cursor']}"

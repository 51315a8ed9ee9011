"""`/ws` as the MHU document prints it: the JavaScript's message, thirteen events, their objects."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from websockets.asyncio.client import ClientConnection, connect

from mhud.sim.script import Caller
from tests import printed
from tests.call_centre import CallCentre
from tests.helpline import CALLER, helpline
from tests.sockets import heard, say

SNIPPET = printed.code("javascript", "Connecting to the WebSocket")
EVENTS = printed.listed("Event Types")
OBJECTS = {name: f"{name.title()} Object" for name in ("call", "agent", "queue")}


@pytest.fixture
async def centre(tmp_path: Path) -> AsyncIterator[CallCentre]:
    async with helpline(tmp_path) as opened:
        yield opened


def url(centre: CallCentre) -> str:
    """The snippet's path, here."""
    (address,) = re.findall(r'new WebSocket\("(.+?)"\)', SNIPPET)
    return str(centre.http.make_url(urlsplit(address).path)).replace("http", "ws", 1)


# ---- a day in which everything happens


async def _two_wait(centre: CallCentre) -> tuple[Caller, Caller]:
    """One more than the threshold, and longer than the service level."""
    callers = (centre.pbx.call_in(CALLER, "support"), centre.pbx.call_in("+1555000100", "support"))
    await centre.until(lambda live: len(live.queues["support"].waiting) == 2)
    await centre.pass_time(25)
    return callers


async def _one_is_answered_and_transferred(centre: CallCentre) -> None:
    while not centre.pbx.is_ringing("agent001"):  # he may have rung for the one who left
        await centre.pass_time(1)
    centre.pbx.agent_answers("agent001")
    await centre.agent_is("on-call")
    await centre.pass_time(5)
    centre.pbx.agent_transfers("agent001", "1002")
    await centre.agent_is("ringing", "agent002")
    centre.pbx.agent_answers("agent002")
    await centre.agent_is("on-call", "agent002")
    await centre.pass_time(5)
    centre.pbx.agent_hangs_up("agent002")
    await centre.until(lambda live: not live.calls)


async def _everything_happens(centre: CallCentre) -> None:
    change = next(one for one in printed.requests() if one.path.endswith("{queue_id}"))
    centre.pbx.agent_logs_in("agent001", "support")
    centre.pbx.agent_logs_in("agent002", "crisis")
    await centre.agent_is("available")
    assert (await centre.ask("PUT", "/queues/support", change.body))[0] == 200
    _, second = await _two_wait(centre)
    second.hangs_up()
    await _one_is_answered_and_transferred(centre)
    centre.pbx.agent_logs_out("agent001")
    await centre.agent_is("offline")
    await centre.pass_time(1)


async def _all_until_logged_out(client: ClientConnection) -> list[dict[str, Any]]:
    events = [await heard(client)]
    while events[-1]["type"] != "agent.logged_out":
        events.append(await heard(client))
    return events


async def test_all_printed_events_come_over_one_socket_with_the_printed_objects(
    centre: CallCentre,
) -> None:
    async with connect(url(centre)) as client:
        await say(client, **printed.first_message(centre.key["X-API-Key"]))
        assert (await heard(client))["type"] == "auth.ok"
        await _everything_happens(centre)
        events = await _all_until_logged_out(client)
    assert len(EVENTS) == 13
    assert set(EVENTS) <= {event["type"] for event in events}
    for event in (one for one in events if one["type"] in EVENTS):
        name = event["type"].partition(".")[0]
        shown = printed.example("Data Models", OBJECTS[name])
        assert printed.differences(shown, event[name], None, event["type"]) == []


async def test_the_events_of_a_call_tell_its_story_in_order(centre: CallCentre) -> None:
    async with connect(url(centre)) as client:
        await say(client, **printed.first_message(centre.key["X-API-Key"]))
        await heard(client)
        await _everything_happens(centre)
        events = await _all_until_logged_out(client)
    first = next(event["call"]["id"] for event in events if event["type"] == "call.new")
    story = [
        e["type"] for e in events if e["type"].startswith("call.") and e["call"]["id"] == first
    ]
    assert story == [
        "call.new",
        "call.queued",
        "call.connected",
        "call.transferred",
        "call.connected",
        "call.ended",
    ]
    assert [event["seq"] for event in events] == list(
        range(events[0]["seq"], events[0]["seq"] + len(events))
    )


async def test_the_snippets_handlers_get_the_objects_that_they_name(centre: CallCentre) -> None:
    """`data.call` of the one, `data.agent` of the other."""
    named = re.findall(r'case "(.+?)":\s+\w+\(data\.(\w+)\);', SNIPPET)
    assert [event for event, _ in named] == ["call.new", "agent.status_changed"]
    async with connect(url(centre)) as client:
        await say(client, **printed.first_message(centre.key["X-API-Key"]))
        await heard(client)
        await _everything_happens(centre)
        events = await _all_until_logged_out(client)
    for type_, attribute in named:
        assert all(attribute in event for event in events if event["type"] == type_)


async def test_a_wrong_key_in_the_printed_message_is_refused(centre: CallCentre) -> None:
    async with connect(url(centre)) as client:
        await say(client, **printed.first_message("your_api_key_here"))
        await client.wait_closed()
    assert client.close_code == 4401

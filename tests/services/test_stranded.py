"""A caller whom Asterisk left alone, because his agent hung up in the midst of a transfer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from structlog.testing import capture_logs

from mhud.ami import messages as ami
from mhud.config import ControlSettings
from mhud.live.model import Channel
from mhud.services.stranded import Rescue
from tests.control_commands import talks
from tests.control_room import Room, control_room
from tests.fake_clock import eventually

ASKING = "1740992400.99"


@asynccontextmanager
async def guarded(folder: Path, context: str = "rescue") -> AsyncIterator[Room]:
    """A caller talks with agent001; a daemon that looks after him."""
    async with control_room(folder) as room:
        await talks(room)
        services = room.centre.services
        settings = ControlSettings(rescue_context=context)
        rescue = Rescue(services.pump.live, services.link, services.clock, settings)
        task = asyncio.create_task(rescue.run())
        yield room
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def hangs_up_in_that_moment(room: Room) -> Channel:
    """What Asterisk then says of the agent's channel, and no more until a colleague hangs up.

    One half of a Local channel waits for the agent, the other one asks for a colleague.
    """
    live, pump = room.centre.live, room.centre.services.pump
    leg = next(one for one in live.channels.values() if one.endpoint == "PJSIP/agent001")
    chan = ami.Chan(uniqueid=leg.uniqueid, linkedid=leg.linkedid, name=leg.name, state=leg.state)
    at = room.centre.clock.now()
    pump.feed(ami.HangupRequest(at=at, chan=chan))
    asking = ami.Chan(uniqueid=ASKING, linkedid=leg.linkedid, name="Local/1@consult-1;1", state=6)
    pump.feed(ami.NewChannel(at=at, chan=asking))
    pump.feed(ami.BridgeEnter(at=at, chan=asking, bridge_id="of the question"))
    pump.feed(ami.BridgeLeave(at=at, chan=chan, bridge_id=leg.bridge_id or ""))
    return leg


async def test_a_caller_who_was_left_alone_waits_in_a_queue(tmp_path: Path) -> None:
    async with guarded(tmp_path) as room:
        leg = hangs_up_in_that_moment(room)
        with capture_logs() as said:
            await room.centre.pass_time(4)
            await room.until(lambda: room.call.status == "queued")
        await eventually(lambda: leg.uniqueid not in room.centre.live.channels)
        assert [line["call_id"] for line in said if line["event"] == "caller_rescued"] == [
            room.call_id
        ]
        hung_up = [one.get("Channel") for one in room.heard if one.get("Action") == "Hangup"]
        assert hung_up == [leg.uniqueid, ASKING]


async def test_an_agent_who_hangs_up_at_all_times_else_leaves_nobody_to_be_rescued(
    tmp_path: Path,
) -> None:
    async with guarded(tmp_path) as room:
        with capture_logs() as said:
            room.centre.pbx.agent_hangs_up("agent001")
            await room.centre.pass_time(4)
        assert room.centre.live.ended[room.call_id].end_reason == "completed"
        assert [line for line in said if line["event"].startswith("caller_")] == []


async def test_where_the_dialplan_has_no_way_out_the_administrator_is_told(tmp_path: Path) -> None:
    async with guarded(tmp_path, context="nowhere") as room:
        hangs_up_in_that_moment(room)
        with capture_logs() as said:
            await room.centre.pass_time(4)
            await eventually(lambda: any(line["event"] == "caller_left_alone" for line in said))
        assert not room.call.is_over  # a Redirect to nowhere would drop him

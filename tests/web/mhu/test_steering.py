"""Transfers, consultations and holds that can't be done: why, and that nothing is half done."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from mhud.sim.keypad import HOLD_KEYS, press
from mhud.sim.site import Site
from tests.control_commands import consults, talks
from tests.control_room import Room, control_room

TO_COLLEAGUE = {"agent": "agent002"}


async def transfer(room: Room, kind: str, target: dict[str, str], who: str = "key: all") -> Any:
    body = {"type": kind, "target": target}
    return await room.ask("POST", f"/calls/{room.call_id}/transfer", body, who)


async def order(room: Room, command: str, who: str = "key: all") -> Any:
    return await room.ask("POST", f"/calls/{room.call_id}/{command}", None, who)


def variables(room: Room) -> dict[str, str]:
    (mine,) = room.channels_of("agent001")
    return mine.variables


async def test_a_place_that_the_dialplan_lacks_is_refused_before_anything_moves(
    tmp_path: Path,
) -> None:
    async with control_room(tmp_path, control={"agent_context": "nowhere"}) as room:
        await talks(room)
        room.heard.clear()
        status, answer = await transfer(room, "blind", TO_COLLEAGUE)
        assert (status, answer["details"]["reason"]) == (409, "no-way")
        assert "nowhere" in answer["message"]
        assert room.deeds == []


async def test_an_asterisk_that_can_not_look_into_its_dialplan_transfers_nobody(
    tmp_path: Path,
) -> None:
    site = Site(channelvars=("ivr_path", "MHU_TAGS"), unloaded=frozenset({"DIALPLAN_EXISTS"}))
    async with control_room(tmp_path, site) as room:
        await talks(room)
        room.heard.clear()
        for kind in ("blind", "attended"):
            status, answer = await transfer(room, kind, TO_COLLEAGUE)
            assert (status, answer["code"]) == (503, "pbx_unavailable")
            assert "func_dialplan.so" in answer["message"]
        assert room.deeds == []


async def test_nobody_is_sent_to_a_phone_that_can_not_take_him(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        await talks(room)
        pbx = room.centre.pbx
        pbx.agent_dials("agent002", "1009")
        await room.until(lambda: room.centre.live.agents["agent002"].call_id)
        status, answer = await transfer(room, "blind", TO_COLLEAGUE)
        assert (status, answer["details"]["reason"]) == (409, "on-call")
        pbx.agent_answers("agent009")
        pbx.agent_hangs_up("agent002")
        pbx.phone_unregisters("agent002")
        await room.until(lambda: room.centre.live.agents["agent002"].device_state == "UNAVAILABLE")
        status, answer = await transfer(room, "attended", TO_COLLEAGUE)
        assert (status, answer["details"]["reason"]) == (409, "unreachable")


async def test_two_commands_at_once_are_one(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        await talks(room)
        answers = await asyncio.gather(order(room, "hold"), order(room, "hold"))
        assert sorted(status for status, _ in answers) == [200, 409]
        (refused,) = [answer for status, answer in answers if status == 409]
        assert refused["details"]["reason"] == "busy"
        assert room.call.status == "on-hold"


async def test_a_colleague_who_is_asked_can_not_complete_what_another_began(
    tmp_path: Path,
) -> None:
    async with control_room(tmp_path) as room:
        await consults(room)
        user = room.centre.services.access.known.names["colleague"]
        key = await room.centre.house.headers("control_calls", owner=user.id)
        room.known["colleague"] = key
        for command in ("complete", "cancel"):
            status, answer = await order(room, command, "colleague")
            assert (status, answer["details"]["reason"]) == (409, "not-yours")
        assert room.call.consultation == "talking"


async def test_without_a_way_to_consult_no_key_is_pressed(tmp_path: Path) -> None:
    async with control_room(tmp_path, control={"consult_context": "nowhere"}) as room:
        await talks(room)
        room.heard.clear()
        status, answer = await transfer(room, "attended", TO_COLLEAGUE)
        assert (status, answer["details"]["reason"]) == (409, "no-way")
        assert room.deeds == []


async def test_the_keys_of_the_phone_lead_where_they_led_before(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        await talks(room)
        variables(room)["TRANSFER_CONTEXT"] = "agents"
        room.picks_up("agent002")
        status, _ = await transfer(room, "attended", TO_COLLEAGUE)
        assert status == 200
        assert variables(room)["TRANSFER_CONTEXT"] == "agents"


async def test_an_agent_without_the_feature_holds_by_his_phone(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        await talks(room)
        variables(room)["DYNAMIC_FEATURES"] = ""
        room.heard.clear()
        status, answer = await order(room, "hold")
        assert (status, answer["details"]["reason"]) == (409, "phone")
        assert room.deeds == []


async def test_what_is_on_hold_is_held_and_what_is_not_is_resumed(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        await talks(room)
        for command, shown in (("unhold", "in-progress"), ("hold", "on-hold"), ("hold", "on-hold")):
            status, answer = await order(room, command)
            assert (status, answer["status"]) == (200, shown)
        status, answer = await order(room, "unhold")
        assert (status, answer["status"]) == (200, "in-progress")
        room.centre.pbx.agent_holds("agent001")
        await room.until(lambda: room.call.status == "on-hold")
        assert (await order(room, "hold"))[0] == 200
        status, answer = await order(room, "unhold")
        assert (status, answer["details"]["reason"]) == (409, "phone")


async def test_an_agent_whose_phone_holds_asks_nobody_by_api(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        await talks(room)
        room.centre.pbx.agent_holds("agent001")
        await room.until(lambda: room.call.status == "on-hold")
        room.heard.clear()
        status, answer = await transfer(room, "attended", TO_COLLEAGUE)
        assert (status, answer["details"]["reason"]) == (409, "phone")
        assert room.deeds == []


async def test_the_trail_names_the_queue_or_agent_and_no_number(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        await talks(room)
        for target in ({"number": "+254711000111"}, TO_COLLEAGUE):
            assert (await transfer(room, "attended", target))[0] == 200
            assert (await order(room, "cancel"))[0] == 200
        _, trail = await room.ask("GET", f"/audit?subject={room.call_id}&action=call.transfer")
        assert [line["details"] for line in trail["entries"]] == [
            {"type": "attended", "to": "agent", "target_id": "agent002"},
            {"type": "attended", "to": "number"},
        ]


async def test_who_was_held_unseen_is_released_all_the_same(tmp_path: Path) -> None:
    """The link broke, or mhud died, just when the music began: the caller must not stay in it."""
    async with control_room(tmp_path) as room:
        await talks(room)
        pbx = room.centre.pbx
        pbx.cut()
        await room.until(lambda: room.centre.live.stale)
        (mine,) = room.channels_of("agent001")
        assert room.caller
        room.caller.channel.variables["MHU_HOLD"] = mine.name
        for key in HOLD_KEYS:
            press(pbx.pbx, mine, key)
        await room.until(lambda: not room.centre.live.stale)
        assert room.call.status == "in-progress"
        status, answer = await order(room, "unhold")
        assert (status, answer["status"]) == (200, "in-progress")
        assert not room.caller.channel.variables["MHU_HOLD"]

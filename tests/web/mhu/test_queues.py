"""Queue Management over HTTP, against a simulated Asterisk that reads the include file."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from mhud.services import queue_file
from mhud.services.queue_file import parse
from mhud.sim.site import Site
from mhud.store.queues import save_settings
from tests.call_centre import Answer, CallCentre, call_centre
from tests.fake_clock import PATIENCE_S, START, eventually

PRINTED = {"max_wait_time": 300, "announcement_id": "announce123", "strategy": "round-robin"}
HOURS = {"monday": {"start": "09:00", "end": "17:00"}}


async def put(centre: CallCentre, body: Any, queue: str = "support", **headers: str) -> Answer:
    return await centre.ask("PUT", f"/queues/{queue}", body, **headers)


def in_file(centre: CallCentre, queue: str = "support") -> dict[str, str]:
    return parse(centre.include.read_text()).get(queue, {})


def strategy(centre: CallCentre, queue: str = "support") -> str:
    """What the PBX itself does."""
    return centre.pbx.pbx.queues[queue].settings.strategy


# ---- reading


async def test_statistics_print_every_documented_field(centre: CallCentre) -> None:
    centre.pbx.call_in("254700123456", "support")
    await centre.only_call()
    await centre.until(lambda live: live.queues["support"].waiting)
    await centre.pass_time(30)
    found = {queue["id"]: queue for queue in (await centre.get("/queues/stats"))["queues"]}
    assert list(found) == ["crisis", "support"]
    support = found["support"]
    assert (support["calls_waiting"], support["longest_wait_time"]) == (1, 30)
    assert (support["available_agents"], support["sla_current"]) == (0, None)
    assert support["average_wait_time"] is None
    assert support["sla"] == {
        "formula": "without-abandoned",
        "threshold": 20,
        "presented": 0,
        "answered": 0,
        "answered_within": 0,
        "abandoned": 0,
        "abandoned_within": 0,
    }


async def test_an_answered_call_counts(centre: CallCentre) -> None:
    centre.pbx.agent_logs_in("agent001", "support")
    await centre.agent_is("available")
    centre.pbx.call_in("254700123456", "support")
    await centre.agent_is("ringing")
    await centre.pass_time(4)
    centre.pbx.agent_answers("agent001")
    await centre.agent_is("on-call")
    await centre.until(lambda live: live.figures("support").handled_today)
    support = (await centre.get("/queues/stats"))["queues"][1]
    assert (support["sla_current"], support["average_wait_time"]) == (100.0, 4)
    assert (await centre.get("/queues/support"))["statistics"]["handled_today"] == 1


async def test_the_documented_object_is_printed(centre: CallCentre) -> None:
    centre.pbx.agent_logs_in("agent001", "support")
    await centre.agent_is("available")
    queue = await centre.get("/queues/support")
    assert (queue["id"], queue["strategy"], queue["max_callers"]) == ("support", "round-robin", 20)
    assert queue["agents"] == ["agent001"]
    assert queue["operating_hours"] is None
    everything = await centre.get("/queues")
    assert everything["total"] == 2
    assert everything["queues"][1] == queue


async def test_an_unknown_queue_is_not_found(centre: CallCentre) -> None:
    assert (await centre.ask("GET", "/queues/nosuch"))[0] == 404
    assert (await put(centre, PRINTED, "nosuch"))[0] == 404


# ---- changing


async def test_the_documents_change_works_as_printed(centre: CallCentre) -> None:
    status, changed = await put(centre, PRINTED)
    assert status == 200
    verified = changed.pop("verified")
    assert changed == {
        "success": True,
        "queue_id": "support",
        "updated_fields": ["max_wait_time", "announcement_id", "strategy"],
    }
    assert set(verified) == {"max_wait_time", "strategy"}
    assert in_file(centre) == {"periodic-announce": "custom/welcome", "strategy": "rrmemory"}
    queue = await centre.get("/queues/support")
    assert (queue["timeout"], queue["announcement_id"]) == (300, "announce123")
    assert queue["strategy"] == "round-robin"


async def test_a_change_is_asterisks_at_once_and_in_all_answers(centre: CallCentre) -> None:
    status, _ = await put(centre, {"strategy": "linear", "max_callers": 7, "ring_seconds": 9})
    assert (status, strategy(centre)) == (200, "linear")
    queue = await centre.get("/queues/support")
    assert (queue["strategy"], queue["max_callers"], queue["ring_seconds"]) == ("linear", 7, 9)


async def test_other_queues_keep_what_the_file_says(centre: CallCentre) -> None:
    await put(centre, {"strategy": "linear"}, "crisis")
    await put(centre, {"max_callers": 5})
    assert in_file(centre, "crisis") == {"strategy": "linear"}
    assert strategy(centre, "crisis") == "linear"


async def test_a_callers_longest_wait_is_a_global_of_the_dialplan(centre: CallCentre) -> None:
    await put(centre, {"max_wait_time": 120})
    assert centre.pbx.pbx.variables["MHUD_MAX_WAIT_support"] == "120"
    assert not centre.include.exists()


async def test_opening_hours_are_a_global_of_the_dialplan(centre: CallCentre) -> None:
    _, changed = await put(centre, {"operating_hours": HOURS})
    assert changed["verified"] == ["operating_hours"]
    assert centre.pbx.pbx.variables["MHUD_HOURS_support"] == "09:00-16:59,mon,*,*,UTC"
    assert (await centre.get("/queues/support"))["operating_hours"] == HOURS


async def test_a_queue_that_no_day_opens_is_closed_and_says_so(centre: CallCentre) -> None:
    assert (await put(centre, {"operating_hours": {}}))[0] == 200
    assert centre.pbx.pbx.variables["MHUD_HOURS_support"] == "*,*,31,feb,UTC"
    assert (await centre.get("/queues/support"))["operating_hours"] == {}


async def test_null_clears_what_was_set(centre: CallCentre) -> None:
    await put(centre, {**PRINTED, "name": "Support Queue", "operating_hours": HOURS})
    cleared = {"max_wait_time": None, "announcement_id": None, "name": None}
    _, changed = await put(centre, {**cleared, "operating_hours": None})
    assert set(changed["updated_fields"]) == {*cleared, "operating_hours"}
    queue = await centre.get("/queues/support")
    assert (queue["timeout"], queue["announcement_id"], queue["name"]) == (None, None, "support")
    assert centre.pbx.pbx.variables["MHUD_HOURS_support"] == ""


@pytest.mark.parametrize(
    "body",
    [
        {"strategy": "nonsense"},
        {"strategy": None},
        {"announcement_id": "nosuch"},
        {"music_on_hold_id": "default"},
        {"max_wait_time": 0},
        {"max_wait_time": "300"},
        {"max_callers": -1},
        {"name": "a\nb"},
        {"operating_hours": {"monday": {"start": "17:00", "end": "17:00"}}},
        {"operating_hours": {"caturday": {"start": "09:00", "end": "17:00"}}},
        {"timeout": 300},
    ],
)
async def test_nonsense_is_refused_and_changes_nothing(centre: CallCentre, body: Any) -> None:
    status, error = await put(centre, {"max_callers": 3, **body})
    assert (status, error["code"]) == (400, "validation_error")
    assert not centre.include.exists()


async def test_what_asterisk_does_not_take_is_an_error_and_the_old_file_is_back(
    tmp_path: Path,
) -> None:
    async with call_centre(tmp_path) as centre:
        await put(centre, {"max_callers": 5})
        before = centre.include.read_bytes()
        centre.pbx.server.queue_include = tmp_path / "not-included.conf"
        status, error = await put(centre, {"strategy": "linear", "max_wait_time": 60})
        assert (status, error["code"]) == (409, "conflict")
        assert error["details"]["not_taken"] == ["strategy"]
        assert centre.include.read_bytes() == before
        assert "MHUD_MAX_WAIT_support" not in centre.pbx.pbx.variables
        assert (await centre.get("/queues/support"))["timeout"] is None


async def test_without_an_include_the_answer_names_the_setting(tmp_path: Path) -> None:
    async with call_centre(tmp_path, asterisk={"queue_include": None}) as centre:
        status, error = await put(centre, {"strategy": "linear"})
        assert (status, error["details"]["setting"]) == (409, "asterisk.queue_include")
        status, changed = await put(centre, {"name": "Support Queue", "wrap_up_seconds": 30})
        assert (status, changed["verified"]) == (200, [])
        queue = await centre.get("/queues/support")
        assert (queue["name"], queue["wrap_up_seconds"]) == ("Support Queue", 30)


async def test_a_folder_that_can_not_be_written_is_said(
    tmp_path: Path,
) -> None:
    nowhere = tmp_path / "gone" / "queues.conf"
    async with call_centre(tmp_path, asterisk={"queue_include": nowhere}) as centre:
        status, error = await put(centre, {"strategy": "linear"})
        assert (status, error["code"]) == (503, "service_unavailable")
        assert "No such file" in error["message"]


async def test_if_match_keeps_a_change_from_being_overwritten(centre: CallCentre) -> None:
    url, key = "/api/v1/queues/support", centre.key
    async with centre.http.get(url, headers=key) as answer:
        etag = answer.headers["ETag"]
    async with centre.http.put(url, json={"name": "A"}, headers={**key, "If-Match": etag}) as first:
        assert first.status == 200
        newer = first.headers["ETag"]
    async with centre.http.put(
        url, json={"name": "B"}, headers={**key, "If-Match": etag}
    ) as second:
        assert (second.status, (await second.json())["code"]) == (412, "precondition_failed")
    async with centre.http.put(
        url, json={"name": "C"}, headers={**key, "If-Match": newer}
    ) as third:
        assert third.status == 200


async def test_a_change_is_told_as_an_event(centre: CallCentre) -> None:
    await put(centre, {"name": "Support Queue"})

    async def told() -> list[str]:
        await centre.clock.advance(0.1)
        return [entry.type for entry in await centre.services.ledger.read(0, 10)]

    async with asyncio.timeout(PATIENCE_S):
        while "queue.config_changed" not in (types := await told()):
            pass
    assert types.count("queue.config_changed") == 1


async def test_an_operator_changes_no_queue(centre: CallCentre) -> None:
    headers = await centre.house.headers("view_queues")
    status, _ = await put(centre, PRINTED, **headers)
    assert status == 403


async def test_without_a_link_nothing_is_changed(centre: CallCentre) -> None:
    await centre.pbx.server.close()
    await centre.until(lambda live: live.stale)
    status, error = await put(centre, PRINTED)
    assert (status, error["code"]) == (503, "pbx_unavailable")
    assert not centre.include.exists()


# ---- over restarts


async def test_a_restarted_asterisk_gets_its_globals_again(centre: CallCentre) -> None:
    await put(centre, {"max_wait_time": 120, "operating_hours": HOURS})
    centre.pbx.pbx.variables.clear()
    centre.pbx.cut()
    await centre.until(lambda live: live.stale)
    await centre.pass_time(3)
    held = centre.pbx.pbx.variables
    await eventually(lambda: {"MHUD_HOURS_support", "MHUD_MAX_WAIT_support"} <= held.keys())
    assert held["MHUD_MAX_WAIT_support"] == "120"


async def test_a_limit_that_only_the_dialplan_has_is_read_from_there(tmp_path: Path) -> None:
    async with call_centre(tmp_path) as centre:
        centre.pbx.pbx.variables["MHUD_MAX_WAIT_crisis"] = "900"
        assert await centre.services.queues.restore_globals()
        await centre.until(lambda live: live.queues["crisis"].profile.timeout_s == 900)
        assert (await centre.get("/queues/crisis"))["timeout"] == 900


async def test_what_was_changed_survives_a_restart_of_mhud(tmp_path: Path) -> None:
    async with call_centre(tmp_path) as centre:
        await put(centre, {"name": "Support Queue", "max_callers": 5})
    async with call_centre(tmp_path) as again:
        queue = await again.get("/queues/support")
        assert queue["name"] == "Support Queue"
        assert again.services.queues.version("support") == 1


async def test_settings_that_this_version_does_not_allow_stop_nothing(tmp_path: Path) -> None:
    async with call_centre(tmp_path) as centre, centre.services.db.write() as tx:
        await save_settings(tx, "support", {"wrap_up_seconds": 99_999}, 0, START)
    async with call_centre(tmp_path) as again:
        assert (await again.get("/queues/support"))["wrap_up_seconds"] == 10


async def test_a_queue_that_comes_later_gets_the_configured_defaults(tmp_path: Path) -> None:
    async with call_centre(tmp_path, queue_defaults={"wrap_up_seconds": 44}) as centre:
        site = Site()
        centre.pbx.pbx.queues["night"] = type(centre.pbx.pbx.queues["support"])(
            "night", site.queues["support"]
        )
        centre.services.link.resync()
        await centre.pass_time(2)
        await centre.until(lambda live: "night" in live.queues)
        await centre.until(lambda live: live.queues["night"].profile.wrap_up_s == 44)
        assert (await centre.get("/queues/night"))["wrap_up_seconds"] == 44


def test_the_file_says_who_wrote_it() -> None:
    assert "mhud" in queue_file.HEADER


async def test_the_trail_knows_who_changed_which_settings_of_a_queue(centre: CallCentre) -> None:
    await put(centre, PRINTED)
    await put(centre, {"strategy": "nonsense"})
    lines = (await centre.get("/audit?action=queue.*"))["entries"]

    found = [(one["action"], one["subject_id"], one["details"]) for one in lines]
    assert found == [("queue.update", "support", {"fields": sorted(PRINTED)})]

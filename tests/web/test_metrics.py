"""What a scrape prints, and that it stays small and says nothing of anybody."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families

from mhud.ami.messages import LinkLost, QueueNow, Snapshot
from mhud.vitals import WINDOW_S, Peak, Vitals
from mhud.web.gauges import MAX_QUEUES
from tests.call_centre import call_centre
from tests.fake_clock import FakeClock, eventually
from tests.houses import House

CALLER = "+254700123456"
BASE_UNITS = {"ms", "milliseconds", "minutes", "percent", "kilobytes", "megabytes"}


async def scraped(client: TestClient[Any, Any]) -> dict[str, Metric]:
    text = await (await client.get("/metrics")).text()
    assert CALLER[-9:] not in text
    return {family.name: family for family in text_string_to_metric_families(text)}


def value(families: dict[str, Metric], name: str, **labels: str) -> float | None:
    """None: it is not there."""
    found = [
        sample.value
        for family in families.values()
        for sample in family.samples
        if sample.name == name and sample.labels == labels
    ]
    assert len(found) < 2
    return found[0] if found else None


async def test_a_scrape_shows_a_helpline_at_work(tmp_path: Path) -> None:
    async with call_centre(tmp_path) as centre:
        centre.pbx.agent_logs_in("agent001", "support")
        await centre.agent_is("available")
        centre.pbx.call_in(CALLER, queue="support")
        await centre.agent_is("ringing")
        centre.pbx.agent_answers("agent001")
        await centre.agent_is("on-call")
        centre.pbx.call_in("+254700123457", queue="support")
        await centre.until(lambda live: live.queues["support"].waiting)
        await centre.pass_time(40)
        seen = await scraped(centre.http)

        assert value(seen, "mhud_pbx_up") == 1
        assert value(seen, "mhud_pbx_stale") == 0
        assert value(seen, "mhud_pbx_links_lost_total") == 0
        assert value(seen, "mhud_agents", status="on-call") == 1
        assert value(seen, "mhud_agents", status="unreachable") == 0
        assert value(seen, "mhud_calls", status="in-progress") == 1
        assert value(seen, "mhud_calls", status="queued") == 1
        assert value(seen, "mhud_callers_waiting") == 1
        assert value(seen, "mhud_queue_callers_waiting", queue="support") == 1
        assert value(seen, "mhud_queue_longest_wait_seconds", queue="support") == 40
        assert value(seen, "mhud_queue_longest_wait_seconds", queue="crisis") == 0
        assert value(seen, "mhud_queue_sla_ratio", queue="support", window="today") == 1
        assert value(seen, "mhud_queue_sla_ratio", queue="crisis", window="today") is None
        answered = {"queue": "support", "outcome": "answered"}
        assert value(seen, "mhud_queue_outcomes_today", **answered) == 1
        assert value(seen, "mhud_originates_waiting") == 0


async def test_a_caller_who_gives_up_is_counted_until_midnight(tmp_path: Path) -> None:
    abandoned = {"queue": "support", "outcome": "abandoned"}
    async with call_centre(tmp_path) as centre:
        caller = centre.pbx.call_in(CALLER, queue="support")
        await centre.until(lambda live: live.queues["support"].waiting)
        caller.hangs_up()
        await centre.until(lambda live: live.outcomes_today("support"))
        before = await scraped(centre.http)
        centre.live.days["support"].begin_again()
        after = await scraped(centre.http)

    assert value(before, "mhud_queue_outcomes_today", **abandoned) == 1
    assert value(after, "mhud_queue_outcomes_today", **abandoned) == 0


async def test_a_lost_link_is_seen_with_its_time_and_its_count(tmp_path: Path) -> None:
    async with call_centre(tmp_path) as centre:
        up = await scraped(centre.http)
        await centre.clock.advance(3)
        centre.pbx.cut()
        await eventually(lambda: centre.services.link.state == "down")
        await eventually(lambda: centre.live.stale)
        down = await scraped(centre.http)

    assert value(down, "mhud_pbx_up") == 0
    assert value(down, "mhud_pbx_stale") == 1
    assert value(down, "mhud_pbx_links_lost_total") == 1
    since = "mhud_pbx_since_timestamp_seconds"
    began, lost = value(up, since), value(down, since)
    assert began is not None
    assert lost == began + 3


async def test_the_silence_of_asterisk_is_told_while_connected_only(
    tmp_path: Path, api: TestClient[Any, Any]
) -> None:
    async with call_centre(tmp_path / "pbx") as centre:
        await centre.clock.advance(4)
        connected = value(await scraped(centre.http), "mhud_pbx_silent_seconds")
    assert connected == 4
    assert value(await scraped(api), "mhud_pbx_silent_seconds") is None


async def test_an_event_that_waited_shows_as_lag_for_a_minute_or_two(
    api: TestClient[Any, Any], home: House
) -> None:
    event = LinkLost(at=home.clock.now())
    await home.clock.advance(7)
    home.services.pump.feed(event)
    assert value(await scraped(api), "mhud_pump_lag_seconds") == 7
    await home.clock.advance(2 * WINDOW_S)
    assert value(await scraped(api), "mhud_pump_lag_seconds") == 0


async def test_an_asterisk_that_invents_queues_fills_no_prometheus(
    api: TestClient[Any, Any], home: House
) -> None:
    queues = tuple(
        QueueNow(name=f"q{number}", strategy="", max_callers=0, service_level_s=0)
        for number in range(1000)
    )
    home.services.pump.feed(Snapshot(at=home.clock.now(), queues=queues))
    seen = await scraped(api)
    assert len(seen["mhud_queue_callers_waiting"].samples) == MAX_QUEUES
    assert value(seen, "mhud_queues") == 1000


async def test_names_and_units_are_as_prometheus_wants_them(api: TestClient[Any, Any]) -> None:
    seen = await scraped(api)
    ours = {name: family for name, family in seen.items() if name.startswith("mhud_")}
    assert len(ours) > 30
    for name, family in ours.items():
        assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
        assert not BASE_UNITS & set(name.split("_"))
        assert family.documentation.endswith(".") or family.type == "gauge"
        assert family.type in ("gauge", "counter", "histogram")
        totals = [one.name for one in family.samples if one.name.endswith("_total")]
        assert bool(totals) == (family.type == "counter" and bool(family.samples))


# ---- vitals


def test_a_peak_is_seen_by_everybody_who_asks_within_a_minute() -> None:
    peak = Peak()
    peak.add(0.5, 1000)
    peak.add(3.0, 1010)
    peak.add(1.0, 1020)
    assert (peak.value(1030), peak.value(1059)) == (3.0, 3.0)
    assert peak.value(1061) == 3.0
    assert peak.value(1000 + 3 * WINDOW_S) == 0


def test_a_peak_of_long_ago_is_gone_even_if_nobody_asked() -> None:
    peak = Peak()
    peak.add(3.0, 1000)
    assert peak.value(5000) == 0


async def test_a_loop_that_is_held_up_is_seen(tmp_path: Path) -> None:
    class Late(FakeClock):
        async def sleep(self, seconds: float) -> None:
            await super().sleep(seconds + (0.25 if seconds == 1 else 0))

    clock, vitals = Late(), Vitals()
    work = asyncio.create_task(vitals.run(tmp_path / "mhud.sqlite3", clock))
    await clock.advance(5)
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    assert vitals.late.value(clock.monotonic()) == pytest.approx(0.25)


async def test_the_disk_and_the_database_are_measured(tmp_path: Path) -> None:
    database, clock, vitals = tmp_path / "mhud.sqlite3", FakeClock(), Vitals()
    database.write_bytes(b"x" * 1000)
    database.with_name("mhud.sqlite3-wal").write_bytes(b"x" * 500)
    work = asyncio.create_task(vitals.run(database, clock))
    await eventually(lambda: vitals.database_bytes)
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    assert vitals.database_bytes == 1500
    assert vitals.free_bytes


async def test_a_disk_that_is_gone_has_no_figures(tmp_path: Path) -> None:
    clock, vitals = FakeClock(), Vitals(free_bytes=5, database_bytes=5)
    work = asyncio.create_task(vitals.run(tmp_path / "gone" / "mhud.sqlite3", clock))
    await eventually(lambda: vitals.free_bytes is None)
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    assert vitals.database_bytes is None

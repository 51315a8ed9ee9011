"""`mhud demo`: what its administrator finds, and where it can't start."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest

from mhud.demo import Options, run
from mhud.services import Services
from mhud.services.checkup import Report


async def _health(services: Services) -> Report:
    while services.checkup.report().checked_at is None:
        await services.clock.sleep(0.05)
    return services.checkup.report()


async def test_its_health_page_shows_nothing_wrong(tmp_path: Path) -> None:
    found: asyncio.Future[Report] = asyncio.get_running_loop().create_future()

    async def look(services: Services) -> None:
        found.set_result(await _health(services))

    demo = asyncio.create_task(run(Options(port=0, data=tmp_path), on_ready=look))
    try:
        await asyncio.wait((demo, found), timeout=25, return_when=asyncio.FIRST_COMPLETED)
        report = found.result()
    finally:
        demo.cancel()
        with suppress(asyncio.CancelledError):
            await demo
    assert [one.name for one in report.findings if one.state == "wrong"] == []


async def test_a_port_that_is_taken_is_said_plainly(tmp_path: Path) -> None:
    async with await asyncio.start_server(lambda *_: None, "127.0.0.1", 0) as other:
        port = other.sockets[0].getsockname()[1]
        with pytest.raises(OSError, match="address already in use"):
            await run(Options(port=port, data=tmp_path))

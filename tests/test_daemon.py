"""How the daemon ends when one of its tasks fails unplanned."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from mhud.daemon import end


async def test_a_task_that_fails_ends_the_daemon_and_is_logged() -> None:
    async def fails() -> None:
        raise RuntimeError("a bug")

    work = asyncio.create_task(fails())
    await asyncio.wait({work})
    with capture_logs() as logs, pytest.raises(SystemExit) as ended:
        await end(work)
    assert ended.value.code == 1
    assert [entry["event"] for entry in logs] == ["daemon_failed"]


async def test_a_daemon_that_is_told_to_stop_just_stops() -> None:
    work = asyncio.create_task(asyncio.Event().wait())
    with capture_logs() as logs:
        await end(work)  # type: ignore[arg-type]  # it never comes to its answer
    assert work.cancelled()
    assert logs == []

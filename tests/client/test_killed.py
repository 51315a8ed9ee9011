"""The client follows a daemon that is killed, and killed again: nothing is missing of its order."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from mhud.client import Events, Mhud
from mhud.clock import SystemClock
from mhud.sim import FakeAsterisk
from mhud.sim.demo_world import demo_site, log_everybody_in
from tests.served import SECRET, Serve

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
DEATHS = 3
SPEED = 40


@asynccontextmanager
async def busy_asterisk() -> AsyncIterator[FakeAsterisk]:
    """Calls come and go all the time."""
    pbx = FakeAsterisk(clock=SystemClock(), username="mhud", secret=SECRET, site=demo_site())
    await pbx.start()
    log_everybody_in(pbx)
    traffic = asyncio.create_task(pbx.run_traffic(SPEED))
    try:
        yield pbx
    finally:
        traffic.cancel()
        await asyncio.gather(traffic, return_exceptions=True)
        await pbx.stop()


async def test_every_event_comes_once_and_in_order_though_the_daemon_is_killed(
    tmp_path: Path,
) -> None:
    seqs: list[int] = []
    async with busy_asterisk() as pbx:
        serve = Serve(tmp_path, pbx.port, MHUD_HTTP__PORT=str(free_port()))
        await serve.make_key()
        daemon = await serve.start()
        async with Mhud(serve.base, api_key=serve.key) as mhud:
            events = mhud.events(since=0)
            following = asyncio.create_task(follow(events, seqs))
            for _ in range(DEATHS):
                await sixty_more(seqs, following)
                daemon.send_signal(signal.SIGKILL)
                await daemon.wait()
                daemon = await serve.start()
            await sixty_more(seqs, following)
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)
        daemon.terminate()
        await daemon.wait()
    assert events.reconnects >= DEATHS
    assert seqs == list(range(1, len(seqs) + 1))


async def follow(events: Events, seqs: list[int]) -> None:
    async for event in events:
        seqs.append(event.seq)


async def sixty_more(seqs: list[int], following: asyncio.Task[None]) -> None:
    enough = len(seqs) + 60
    while len(seqs) < enough:
        assert not following.done(), following
        await SystemClock().sleep(0.05)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])

"""A fake Asterisk with two queues and ten phones, at a test's disposal."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from mhud.clock import SystemClock
from mhud.sim import FakeAsterisk
from tests.ami_client import RawClient, connected
from tests.fake_clock import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def pbx(clock: FakeClock) -> AsyncIterator[FakeAsterisk]:
    fake = FakeAsterisk(clock=clock, username="mhud", secret="secret")
    await fake.start()
    yield fake
    failures = fake.pbx.timers.failures
    await fake.stop()
    assert failures == 0


@pytest.fixture
async def live_pbx() -> AsyncIterator[FakeAsterisk]:
    """On the machine's own clock, for clients that know no other."""
    fake = FakeAsterisk(clock=SystemClock(), username="mhud", secret="secret")
    await fake.start()
    yield fake
    await fake.stop()


@pytest.fixture
async def client(pbx: FakeAsterisk) -> AsyncIterator[RawClient]:
    async with connected(pbx.port) as raw:
        await raw.log_in()
        await raw.everything()
        yield raw

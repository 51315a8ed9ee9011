"""What every test of the link needs: an Asterisk to talk to, a clock, an inbox, the link itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from pydantic import SecretStr

from mhud.ami.link import AmiLink, LinkState
from mhud.ami.messages import Event
from mhud.config import AmiSettings
from mhud.inbox import Inbox
from tests.fake_clock import FakeClock, eventually
from tests.scripted_ami import ScriptedAmi, scripted_ami

Begin = Callable[[], AmiLink]
PASSWORD = "correct horse"


class Watched:
    """The link's other end: what is in the inbox."""

    def __init__(self, inbox: Inbox) -> None:
        self.inbox = inbox
        self.seen: list[Event] = []

    async def take(self) -> list[Event]:
        """All that has come by now, oldest first."""
        while len(self.inbox):
            self.seen.append(await self.inbox.get())
        return self.seen

    async def names(self) -> list[str]:
        return [type(event).__name__ for event in await self.take()]


@pytest.fixture
async def asterisk() -> AsyncIterator[ScriptedAmi]:
    async with scripted_ami() as server:
        yield server


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def watched(inbox: Inbox) -> Watched:
    return Watched(inbox)


@pytest.fixture
def settings(asterisk: ScriptedAmi) -> AmiSettings:
    return AmiSettings(port=asterisk.port, secret=SecretStr(PASSWORD))


@pytest.fixture
async def link(settings: AmiSettings, clock: FakeClock, inbox: Inbox) -> AsyncIterator[AmiLink]:
    """Not running yet: a test that needs it up awaits `up`."""
    made = AmiLink(settings, clock, inbox, jitter=lambda: 1.0)
    yield made
    await made.close()


@pytest.fixture
async def running(link: AmiLink) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(link.run())
    yield task
    await link.close()
    await task


@pytest.fixture
async def up(link: AmiLink, running: asyncio.Task[None]) -> AmiLink:
    await eventually(lambda: link.state is LinkState.UP)
    return link

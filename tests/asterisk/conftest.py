"""A real Asterisk, a real mhud and SIP parties, for the tests in this folder.

Asterisk and mhud start once; each test has a queue and agents of its own. Tests that break things
have a PBX or a daemon of their own (test_bad_days.py).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

import pytest
import pytest_asyncio

from tests.asterisk import ports
from tests.asterisk.administrator import Administrator
from tests.asterisk.api import Api
from tests.asterisk.daemon import Daemon
from tests.asterisk.desk import Desk, Numbers
from tests.asterisk.parties import Parties
from tests.asterisk.pbx_process import PbxProcess
from tests.asterisk.ports import Ports

HERE = Path(__file__).parent


class Part(Protocol):
    """What a test opens and closes again."""

    async def open(self) -> Any: ...
    async def close(self) -> None: ...


PartT = TypeVar("PartT", bound=Part)


def mark(items: list[pytest.Item], folder: Path) -> None:
    """Tests of that folder need Asterisk; they share it, and so one loop."""
    for item in items:
        if item.path.is_relative_to(folder):
            item.add_marker(pytest.mark.asterisk)
            item.add_marker(pytest.mark.timeout(120))
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    mark(items, HERE)


@pytest.fixture(scope="session")
def port_block() -> Iterator[Ports]:
    with ports.block() as block:
        yield block


@pytest.fixture(scope="session")
def numbers() -> Numbers:
    return Numbers()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def pbx(
    tmp_path_factory: pytest.TempPathFactory, port_block: Ports
) -> AsyncIterator[PbxProcess]:
    process = PbxProcess(tmp_path_factory.mktemp("pbx"), port_block)
    await process.start()
    yield process
    await process.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def daemon(
    tmp_path_factory: pytest.TempPathFactory, pbx: PbxProcess
) -> AsyncIterator[Daemon]:
    process = Daemon(tmp_path_factory.mktemp("mhud"), pbx, pbx.ports.ami)
    await process.start()
    yield process
    await process.stop()


@asynccontextmanager
async def desk_at(
    pbx: PbxProcess, daemon: Daemon, numbers: Numbers, folder: Path
) -> AsyncIterator[Desk]:
    """Everybody for one test; afterwards no call is left."""
    async with AsyncExitStack() as leaving:

        async def opened(part: PartT) -> PartT:
            await part.open()
            leaving.push_async_callback(part.close)
            return part

        parties = await opened(Parties(folder, pbx.ports))
        admin = await opened(Administrator(pbx.ports.ami))
        api = await opened(Api(daemon.base_url, daemon.key))
        watcher = await opened(api.watcher())
        leaving.push_async_callback(pbx.cli, "channel request hangup all")
        yield Desk(pbx, api, watcher, parties, admin, numbers)


@pytest_asyncio.fixture(loop_scope="session")
async def desk(
    pbx: PbxProcess, daemon: Daemon, numbers: Numbers, tmp_path: Path
) -> AsyncIterator[Desk]:
    if await pbx.revive():
        await daemon.until_ready(200)
    async with desk_at(pbx, daemon, numbers, tmp_path / "sip") as one:
        yield one

"""A real Asterisk, a real mhud, and Chromium with a microphone that hums at 880 Hz."""

from __future__ import annotations

import math
import struct
import wave
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.asterisk import ports
from tests.asterisk.administrator import Administrator
from tests.asterisk.api import Api
from tests.asterisk.daemon import Daemon
from tests.asterisk.desk import Desk, Numbers
from tests.asterisk.parties import Parties
from tests.asterisk.pbx_process import PbxProcess
from tests.asterisk.ports import Ports
from tests.browser.asterisk.seat import HUM, Seats, hire

HERE = Path(__file__).parent
CHROMIUM = "/usr/bin/chromium"
RATE = 48_000
OPTIONS = (
    "--no-sandbox",  # CI is root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.asterisk)
            item.add_marker(pytest.mark.timeout(120))
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture(scope="session")
def port_block() -> Iterator[Ports]:
    with ports.block() as block:
        yield block


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
    more = {"MHUD_PHONE__PBX_URL": f"ws://127.0.0.1:{pbx.ports.http}/ws"}
    process = Daemon(tmp_path_factory.mktemp("mhud"), pbx, pbx.ports.ami, more)
    await process.start()
    await hire(process.base_url, process.key)
    yield process
    await process.stop()


@pytest.fixture(scope="session")
def microphone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Chromium takes for a microphone: ten seconds of a tone, over and over."""
    file = tmp_path_factory.mktemp("microphone") / "hum.wav"
    turn = 2 * math.pi * HUM / RATE
    with wave.open(str(file), "wb") as out:
        out.setparams((1, 2, RATE, 0, "NONE", ""))
        samples = (int(9000 * math.sin(turn * n)) for n in range(10 * RATE))
        out.writeframes(b"".join(struct.pack("<h", one) for one in samples))
    return file


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(microphone: Path) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        found = await playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                *OPTIONS,
                f"--use-file-for-fake-audio-capture={microphone}",
                # seat.apart hands the first page out itself, and Chromium takes it for far away
                "--disable-features=LocalNetworkAccessChecks",
            ],
            ignore_default_args=["--mute-audio"],
        )
        yield found
        await found.close()


@pytest.fixture(scope="session")
def numbers() -> Numbers:
    return Numbers()


@pytest_asyncio.fixture(loop_scope="session")
async def desk(
    pbx: PbxProcess, daemon: Daemon, numbers: Numbers, tmp_path: Path
) -> AsyncIterator[Desk]:
    async with AsyncExitStack() as leaving:
        parties = Parties(tmp_path / "sip", pbx.ports)
        admin, api = Administrator(pbx.ports.ami), Api(daemon.base_url, daemon.key)
        for part in (parties, admin, api):
            await part.open()
            leaving.push_async_callback(part.close)
        watcher = await api.watcher().open()
        leaving.push_async_callback(watcher.close)
        leaving.push_async_callback(pbx.cli, "channel request hangup all")
        yield Desk(pbx, api, watcher, parties, admin, numbers)


@pytest_asyncio.fixture(loop_scope="session")
async def seats(browser: Browser, daemon: Daemon, desk: Desk) -> AsyncIterator[Seats]:
    opened = Seats(browser, daemon, desk)
    yield opened
    await opened.close()

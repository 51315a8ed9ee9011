"""A real Asterisk, a real mhud, and Chromium with a microphone that hums at 880 Hz."""

from __future__ import annotations

import math
import struct
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from tests.asterisk.conftest import desk as desk
from tests.asterisk.conftest import mark
from tests.asterisk.conftest import numbers as numbers
from tests.asterisk.conftest import pbx as pbx
from tests.asterisk.conftest import port_block as port_block
from tests.asterisk.daemon import Daemon
from tests.asterisk.desk import Desk
from tests.asterisk.pbx_process import PbxProcess
from tests.browser.asterisk.seat import HUM, WAIT_MS, Seats, hire

expect.set_options(timeout=WAIT_MS)
HERE = Path(__file__).parent
CHROMIUM = "/usr/bin/chromium"
RATE = 48_000
OPTIONS = (
    "--no-sandbox",  # CI is root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--allow-loopback-in-peer-connection",
    # seat.apart hands the first page out itself, and Chromium takes it for far away
    "--disable-features=LocalNetworkAccessChecks",
)
HEADSET = "--use-fake-device-for-media-stream"
ALLOWED = "--use-fake-ui-for-media-stream"  # the person says yes to the microphone
SOUNDS_AT_ONCE = "--autoplay-policy=no-user-gesture-required"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    mark(items, HERE)


@asynccontextmanager
async def phones_daemon(folder: Path, pbx: PbxProcess) -> AsyncIterator[Daemon]:
    """It reads Asterisk's books, and knows everybody whose phone is in a browser."""
    more = {
        "MHUD_PHONE__PBX_URL": f"ws://127.0.0.1:{pbx.ports.http}/ws",
        "MHUD_ORIGINATE__AGENT_RING_S": "6",  # a page needs a moment to answer by itself
        **pbx.books,
    }
    process = Daemon(folder, pbx, pbx.ports.ami, more)
    await process.start()
    await hire(process.base_url, process.key)
    yield process
    await process.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def daemon(
    tmp_path_factory: pytest.TempPathFactory, pbx: PbxProcess
) -> AsyncIterator[Daemon]:
    async with phones_daemon(tmp_path_factory.mktemp("mhud"), pbx) as process:
        yield process


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


@asynccontextmanager
async def chromium(*options: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        found = await playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[*OPTIONS, *options],
            ignore_default_args=["--mute-audio"],
        )
        yield found
        await found.close()


@pytest.fixture(scope="session")
def headset(microphone: Path) -> tuple[str, ...]:
    """Options of a browser that has one."""
    return HEADSET, f"--use-file-for-fake-audio-capture={microphone}"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(headset: tuple[str, ...]) -> AsyncIterator[Browser]:
    async with chromium(*headset, ALLOWED, SOUNDS_AT_ONCE) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def seats(browser: Browser, daemon: Daemon, desk: Desk) -> AsyncIterator[Seats]:
    opened = Seats(browser, daemon, desk)
    yield opened
    await opened.close()

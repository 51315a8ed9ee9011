"""`mhud demo`, where it can't start."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from mhud.demo import Options, run


async def test_a_port_that_is_taken_is_said_plainly(tmp_path: Path) -> None:
    async with await asyncio.start_server(lambda *_: None, "127.0.0.1", 0) as other:
        port = other.sockets[0].getsockname()[1]
        with pytest.raises(OSError, match="address already in use"):
            await run(Options(port=port, data=tmp_path))

"""The Asterisk of the tests itself."""

from __future__ import annotations

import signal
from pathlib import Path

from tests.asterisk import ports
from tests.asterisk.pbx_process import PbxProcess
from tests.asterisk.talks import until


async def test_one_that_crashed_is_started_again_and_one_that_runs_is_left_alone(
    tmp_path: Path,
) -> None:
    with ports.block() as block:
        pbx = PbxProcess(tmp_path, block)
        await pbx.start()
        first = pbx.pid
        assert not await pbx.revive()
        pbx.signal(signal.SIGSEGV)
        await until(lambda: not pbx.is_running, "it crashes")
        assert await pbx.revive()
        assert pbx.pid != first
        assert "Asterisk" in await pbx.cli("core show version")
        await pbx.stop()

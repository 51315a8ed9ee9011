"""A call centre for the handlers' tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.call_centre import CallCentre, call_centre


@pytest.fixture
async def centre(tmp_path: Path) -> AsyncIterator[CallCentre]:
    """Queues support and crisis; agents are whom a test logs in."""
    async with call_centre(
        tmp_path,
        asterisk={
            "announcements": {"announce123": "custom/welcome"},
            "music_on_hold": {"moh456": "calm"},
        },
    ) as opened:
        yield opened

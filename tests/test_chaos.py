"""Webhooks over kills, receivers of all kinds. At full size: `python -m tests.chaos`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos import chaos

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


async def test_who_lives_gets_everything_in_order_and_hardly_anything_twice(tmp_path: Path) -> None:
    assert await chaos(tmp_path, events=4500, count=8, kills=2) == []

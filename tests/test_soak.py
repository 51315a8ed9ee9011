"""A short piece of the long soak, for every run of the slow tier."""

from __future__ import annotations

import asyncio

import pytest

from tests.soak import Findings, soak


@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_a_minute_of_bad_moments_breaks_no_promise() -> None:
    findings = Findings()
    async with asyncio.timeout(170):
        await soak(minutes=1, speed=20, seed=7, findings=findings)
    assert findings.broken == []
    assert len(findings.ended) > 5
    assert sum(times for said, times in findings.answers.items() if " 200" in said) > 10

"""Fixtures of the OpenCHS tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.case_desk import CaseDesk, case_desk


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[CaseDesk]:
    """A helpline's people, each with a credential."""
    async with case_desk(tmp_path) as built:
        yield built

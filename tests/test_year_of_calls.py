"""Reports over a year, beside the truth; `python -m tests.year_of_calls` does it with a million."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.year_of_calls import compare


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_all_metrics_in_all_groupings_of_a_year_are_the_truth(tmp_path: Path) -> None:
    assert await compare(tmp_path / "year.db", 20_000, 11) == []

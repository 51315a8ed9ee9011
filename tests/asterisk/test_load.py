"""The load, short and light. `python -m tests.asterisk.load` makes as much as you like."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.asterisk.load import Load


@pytest.mark.timeout(120)
async def test_what_mhud_answers_is_fresh_while_ten_calls_a_second_come(tmp_path: Path) -> None:
    load = Load(tmp_path)
    await load.run([(10, 15.0)])
    assert load.wrong == []
    assert load.counts["calls"] == 150
    assert load.counts["calls that ended as abandoned"] > 10
    assert max(len(sample.seen) for sample in load.stretches[0].samples) > 15

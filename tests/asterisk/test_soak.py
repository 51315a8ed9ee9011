"""The soak, short. `python -m tests.asterisk.soak` runs as long as you like."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.asterisk.soak import Soak


@pytest.mark.timeout(300)
async def test_a_busy_helpline_is_told_as_asterisk_kept_its_books(tmp_path: Path) -> None:
    verdict = await Soak(tmp_path, seed=1).run(seconds=75)
    assert not verdict.deviations, "\n".join(verdict.deviations)
    seen = verdict.figures
    assert min(seen["calls seen whole"], seen["calls that touch a gap"], seen["talks"]) > 5
    assert min(seen["links cut"], seen["links gone silent"], seen["kills of mhud"]) > 0
    assert min(seen["outbound talks"], seen["callers waiting in quiet moments"]) > 0
    assert min(seen["ABANDON"], seen["consultations joined to a call"]) > 0

"""`mhud replay`."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import pytest

from mhud import replay

RECORDED = Path(__file__).parent / "traces" / "01-login-sync.in.ami"


@pytest.mark.parametrize("named", ["day", "day.in.ami"])
def test_a_trace_goes_by_the_name_that_serve_was_told_or_by_its_files(
    tmp_path: Path, named: str
) -> None:
    (tmp_path / "day.in.ami").write_bytes(RECORDED.read_bytes())
    out = BytesIO()
    replay.run(tmp_path / named, out)
    types = [json.loads(line)["type"] for line in out.getvalue().splitlines()]
    assert types == ["agent.logged_in", "agent.status_changed", "pbx.connected"]

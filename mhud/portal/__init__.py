"""Pages for people: static files. `static/vendor` comes from npm by `hatch_build.py`."""

from __future__ import annotations

from pathlib import Path

STATIC = Path(__file__).parent / "static"
VENDOR = STATIC / "vendor"

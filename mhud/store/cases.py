"""Cases. Every statement that shows one to somebody has `visible(sight)` in its `where`."""

from __future__ import annotations

from mhud.store.case_sight import Sight as Sight
from mhud.store.case_sight import visible as visible

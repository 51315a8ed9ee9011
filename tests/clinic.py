"""`mhud doctor`'s findings by name, for its tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mhud.clock import SystemClock
from mhud.config import IsolatedSettings, Settings
from mhud.doctor.check import Check, State
from mhud.doctor.examine import examine

PATIENCE_S = 0.5  # for an event that does not come
GOOD_SECRET = "8f1c6e0b27d94a53bf70e1c2"

Found = dict[str, Check]


def settings(folder: Path, port: int, secret: str = GOOD_SECRET, **more: Any) -> Settings:
    ami = {"port": port, "secret": secret, "connect_timeout_s": 2, **more.pop("ami", {})}
    http = {"port": 0, **more.pop("http", {})}
    return IsolatedSettings(**{"ami": ami, "http": http, "data_dir": folder / "data", **more})


async def found(chosen: Settings, asterisk_conf: Path, patience_s: float = PATIENCE_S) -> Found:
    checks = await examine(chosen, SystemClock(), asterisk_conf, patience_s)
    by_name = {check.name: check for check in checks}
    assert len(by_name) == len(checks), "two checks of one name"
    assert all((check.fix is None) == (check.state is State.OK) for check in checks)
    return by_name


def red(seen: Found) -> set[str]:
    return {name for name, check in seen.items() if check.state is State.WRONG}


def fix(seen: Found, name: str) -> str:
    return seen[name].fix or ""

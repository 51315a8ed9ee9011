"""docs/doctor.md has every check, and no other."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from mhud.doctor.rights import NEEDED, NOT_LOADED

ROOT = Path(__file__).parents[2]
NAME = re.compile(
    r"(?:ami|asterisk|settings|dialplan|queues|phones|data|http|files|mail|sms)\.[a-z_.]+"
)
NOT_CHECKS = {"asterisk.queue_include", "asterisk.recordings"}  # settings


def written() -> set[str]:
    """Names in the source; those with a variable part are made of it."""
    names: set[str] = set()
    for path in (ROOT / "mhud" / "doctor").glob("*.py"):
        constants = (
            n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Constant)
        )
        names |= {
            n.value for n in constants if isinstance(n.value, str) and NAME.fullmatch(n.value)
        }
    made = {f"ami.write.{right}" for right, _, _ in NEEDED}
    made |= {f"ami.read.{right}" for right in ("call", "agent", "user")}
    made |= {f"asterisk.{module.removesuffix('.so')}" for _, module in NOT_LOADED}
    made |= {f"files.{what}" for what in ("queue_log", "cdr")}
    return {name for name in names | made if not name.endswith((".", ".conf"))} - NOT_CHECKS


def documented() -> set[str]:
    table = (ROOT / "docs" / "doctor.md").read_text().partition("## Checks")[2]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def test_every_check_is_documented_and_no_other() -> None:
    assert documented() == written()

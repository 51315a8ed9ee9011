"""The findings for people, and for programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence

from mhud.doctor.check import Check, State

VERSION = 1  # of the JSON; grows only when a program that reads it would break
MARKS = {State.OK: "ok", State.WARNING: "WARNING", State.WRONG: "WRONG", State.UNKNOWN: "unknown"}


def lines(checks: Sequence[Check]) -> Iterator[str]:
    width = max(len(check.name) for check in checks)
    for check in checks:
        yield f"{MARKS[check.state]:8} {check.name:{width}}  {check.text}"
        if check.fix is not None:
            first, *more = check.fix.splitlines()
            yield f"{'':8} {'':{width}}  fix: {first}"
            yield from more  # lines to copy, and nothing before them
    yield summary(checks)


def summary(checks: Sequence[Check]) -> str:
    counts = Counter(check.state for check in checks)
    return ", ".join(f"{counts[state]} {state.value}" for state in State)


def as_json(checks: Sequence[Check]) -> str:
    counts = Counter(check.state for check in checks)
    document = {
        "version": VERSION,
        "ok": not counts[State.WRONG],
        "counts": {state.value: counts[state] for state in State},
        "checks": [
            {"name": one.name, "state": one.state.value, "text": one.text, "fix": one.fix}
            for one in checks
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False)

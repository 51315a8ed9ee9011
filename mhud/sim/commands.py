"""Every action that Asterisk lists, with the classes of rights that allow it."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

from mhud.sim.wire import Header

_CLASSES = re.compile(r"\(Priv: (.*)\)$")


@cache
def commands() -> dict[str, tuple[Header, frozenset[str]]]:
    """By name in small letters: the line of ListCommands, and the classes (none: for all)."""
    text = resources.files("mhud.sim").joinpath("commands.txt").read_text()
    return {line.partition(":")[0].lower(): _entry(line) for line in text.splitlines()}


def _entry(line: str) -> tuple[Header, frozenset[str]]:
    name, _, synopsis = line.partition(": ")
    found = _CLASSES.search(synopsis)
    classes = found[1].split(",") if found else []
    return (name, synopsis), frozenset(classes) - {"all", "<none>"}


def allowed(action: str, writes: frozenset[str]) -> bool:
    """May a user with these classes send it? An unknown action is nobody's."""
    entry = commands().get(action.lower())
    if entry is None:
        return False
    classes = entry[1]
    return not classes or bool(classes & writes)


def listing(writes: frozenset[str]) -> list[Header]:
    return [header for action, (header, _) in sorted(commands().items()) if allowed(action, writes)]

"""Every action that Asterisk lists, with the classes of rights that allow it."""

from __future__ import annotations

import re
from importlib import resources

from mhud.sim.wire import Header

_CLASSES = re.compile(r"\(Priv: (.*)\)$")


def _entry(line: str) -> tuple[Header, frozenset[str]]:
    name, _, synopsis = line.partition(": ")
    found = _CLASSES.search(synopsis)
    classes = found[1].split(",") if found else []
    return (name, synopsis), frozenset(classes) - {"all", "<none>"}


def _load() -> dict[str, tuple[Header, frozenset[str]]]:
    text = resources.files("mhud.sim").joinpath("commands.txt").read_text()
    return {line.partition(":")[0].lower(): _entry(line) for line in text.splitlines()}


# By name in small letters: the line of ListCommands, and the classes (none: for all). Read once,
# on import: nothing may read files in the event loop.
COMMANDS = _load()


def allowed(action: str, writes: frozenset[str]) -> bool:
    """May a user with these classes send it? An unknown action is nobody's."""
    entry = COMMANDS.get(action.lower())
    if entry is None:
        return False
    classes = entry[1]
    return not classes or bool(classes & writes)


def listing(writes: frozenset[str]) -> list[Header]:
    return [header for action, (header, _) in sorted(COMMANDS.items()) if allowed(action, writes)]

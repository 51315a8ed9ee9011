"""The include file of queues.conf that mhud writes, understood as Asterisk understands it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from mhud.sim.site import STRATEGIES, QueueSettings

if TYPE_CHECKING:
    from mhud.sim.pbx import Pbx

NUMBERS = ("timeout", "retry", "wrapuptime", "maxlen", "servicelevel", "weight")


def reload_queues(pbx: Pbx, name: str = "") -> None:
    """Settings of one queue, or of all, become what configuration and include file say now.

    Callers, members and figures stay. A section of an unknown queue is passed over: it would
    need its own section in queues.conf.
    """
    told = parse(pbx.include_text)
    for queue in pbx.queues.values():
        if not name or queue.name.lower() == name.lower():
            base = pbx.site.queues[queue.name]
            queue.settings = apply(base, told.get(queue.name, {}))


def apply(base: QueueSettings, told: Mapping[str, str]) -> QueueSettings:
    """A strategy that does not exist becomes ringall, a number that is none 0; silently."""
    numbers = {key: _number(told[key]) for key in NUMBERS if key in told}
    settings = replace(base, **numbers)  # type: ignore[arg-type]
    if "strategy" in told:
        known = told["strategy"] if told["strategy"] in STRATEGIES else "ringall"
        settings = replace(settings, strategy=known)
    if "joinempty" in told:
        settings = replace(settings, joinempty=told["joinempty"] in ("yes", "true", "1"))
    return settings


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


def parse(text: str) -> dict[str, dict[str, str]]:
    """Section → its settings; of two `strategy` lines the first counts, else the last."""
    sections: dict[str, dict[str, str]] = {}
    for section, key, value in _lines(text):
        settings = sections.setdefault(section, {})
        if key != "strategy" or key not in settings:
            settings[key] = value
    return sections


def _lines(text: str) -> Iterator[tuple[str, str, str]]:
    section = ""
    for line in (raw.partition(";")[0].strip() for raw in text.splitlines()):
        if line.startswith("["):
            section = line[1:].partition("]")[0]
        elif section and "=" in line:
            key, _, value = line.partition("=")
            yield section, key.strip().lower(), value.removeprefix(">").strip()

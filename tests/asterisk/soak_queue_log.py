"""What Asterisk's queue_log says of each channel."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

TALKED = {"COMPLETECALLER": 1, "COMPLETEAGENT": 1, "BLINDTRANSFER": 3}  # which field tells it


class Line(NamedTuple):
    """One line of queue_log; `talked` in seconds, where it tells."""

    event: str
    agent: str
    talked: int | None
    number: int


def queue_log(path: Path) -> dict[str, list[Line]]:
    """The events of each caller's channel, in order.

    A talk that ends under the name of a channel that took another's place began under that one's.
    """
    found: dict[str, list[Line]] = {}
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    for number, line in enumerate(lines):
        _, uniqueid, _, agent, event, *data = line.split("|")
        at = TALKED.get(event)
        connected = any(one.event == "CONNECT" for one in found.get(uniqueid, ()))
        talked = int(data[at]) if at is not None and connected else None
        found.setdefault(uniqueid, []).append(
            Line(event, agent.removeprefix("PJSIP/"), talked, number)
        )
    return found


def since_the_last_wait(lines: list[Line]) -> list[Line]:
    """Without the talks before it: app_queue counts one on until its caller hangs up, when a
    Redirect took him out of it."""
    began = max((line.number for line in lines if line.event == "ENTERQUEUE"), default=0)
    since = {line.agent for line in lines if line.event == "CONNECT" and line.number > began}
    return [line for line in lines if line.event not in TALKED or line.agent in since]

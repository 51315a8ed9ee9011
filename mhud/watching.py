"""What `mhud watch` does: follows a running daemon, and prints a line for each event."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from rich.console import Console
from rich.text import Text

from mhud.client import ClientError, Event, EventsMissed, Mhud
from mhud.client.tail import line, without_numbers
from mhud.commands.common import Failure, remark

COLORS = {"call": "cyan", "agent": "green", "queue": "yellow", "pbx": "magenta", "ledger": "red"}
ALARMS = frozenset({"queue.sla_breach", "queue.threshold_exceeded", "pbx.disconnected"})
Names = Sequence[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """None: all of them, from now on, for ever. `numbers`: also callers', where they are given."""

    url: str
    events: Names = None
    queues: Names = None
    agents: Names = None
    since: int | None = None
    count: int | None = None
    numbers: bool = False
    json: bool = False


async def run(watch: Watch, key: str) -> None:
    """Raises Failure."""
    try:
        await _follow(watch, key)
    except EventsMissed as error:
        raise Failure(
            f"events before {error.oldest} are not kept any more; "
            f"go on with --since {error.resume_after}"
        ) from error
    except ClientError as error:
        raise Failure(str(error)) from error


async def _follow(watch: Watch, key: str) -> None:
    console = Console(highlight=False, soft_wrap=True)
    seen = breaks = 0
    async with Mhud(watch.url, api_key=key) as mhud:
        events = mhud.events(
            types=watch.events, queues=watch.queues, agents=watch.agents, since=watch.since
        )
        async for event in events:
            if events.reconnects > breaks:
                breaks = events.reconnects
                remark("mhud: the line was broken; nothing is missing")
            _print(console, event, watch)
            seen += 1
            if seen == watch.count:
                return


def _print(console: Console, event: Event, watch: Watch) -> None:
    if watch.json:
        told = event.body if watch.numbers else without_numbers(event.body)
        sys.stdout.write(orjson.dumps(told).decode() + "\n")
        sys.stdout.flush()
        return
    shown = line(event, numbers=watch.numbers)
    color = "bold red" if event.type in ALARMS else COLORS.get(event.type.partition(".")[0], "")
    text = Text(f"{shown.at} {event.seq:>7}  ", style="dim")
    text.append(f"{event.type:<24}", style=color)
    text.append(shown.text, style="")
    console.print(text)

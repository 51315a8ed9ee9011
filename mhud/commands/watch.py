"""`mhud watch`: events of a running daemon, line by line, as they happen."""

from __future__ import annotations

import asyncio
import getpass
import os
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from mhud.commands.common import Usage, words

URL, KEY = "MHUD_URL", "MHUD_API_KEY"


def add_to(parser: ArgumentParser) -> None:
    parser.epilog = (
        "The key is read from --key-file, else from $MHUD_API_KEY, else it is asked for; it needs "
        "the right receive_events, and view_calls, view_agents, view_queues for what it shall see."
    )
    parser.add_argument(
        "--url",
        default=os.environ.get(URL, "http://127.0.0.1:8080"),
        help=f"of the daemon; default: ${URL}, else http://127.0.0.1:8080",
    )
    parser.add_argument("--key-file", type=Path, metavar="FILE", help="holds the API key")
    parser.add_argument("--events", metavar="LIST", help="as call.*,queue.empty; default: all")
    parser.add_argument("--queues", metavar="LIST", help="only of these queues")
    parser.add_argument("--agents", metavar="LIST", help="only of these agents")
    parser.add_argument(
        "--since", type=int, metavar="SEQ", help="first what came after this event; 0: all there is"
    )
    parser.add_argument("--count", type=int, metavar="N", help="ends after so many events")
    parser.add_argument(
        "--numbers", action="store_true", help="show callers' numbers, if the key may see them"
    )
    parser.add_argument(
        "--json", action="store_true", help="print events as JSON, numbers only with --numbers"
    )
    parser.set_defaults(run=_run)


def _run(options: Namespace) -> None:
    from mhud import watching

    watch = watching.Watch(
        url=options.url,
        events=_list(options.events),
        queues=_list(options.queues),
        agents=_list(options.agents),
        since=options.since,
        count=options.count,
        numbers=options.numbers,
        json=options.json,
    )
    asyncio.run(watching.run(watch, _key(options)))


def _key(options: Namespace) -> str:
    """Never from an argument, where every process of the machine could read it.

    Raises Usage or OSError.
    """
    file: Path | None = options.key_file
    if file is not None:
        key = file.read_text().strip()
    elif KEY in os.environ:
        key = os.environ[KEY].strip()
    elif sys.stdin.isatty():
        key = getpass.getpass("API key: ").strip()
    else:
        key = ""
    if not key:
        raise Usage(f"no key: give --key-file or ${KEY}")
    return key


def _list(text: str | None) -> list[str] | None:
    return None if text is None else words(text)

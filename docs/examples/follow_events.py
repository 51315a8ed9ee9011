"""Writes every event into a file, each once and in order, however often this program dies.

    MHUD_URL=https://helpline.example.org MHUD_API_KEY=mhuk_… \
        python follow_events.py events.jsonl 'call.*'

What is done with an event and how far one is are kept in one place: the last line of the file is
both. A database does the same with one transaction. The key needs receive_events and view_calls.
"""

import asyncio
import json
import os
import sys
from pathlib import Path

from mhud.client import ClientError, EventsMissed, Mhud


def position(path: Path) -> int:
    """The seq of the last whole line; a line that was cut when we died is taken away. 0: none."""
    path.touch()
    whole, newline, _ = path.read_bytes().rpartition(b"\n")
    os.truncate(path, len(whole + newline))
    return int(json.loads(whole.rpartition(b"\n")[2])["seq"]) if whole else 0


async def main(path: Path, *types: str) -> None:
    async with Mhud(os.environ["MHUD_URL"], api_key=os.environ["MHUD_API_KEY"]) as mhud:
        events = mhud.events(types=types or None, since=position(path))
        with path.open("a") as file:
            while True:
                try:
                    async for event in events:
                        file.write(json.dumps(event.body) + "\n")
                        file.flush()
                except EventsMissed as missed:  # away for longer than mhud keeps events
                    print(f"events before {missed.oldest} are gone: read the state anew")
                    events.position = missed.resume_after


if __name__ == "__main__":
    try:
        asyncio.run(main(Path(sys.argv[1]), *sys.argv[2:]))
    except ClientError as error:
        sys.exit(f"mhud: {error}")

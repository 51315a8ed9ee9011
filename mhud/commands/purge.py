"""`mhud purge`: what is over its time goes now, and not only when the daemon gets to it."""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser, Namespace

from mhud.clock import SystemClock
from mhud.commands.common import print_table, settings
from mhud.numbers import Numbers
from mhud.services.retention import Counts, Retention
from mhud.services.trail import Trail
from mhud.store.database import Database


def add_to(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--dry-run", action="store_true", help="only say how much would go, and change nothing"
    )
    parser.set_defaults(run=_run)


def _run(options: Namespace) -> None:
    asyncio.run(_purge(options))


async def _purge(options: Namespace) -> None:
    chosen, clock = settings(options), SystemClock()
    db = await Database.of(chosen)
    try:
        numbers = Numbers(chosen.helpline.region)
        retention = Retention(chosen, clock, db, numbers, Trail(db, clock))
        counts = await (retention.due() if options.dry_run else retention.purge())
    finally:
        await db.close()
    _print(retention, counts, "DUE" if options.dry_run else "GONE")


def _print(retention: Retention, counts: Counts, head: str) -> None:
    rows = [
        (rule.name, "kept" if rule.days is None else str(rule.days), str(counts.get(rule.name, 0)))
        for rule in retention.rules
    ]
    print_table(("KIND", "DAYS", head), rows)

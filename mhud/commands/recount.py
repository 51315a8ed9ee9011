"""`mhud recount`: reports are added up from the calls' records once more, beside a running mhud."""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser, Namespace

from mhud.clock import SystemClock
from mhud.commands.common import settings
from mhud.numbers import Numbers
from mhud.services.callers import callers_of
from mhud.services.recounting import Recounting
from mhud.store.database import Database


def add_to(parser: ArgumentParser) -> None:
    parser.set_defaults(run=_run)


def _run(options: Namespace) -> None:
    asyncio.run(_recount(options))


async def _recount(options: Namespace) -> None:
    chosen = settings(options)
    callers = await asyncio.to_thread(callers_of, chosen.data_dir, Numbers(chosen.helpline.region))
    db = await Database.of(chosen)
    try:
        recounting = Recounting(db, SystemClock(), callers)
        await recounting.begin_again()
        counted = await recounting.go_on()
    finally:
        await db.close()
    print(f"{counted} calls counted again")

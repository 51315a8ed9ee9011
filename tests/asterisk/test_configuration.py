"""What asterisk-conf does by itself: its books, and where callers go whom nobody could answer."""

from __future__ import annotations

import asyncio
import csv

from tests.asterisk.desk import Desk

UNIQUEID, LINKEDID = 16, 19  # columns of cdr-csv/Master.csv


async def cdr_rows(desk: Desk, linkedid: str) -> list[list[str]]:
    """The lines of that call, as soon as there are some."""
    file = desk.pbx.folder / "log/cdr-csv/Master.csv"
    async with asyncio.timeout(10):
        while True:
            await desk.pbx.cli("cdr show status")
            rows = list(csv.reader(file.read_text().splitlines())) if file.exists() else []
            if found := [row for row in rows if row[LINKEDID] == linkedid]:
                return found


async def test_a_call_is_in_the_cdr_with_uniqueid_and_linkedid(desk: Desk) -> None:
    agent, caller, call = await desk.in_talk()
    new = await desk.admin.hears(Event="Newchannel", CallerIDNum="+49301234567")
    await caller.hang_up()
    await desk.ended(call)
    rows = await cdr_rows(desk, new["Linkedid"])
    assert {row[UNIQUEID] for row in rows} == {new["Uniqueid"]}
    assert any(agent.interface in field for row in rows for field in row)

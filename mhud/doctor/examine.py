"""All checks, in the order in which one mends them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import datetime
from pathlib import Path

from mhud.ami.probe import PATIENCE_S, Probe
from mhud.clock import Clock
from mhud.config import Settings
from mhud.doctor import (
    browser_phones,
    connection,
    control,
    data,
    dialplan,
    events,
    files,
    messages,
    network,
    phones,
    proxy,
    queues,
    rights,
    secret,
    times,
    tls,
    trunk,
    web,
)
from mhud.doctor.check import Check, State, wrong
from mhud.doctor.patient import Patient

ASTERISK_CONF = Path("/etc/asterisk")


LOOK_S = 18.0  # of each of three; what hangs is said, and the others are looked at all the same


async def examine(
    settings: Settings,
    clock: Clock,
    folder: Path = ASTERISK_CONF,
    patience_s: float = PATIENCE_S,
    look_s: float = LOOK_S,
) -> list[Check]:
    """`folder` is Asterisk's configuration, read where that is allowed. Changes nothing."""
    here = await _in_time(_DISK, asyncio.to_thread(_here, settings, clock.now()), look_s)
    around = await _in_time(_AROUND, _around(settings, clock, data.runs(here)), look_s)
    probe = Probe(settings.ami, clock, patience_s)
    there = await _in_time(_PBX, _there(settings, probe, clock, folder), look_s)
    return [*there, *here, *around]


_PBX = wrong(
    "asterisk.answers",
    "Asterisk did not answer all that was asked in time.",
    "look again; if it stays so, see what Asterisk does: asterisk -rx 'core show channels', its "
    "log, and the load of its machine (uptime)",
)
_DISK = wrong(
    "data.answers",
    "The disk or the database did not answer in time.",
    "look again; if it stays so: dmesg | tail, df -h, and whether a network drive is away",
)
_AROUND = wrong(
    "http.answers",
    "The proxy in front of mhud, or its mail server or SMS gateway, did not answer in time.",
    "look again; if it stays so, see whether the addresses in http.public_url, mail.host and "
    "sms.url are reached from this machine",
)


async def _in_time(hung: Check, looking: Awaitable[list[Check]], look_s: float) -> list[Check]:
    """`hung`: what is said of a look that does not end."""
    try:
        async with asyncio.timeout(look_s):
            return await looking
    except TimeoutError:
        return [hung]


def _here(settings: Settings, now: datetime) -> list[Check]:
    found = data.checks(settings)
    return [
        secret.check(settings.ami),
        *found,
        *web.checks(settings.http, data.runs(found)),
        tls.check(settings.http, now),
        *files.checks(settings.asterisk, settings.recordings.keep_wav),
    ]


async def _around(settings: Settings, clock: Clock, runs: bool) -> list[Check]:
    """What mhud is reached by, and what it reaches besides Asterisk."""
    return [await proxy.check(settings.http, runs), *await messages.checks(settings, clock)]


async def _there(settings: Settings, probe: Probe, clock: Clock, folder: Path) -> list[Check]:
    found = [await connection.greeted(probe, settings.ami)]
    try:
        if found[0].state is State.OK:
            found.append(await network.check(settings.ami, clock))
            found.append(await connection.admitted(probe, settings.ami))
        if found[-1].state is State.OK and len(found) > 1:
            found += await _inside(Patient(settings, clock, folder, probe))
    finally:
        probe.close()
    return found


async def _inside(patient: Patient) -> list[Check]:
    return [
        await connection.booted(patient),
        *await rights.needed(patient),
        await rights.excess(patient),
        *await asyncio.to_thread(events.checks, patient),
        *await rights.modules(patient),
        *await times.checks(patient),
        *await dialplan.checks(patient),
        *await queues.checks(patient),
        *await control.checks(patient),
        *await phones.checks(patient),
        *await browser_phones.checks(patient),
        await dialplan.queue_exit(patient),  # last: a huge dialplan may end the connection
        *await trunk.checks(patient),
    ]

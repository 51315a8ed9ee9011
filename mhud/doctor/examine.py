"""All checks, in the order in which one mends them."""

from __future__ import annotations

import asyncio
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
from mhud.doctor.check import Check, State
from mhud.doctor.patient import Patient

ASTERISK_CONF = Path("/etc/asterisk")


async def examine(
    settings: Settings, clock: Clock, folder: Path = ASTERISK_CONF, patience_s: float = PATIENCE_S
) -> list[Check]:
    """`folder` is Asterisk's configuration, read where that is allowed. Changes nothing."""
    here = await asyncio.to_thread(_here, settings, clock.now())
    around = await _around(settings, clock, data.runs(here))
    there = await _there(settings, Probe(settings.ami, clock, patience_s), clock, folder)
    return [*there, *here, *around]


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

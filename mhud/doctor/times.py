"""Two clocks and two time zones."""

from __future__ import annotations

from mhud.ami import actions, probe
from mhud.doctor.check import Check, ok, unknown, warning, wrong
from mhud.doctor.patient import Patient

FINE_S, BAD_S = 1.0, 30.0
SYNC = "timedatectl set-ntp true, on the machine of Asterisk and on this one"


async def checks(patient: Patient) -> list[Check]:
    return [await _clock(patient), await _zone(patient)]


async def _clock(patient: Patient) -> Check:
    name = "asterisk.clock"
    before = patient.clock.now()
    theirs = probe.clock_of(await patient.ask(actions.ping()))
    ours = before + (patient.clock.now() - before) / 2
    if theirs is None:
        return unknown(name, "Asterisk's Ping has no time.", SYNC)
    off = abs((theirs - ours).total_seconds())
    if off <= FINE_S:
        return ok(name, "Asterisk's clock and ours agree.")
    text = f"Asterisk's clock and ours are {off:.0f} s apart."
    return (wrong if off > BAD_S else warning)(name, text, SYNC)


async def _zone(patient: Patient) -> Check:
    name, zone = "settings.timezone", patient.settings.timezone
    uptime = (patient.booted or {}).get("Uptime", "")
    status = await patient.ask(actions.core_status())
    found = probe.zone_of(status, int(uptime), patient.clock.now()) if uptime.isdecimal() else None
    if found is None:
        return unknown(name, f"mhud's day begins at midnight of {zone}; Asterisk's zone is unseen.",
                       "MHUD_TIMEZONE to the helpline's zone, as Africa/Nairobi")  # fmt: skip
    started, theirs = found
    if started.astimezone(zone).utcoffset() == theirs:
        return ok(name, f"mhud's day begins at midnight of {zone}, as Asterisk's.")
    return warning(
        name,
        f"mhud's day begins at midnight of {zone}; Asterisk's clock is "
        f"{theirs.total_seconds() / 3600:+g} h from UTC.",
        "MHUD_TIMEZONE to the helpline's zone (see timedatectl on Asterisk's machine)",
    )

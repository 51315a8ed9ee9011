"""Phones that die in a call: only rtp_timeout ends it."""

from __future__ import annotations

from mhud.ami import actions, probe
from mhud.ami.messages import DeviceStateChange, MemberState
from mhud.ami.parse import row
from mhud.doctor import queues
from mhud.doctor.check import Check, ok, unknown, warning
from mhud.doctor.patient import Patient
from mhud.errors import MhudError

NAME = "phones.rtp_timeout"
MOST = 200  # phones that are asked for
SHOWN = 8
LOAD = (
    "in modules.conf: load = func_pjsip_endpoint.so; "
    "then asterisk -rx 'module load func_pjsip_endpoint.so'"
)
FIX = (
    "in pjsip.conf, in each phone's endpoint or its template: rtp_timeout = 30; "
    "then asterisk -rx 'module reload res_pjsip.so'"
)


async def check(patient: Patient) -> Check:
    endpoints = await _endpoints(patient)
    if not endpoints:
        return unknown(NAME, "No PJSIP phone is known yet.", FIX)
    told = {each: await _timeout(patient, each) for each in endpoints[:MOST]}
    if not any(told.values()):
        text = "Whether phones have an rtp_timeout can't be seen."
        return unknown(NAME, text, f"{LOAD}; and {FIX}")
    without = [each for each, seconds in told.items() if seconds == "0"]
    if not without:
        return ok(NAME, "Phones have an rtp_timeout.")
    more = "" if len(without) <= SHOWN else f" and {len(without) - SHOWN} more"
    text = f"No rtp_timeout: {', '.join(without[:SHOWN])}{more}. If one dies, its call stays."
    return warning(NAME, text, FIX)


async def _endpoints(patient: Patient) -> list[str]:
    """What Asterisk knows a state of, and the members of queues."""
    devices = await patient.once(actions.device_state_list())
    known = [row(item, patient.clock.now()) for item in devices.items]
    names = {one.device for one in known if isinstance(one, DeviceStateChange)}
    names |= {one.interface for one in await queues.rows(patient) if isinstance(one, MemberState)}
    return sorted(name.removeprefix("PJSIP/") for name in names if name.startswith("PJSIP/"))


async def _timeout(patient: Patient, endpoint: str) -> str:
    """Empty: there is no such endpoint, or no function that would tell."""
    try:
        action = probe.endpoint_option(endpoint, "rtp_timeout")
    except MhudError:
        return ""
    return actions.content((await patient.ask(action)).fields)

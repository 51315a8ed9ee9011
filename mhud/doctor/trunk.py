"""Is there a way out? The trunk that the dialplan dials by must exist."""

from __future__ import annotations

import re

from mhud.ami import actions, probe
from mhud.doctor import phones
from mhud.doctor.check import Check, ok, unknown, wrong
from mhud.doctor.patient import Patient
from mhud.errors import MhudError

NAME = "phones.trunk"
_BY = re.compile(r"PJSIP/[^,&@]*@([^,&/)]+)")
_GLOBAL = re.compile(r"\$\{(\w+)\}")


async def checks(patient: Patient) -> list[Check]:
    """None where nothing is dialed by a trunk of PJSIP's, or the dialplan is too long to see."""
    reply = await patient.once(probe.show_dialplan())
    dialed = [data for application, data in probe.steps(reply) if application == "Dial"]
    found = {name for data in dialed for name in _BY.findall(data)}
    names = sorted({await _plain(patient, name) for name in found} - {""})
    if not names:
        return []
    there = [each for each in names if await phones.option(patient, each, "aors")]
    if there:
        return [ok(NAME, f"Calls leave by {', '.join(there)}.")]
    text = f"The dialplan calls out by {', '.join(names)}, "
    known = await phones.endpoints(patient)
    if set(known) & set(names):
        return [ok(NAME, f"Calls leave by {', '.join(names)}.")]
    if known and await phones.option(patient, known[0], "aors"):
        return [wrong(NAME, f"{text}which Asterisk does not know.", _make(names[0]))]
    look = f"{phones.LOAD}; or " if known else ""
    return [unknown(NAME, f"{text}which can't be seen.", f"{look}{_make(names[0])}")]


def _make(trunk: str) -> str:
    return (
        f"in pjsip.conf (the addresses are your carrier's):\n"
        f"  [{trunk}]\n  type = endpoint\n  context = from-trunk\n  disallow = all\n"
        f"  allow = ulaw,alaw\n  direct_media = no\n  aors = {trunk}\n"
        f"  [{trunk}]\n  type = aor\n  contact = sip:sip.example.com\n"
        f"  [{trunk}]\n  type = identify\n  endpoint = {trunk}\n  match = 192.0.2.1\n"
        f"then {phones.RELOAD}; [from-trunk] is where its callers come in"
    )


async def _plain(patient: Patient, name: str) -> str:
    """A global's value for its name; empty when it can't be known."""
    variable = _GLOBAL.fullmatch(name)
    if variable is None:
        return "" if "$" in name else name
    try:
        return actions.content((await patient.ask(actions.getvar(variable[1]))).fields)
    except MhudError:
        return ""

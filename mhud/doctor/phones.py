"""Is there a phone, and what if it dies in a call? Only rtp_timeout ends that call."""

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
RELOAD = "asterisk -rx 'module reload res_pjsip.so'"
FIX = f"in pjsip.conf, in each phone's endpoint or its template: rtp_timeout = 30; then {RELOAD}"


async def checks(patient: Patient) -> list[Check]:
    """A trunk is no phone: a phone is a member of a queue, or signs in with a password."""
    known = await endpoints(patient)
    members = {one.removeprefix("PJSIP/") for one in await _members(patient)}
    phones = [
        each
        for each in known[:MOST]
        if each in members or await option(patient, each, "auth") not in ("", "0")
    ]
    found = [_known(patient, phones, sorted(members))]
    return [*found, await _timeouts(patient, phones)] if phones else found


def _known(patient: Patient, phones: list[str], members: list[str]) -> Check:
    name, context = "phones.known", patient.settings.originate.context
    if phones or members:
        return ok(name, "Asterisk knows a phone.")
    return warning(
        name,
        "No phone has signed in since Asterisk started: nobody can take a call.",
        "in pjsip.conf (one transport; the three sections for each agent):\n"
        "  [udp]\n  type = transport\n  protocol = udp\n  bind = 0.0.0.0\n"
        f"  [agent001]\n  type = endpoint\n  context = {context}\n  disallow = all\n"
        "  allow = ulaw,alaw\n  direct_media = no\n  rtp_timeout = 30\n  auth = agent001\n"
        "  aors = agent001\n"
        "  [agent001]\n  type = auth\n  username = agent001\n"
        "  password = (as of: openssl rand -hex 12)\n"
        "  [agent001]\n  type = aor\n  max_contacts = 1\n  remove_existing = yes\n"
        f"then {RELOAD}, and sign the phone in",
    )


async def _timeouts(patient: Patient, phones: list[str]) -> Check:
    told = {each: await option(patient, each, "rtp_timeout") for each in phones}
    if not any(told.values()):
        text = "Whether phones have an rtp_timeout can't be seen."
        return unknown(NAME, text, f"{LOAD}; and {FIX}")
    without = [each for each, seconds in told.items() if seconds == "0"]
    if not without:
        return ok(NAME, "Phones have an rtp_timeout.")
    more = "" if len(without) <= SHOWN else f" and {len(without) - SHOWN} more"
    text = f"No rtp_timeout: {', '.join(without[:SHOWN])}{more}. If one dies, its call stays."
    return warning(NAME, text, FIX)


async def endpoints(patient: Patient) -> list[str]:
    """What Asterisk knows a state of, and the members of queues, trunks too."""
    devices = await patient.once(actions.device_state_list())
    known = [row(item, patient.clock.now()) for item in devices.items]
    names = {one.device for one in known if isinstance(one, DeviceStateChange)}
    names |= await _members(patient)
    return sorted(name.removeprefix("PJSIP/") for name in names if name.startswith("PJSIP/"))


async def _members(patient: Patient) -> set[str]:
    return {one.interface for one in await queues.rows(patient) if isinstance(one, MemberState)}


async def option(patient: Patient, endpoint: str, wanted: str) -> str:
    """Empty: there is no such endpoint, or no function that would tell."""
    try:
        action = probe.endpoint_option(endpoint, wanted)
    except MhudError:
        return ""
    return actions.content((await patient.ask(action)).fields)

"""Does the dialplan have what mhud calls, and does it say what mhud listens for?

No phone rings: a function says whether an extension exists, or Asterisk looks for the extension
first, and then for a kind of channel that does not exist.
"""

from __future__ import annotations

from mhud.ami import actions, probe
from mhud.doctor.check import Check, ok, unknown, warning, wrong
from mhud.doctor.patient import WRITE, Patient, denied
from mhud.errors import MhudError

NUMBERS = ("12025550100", "02025550100", "0012025550100", "2025550100", "116123", "1001")
"""Shapes of numbers. One that the dialplan takes is enough."""
DIALPLAN_RELOAD = "asterisk -rx 'dialplan reload'"


async def checks(patient: Patient) -> list[Check]:
    return [await _context(patient), await _plus(patient)]


async def takes(patient: Patient, context: str, *extens: str) -> bool | None:
    """Whether one of them is an extension there; None when that can't be seen."""
    for exten in extens:
        there = await _exists(patient, context, exten)
        if there is not False:
            return there
    return False


async def _exists(patient: Patient, context: str, exten: str) -> bool | None:
    """Without func_dialplan by a call that fails; in a context that takes any word at all, Asterisk
    then runs the extension `failed`."""
    try:
        reply = await patient.ask(actions.dialplan_exists(context, exten))
    except MhudError:
        return False  # no dialplan has such a name
    if (said := actions.content(reply.fields)) in ("0", "1"):
        return said == "1"
    reply = await patient.ask(probe.call_nobody_to(context, exten))
    return None if denied(reply) else probe.is_there(reply)


async def _context(patient: Patient) -> Check:
    name, context = "dialplan.outbound", patient.settings.originate.context
    taken = await takes(patient, context, *NUMBERS)
    if taken:
        return ok(name, f"Context {context} takes numbers to call.")
    if taken is None:
        text = f"Whether context {context} exists can't be seen without the rights call, originate."
        return unknown(name, text, patient.line(WRITE))
    there = (await patient.ask(probe.show_dialplan(context))).success
    return wrong(
        name,
        f"{_lack(context, there)}: calls by API will fail.",
        f"MHUD_ORIGINATE__CONTEXT to the context in which agents' phones dial, or in "
        f"extensions.conf:\n  [{context}]\n"
        f"  exten => _X.,1,Dial(PJSIP/${{EXTEN}}@trunk,45)\n"
        f"  exten => _+X.,1,Goto(${{EXTEN:1}},1)\nthen {DIALPLAN_RELOAD}",
    )


def _lack(context: str, there: bool) -> str:
    if there:
        return f"Context {context} is there, but takes none of {len(NUMBERS)} shapes of numbers"
    return f"Context {context} does not exist, or takes no number"


async def _plus(patient: Patient) -> Check:
    name, chosen = "dialplan.plus", patient.settings.originate
    if chosen.plus != "keep":
        return ok(name, f"A leading + becomes {'00' if chosen.plus == '00' else 'nothing'}.")
    taken = await takes(patient, chosen.context, f"+{NUMBERS[0]}")
    if taken:
        return ok(name, f"Context {chosen.context} takes numbers with a leading +.")
    if taken is None:
        text = "Whether numbers with a leading + can be dialed can't be seen."
        return unknown(name, text, patient.line(WRITE))
    return warning(
        name,
        f"Context {chosen.context} does not take numbers with a leading +: such calls fail.",
        'MHUD_ORIGINATE__PLUS=strip (or 00), or in extensions.conf a pattern as "exten => _+X.,1,'
        f'Goto(${{EXTEN:1}},1)" in [{chosen.context}]; then {DIALPLAN_RELOAD}',
    )


async def queue_exit(patient: Patient) -> Check:
    """Is there a UserEvent(QueueExit) where there is a Queue()? Asks for the whole dialplan."""
    name = "dialplan.queue_exit"
    fix = (
        "in extensions.conf, on the line after Queue(NAME,…): same => n,UserEvent(QueueExit,"
        f"Queue: NAME,Status: ${{QUEUESTATUS}}); then {DIALPLAN_RELOAD}"
    )
    reply = await patient.once(probe.show_dialplan())
    if not reply.success:
        return unknown(name, "The dialplan can't be seen.", fix)
    steps = probe.steps(reply)
    if not any(application == "Queue" for application, _ in steps):
        if probe.is_dialed_elsewhere(reply):
            return unknown(name, "Part of the dialplan can't be seen (Lua, Realtime).", fix)
        return wrong(name, "The dialplan sends nobody to a queue.", _way_in())
    if any(a == "UserEvent" and data.startswith("QueueExit") for a, data in steps):
        return ok(name, "The dialplan says how callers leave a queue.")
    text = "The dialplan does not say how callers leave a queue: a timeout looks like a hang-up."
    return warning(name, text, fix)


def _way_in() -> str:
    return (
        "in extensions.conf, in the context of your trunk's endpoint in pjsip.conf; 100 is the "
        "number that callers dial, support the queue:\n"
        "  [from-trunk]\n"
        "  exten => 100,1,Answer()\n"
        "   same => n,Queue(support,t)\n"
        "   same => n,UserEvent(QueueExit,Queue: support,Status: ${QUEUESTATUS})\n"
        "   same => n,Hangup()\n"
        f"then {DIALPLAN_RELOAD}"
    )

"""Where callers go whom nobody takes: what the dialplan's globals name must exist."""

from __future__ import annotations

from mhud.ami import actions, probe
from mhud.ami.messages import QueueNow
from mhud.doctor import queues
from mhud.doctor.check import Check, ok, wrong
from mhud.doctor.dialplan import DIALPLAN_RELOAD, takes
from mhud.doctor.patient import Patient
from mhud.errors import MhudError

FALLBACK, OVERFLOW = "TRANSFER_FALLBACK", "OVERFLOW_"
READER = "rescue"  # the context that reads TRANSFER_FALLBACK, of extensions.d/mhud.conf
NUMBER = "overflow-number"  # its extensions have an overflow of their own
WHERE = "in extensions.conf, under [globals] (or in extensions.d/globals*.conf)"
MOST = 2000  # queues whose overflow is asked for: each costs a question, and all a second


async def checks(patient: Patient) -> list[Check]:
    known = [one.name for one in await queues.rows(patient) if isinstance(one, QueueNow)]
    if not known:
        return []  # queues.members says it
    return [*await _transfers(patient, known), *await _overflows(patient, known)]


async def _transfers(patient: Patient, known: list[str]) -> list[Check]:
    """None where a dialplan of somebody else does without."""
    name, chosen = "dialplan.transfer_fallback", await _global(patient, FALLBACK)
    if chosen is None:
        return []
    if not chosen and not (await patient.ask(probe.show_dialplan(READER))).success:
        return []
    context = patient.settings.control.queue_context
    if chosen in known and await takes(patient, context, chosen) is not False:
        return [ok(name, f"Callers whom nobody takes after a transfer wait in {chosen}.")]
    said = f"{FALLBACK} is {chosen}, which is no queue" if chosen else f"{FALLBACK} is empty"
    text = f"{said} in [{context}]: callers whom nobody takes after a transfer may be hung up on."
    return [wrong(name, text, f"{WHERE}: {FALLBACK} = {known[0]}; then {DIALPLAN_RELOAD}")]


async def _overflows(patient: Patient, known: list[str]) -> list[Check]:
    """None where no queue has one."""
    name = "dialplan.overflow"
    told = [found for queue in known[:MOST] for found in await _led(patient, queue)]
    lost = [(variable, goal) for variable, goal in told if await _is_lost(patient, known, goal)]
    if lost:
        shown = ", ".join(f"{variable} = {goal}" for variable, goal in lost)
        context = patient.settings.control.queue_context
        fix = "; ".join(f"{each} = {context},{_other(known, each)},1" for each, _ in lost)
        text = f"Callers whom a queue does not take are sent to where nothing is: {shown}."
        return [wrong(name, text, f"{WHERE}: {fix}; then {DIALPLAN_RELOAD}")]
    return [ok(name, "Callers whom a queue does not take have where to go.")] if told else []


async def _led(patient: Patient, queue: str, most: int = 3) -> list[tuple[str, str]]:
    """The queue's overflow, and that of a number to which it leads, with their values. The dialplan
    follows three of them."""
    variable = f"{OVERFLOW}{queue}"
    goal = await _global(patient, variable)
    if not goal:
        return []
    context, exten, *_ = [*goal.split(","), ""]
    further = await _led(patient, exten, most - 1) if context == NUMBER and most > 1 else []
    return [(variable, goal), *further]


async def _is_lost(patient: Patient, known: list[str], goal: str) -> bool:
    """Only what is known to lead nowhere. Without a context Goto() would stay where it is."""
    parts = goal.split(",")
    if len(parts) != 3:
        return True
    context, exten, _ = parts
    if context == patient.settings.control.queue_context and exten not in known:
        return True
    return await takes(patient, context, exten) is False


def _other(known: list[str], variable: str) -> str:
    return next((each for each in known if variable != f"{OVERFLOW}{each}"), known[0])


async def _global(patient: Patient, variable: str) -> str | None:
    """None where mhud may not ask."""
    try:
        reply = await patient.ask(actions.getvar(variable))
    except MhudError:
        return None  # no global has such a name
    return actions.content(reply.fields).strip() if reply.success else None

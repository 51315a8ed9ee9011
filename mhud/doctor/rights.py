"""What the AMI user may do: too little, and too much. Asked by actions that change nothing."""

from __future__ import annotations

from collections.abc import Iterable

from mhud.ami import actions, probe
from mhud.ami.actions import Action
from mhud.doctor.check import Check, State, ok, unknown, warning, wrong
from mhud.doctor.patient import WRITE, Patient, denied

CALL_ID = "mhud-doctor-call"
NEEDED: tuple[tuple[str, Action, str], ...] = (
    ("call", probe.transfer_nobody(), "end, transfer and mark calls"),
    ("agent", probe.pause_nobody(), "log agents in and out and pause them"),
    ("originate", probe.call_nobody(CALL_ID), "start calls"),
    ("reporting", actions.core_status(), "ask for the channels"),
)
"""Class, an action that needs it, what mhud does with it."""

EXCESS: tuple[tuple[str, str, str], ...] = (
    ("system", "ModuleLoad", "MixMonitor with a command is a shell on the PBX"),
    ("command", "Command", "every command of Asterisk's console, and of the shell"),
    ("config", "UpdateConfig", "it reads and writes configuration files, with their secrets"),
    ("user", "UserEvent", "it can forge any event"),
)
"""Class, an action that only it allows, what it opens."""

NOT_LOADED: tuple[tuple[Action, str], ...] = (
    (actions.queue_status(), "app_queue.so"),
    (actions.device_state_list(), "res_manager_devicestate.so"),
)


async def needed(patient: Patient) -> list[Check]:
    found = [await _one(patient, *row) for row in NEEDED]
    if found[2].state is State.OK:
        patient.placed = True
        patient.responded = await patient.probe.hears("OriginateResponse", CALL_ID)
    return found


async def _one(patient: Patient, right: str, action: Action, why: str) -> Check:
    name = f"ami.write.{right}"
    reply = await patient.ask(action)
    if denied(reply):
        return wrong(name, f"AMI user {patient.user} may not {why}.", patient.line(WRITE))
    if reply.message.startswith("Invalid/unknown command"):
        return unknown(
            name,
            f"Asterisk does not know the action {action.name}.",
            "load its module in modules.conf (app_queue.so for queues), then restart Asterisk",
        )
    return ok(name, f"AMI user {patient.user} may {why}.")


async def excess(patient: Patient) -> Check:
    """From the list of what this user may do."""
    name = "ami.excess"
    listed = await patient.ask(probe.list_commands())
    if not listed.success:
        return unknown(
            name,
            "What else the AMI user may do can't be seen.",
            f"look yourself: in manager.conf, under [{patient.user}], it should say {WRITE}",
        )
    more = [(right, opens) for right, action, opens in EXCESS if action in listed.fields]
    if not more:
        return ok(name, f"AMI user {patient.user} has no dangerous right.")
    return warning(name, f"{_too_much(patient.user, more)}.", patient.line(WRITE))


def _too_much(user: str, more: Iterable[tuple[str, str]]) -> str:
    rights = "; ".join(f"{right} ({opens})" for right, opens in more)
    return f"AMI user {user} may do more than mhud needs: {rights}"


async def modules(patient: Patient) -> list[Check]:
    """The lists without which mhud has no picture of the PBX."""
    return [await _loaded(patient, action, module) for action, module in NOT_LOADED]


async def _loaded(patient: Patient, action: Action, module: str) -> Check:
    name = f"asterisk.{module.removesuffix('.so')}"
    reply = await patient.once(action)
    if reply.success:
        return ok(name, f"Asterisk answers {action.name}.")
    if denied(reply):
        return wrong(name, f"AMI user {patient.user} may not ask {action.name}.",
                     patient.line(WRITE))  # fmt: skip
    return wrong(
        name,
        f"Asterisk does not answer {action.name}: mhud can't take a picture of the PBX.",
        f"in modules.conf: load = {module}; then asterisk -rx 'module load {module}'",
    )

"""What call control needs: places to send calls to, and keys to press. See docs/dialplan.md."""

from __future__ import annotations

from mhud.ami import actions, probe
from mhud.ami.messages import QueueNow
from mhud.doctor import fallback, queues
from mhud.doctor.check import Check, ok, unknown, warning
from mhud.doctor.dialplan import DIALPLAN_RELOAD, NUMBERS, takes
from mhud.doctor.patient import WRITE, Patient

MODES = ("listen", "whisper", "barge")
MOST = 50  # queues that are looked for
INCLUDE = (
    "copy extensions.d of asterisk-conf into Asterisk's folder; then "
    'at the end of extensions.conf: #include "extensions.d/mhud.conf", and at the beginning of its '
    '[globals]: #include "extensions.d/globals-mhud.conf" (where '
    "autoload = no: and the modules of its modules.conf)"
)
FEATURES_RELOAD = "asterisk -rx 'module reload features'"


async def checks(patient: Patient) -> list[Check]:
    found = [await _function(patient)]
    if found[0].fix is None:  # else a look would not be harmless in [queues], which takes any word
        found += [await _transfers(patient), await _supervision(patient)]
        found += await fallback.checks(patient)
    return [
        *found,
        await _keypad(patient),
        await _transfer_keys(patient),
        _hold_keys(patient),
    ]


async def _transfers(patient: Patient) -> Check:
    name, chosen = "dialplan.transfer", patient.settings.control
    seen = {
        f"numbers ([{chosen.number_context}])": await takes(
            patient, chosen.number_context, *NUMBERS
        ),
        f"consultations ([{chosen.consult_context}])": await takes(
            patient, chosen.consult_context, "1"
        ),
        f"agents ([{chosen.agent_context}])": (
            await patient.ask(probe.show_dialplan(chosen.agent_context))
        ).success,
        **await _queues(patient),
    }
    fix = (
        f"{INCLUDE}, with your agents' extensions in [{chosen.agent_context}]; or "
        f"MHUD_CONTROL__…_CONTEXT to contexts of your own; then {DIALPLAN_RELOAD}"
    )
    if None in seen.values():
        return unknown(name, "Whether calls can be transferred can't be seen.", patient.line(WRITE))
    missing = [where for where, there in seen.items() if not there]
    if missing:
        return warning(name, f"No transfer by API to {', '.join(missing)}.", fix)
    return ok(name, "Calls can be transferred to queues, agents and numbers.")


async def _queues(patient: Patient) -> dict[str, bool | None]:
    context = patient.settings.control.queue_context
    known = [one.name for one in await queues.rows(patient) if isinstance(one, QueueNow)]
    return {
        f"queue {each} ([{context}])": await takes(patient, context, each) for each in known[:MOST]
    }


async def _supervision(patient: Patient) -> Check:
    name = "dialplan.supervise"
    context = patient.settings.control.monitor_context
    seen = [await takes(patient, context, mode) for mode in MODES]
    if None in seen:
        return unknown(name, "Whether supervisors can listen can't be seen.", patient.line(WRITE))
    if all(seen):
        return ok(name, "Supervisors can listen, whisper and barge in.")
    text = f"Supervisors can't listen to calls: [{context}] lacks {', '.join(MODES)}."
    return warning(name, text, f"{INCLUDE}; then {DIALPLAN_RELOAD}")


async def _function(patient: Patient) -> Check:
    """Without it nobody knows whether an extension exists, and a caller sent to none is lost."""
    name, module = "asterisk.func_dialplan", "func_dialplan.so"
    context = patient.settings.originate.context
    reply = await patient.ask(actions.dialplan_exists(context, NUMBERS[0]))
    if reply.success and actions.content(reply.fields) in ("0", "1"):
        return ok(name, "Asterisk says whether an extension exists.")
    text = "Asterisk does not say whether an extension exists: transfers by API are refused."
    return warning(name, text, _load(module) if reply.success else patient.line(WRITE))


async def _keypad(patient: Patient) -> Check:
    name, module = "asterisk.app_senddtmf", "app_senddtmf.so"
    listed = await patient.ask(probe.list_commands())
    if not listed.success:
        return unknown(name, "Whether Asterisk can press keys can't be seen.", _load(module))
    if "PlayDTMF" in listed.fields:
        return ok(name, "Asterisk can press keys in a call.")
    text = "Asterisk can't press keys: no keypad and no hold by API."
    return warning(name, text, _load(module))


def _load(module: str) -> str:
    return f"in modules.conf: load = {module}; then asterisk -rx 'module load {module}'"


async def _transfer_keys(patient: Patient) -> Check:
    name = "asterisk.atxfer"
    fix = f"in features.conf, under [featuremap]: atxfer = *2; then {FEATURES_RELOAD}"
    reply = await patient.ask(probe.feature_key("atxfer"))
    if not reply.success:
        return unknown(name, "Whether attended transfers have a key can't be seen.", fix)
    if actions.content(reply.fields):
        return ok(name, "Attended transfers have a key, which Asterisk presses for the API.")
    return warning(name, "No attended transfer by API: Asterisk has no key for it.", fix)


def _hold_keys(patient: Patient) -> Check:
    """No action shows an applicationmap."""
    name, chosen = "asterisk.hold_feature", patient.settings.control
    line = f'{chosen.hold_feature} = {chosen.hold_keys},peer,Gosub("held,s,1")'
    fix = f"in features.conf, under [applicationmap]: {line}; then {FEATURES_RELOAD}"
    if not chosen.hold_keys:
        return ok(name, "Phones hold calls themselves (control.hold_keys is empty).")
    conf = patient.file("features.conf") if patient.manager() else None
    if conf is None or conf.hidden:
        return unknown(name, "Whether calls can be held by API can't be seen.", fix)
    keys = conf.last("applicationmap", chosen.hold_feature) or ""
    if keys.split(",")[0].strip() == chosen.hold_keys:
        return ok(name, "Calls can be held by API where the dialplan lets them.")
    return warning(name, "No hold by API: features.conf does not have its keys.", fix)

"""What the AMI user hears: classes, filter, and what stands in each event.

One event can be had for nothing (the end of a call to nobody). The rest is in manager.conf,
where this process may read it.
"""

from __future__ import annotations

import re

from mhud.ami.parse import EVENTS
from mhud.doctor.check import Check, State, ok, unknown, warning, wrong
from mhud.doctor.conf import Conf, Pairs
from mhud.doctor.patient import READ, RELOAD, Patient

NAMES = tuple(sorted(name.decode() for name in EVENTS))
VARIABLES = ("ivr_path", "MHU_TAGS")
_NEW = re.compile(r"^eventfilter\(([^=]*)\)$")
_NAME = re.compile(r"name\(([^)]*)\)")
LOOK = "run the doctor where it may read manager.conf (--asterisk-conf DIR, as root), or look"


def checks(patient: Patient) -> list[Check]:
    manager = patient.manager()
    classes = [_class(patient, manager, right) for right in ("call", "agent", "user")]
    return [
        *classes,
        _filter(patient, manager),
        _timestamps(patient, manager),
        _variables(patient, manager),
    ]


def _class(patient: Patient, manager: Conf | None, right: str) -> Check:
    name = f"ami.read.{right}"
    if right == "call" and patient.responded is not None:
        return ok(name, "Events of calls arrive.")
    if manager is None and right == "call" and patient.placed:
        return wrong(
            name,
            f"AMI user {patient.user} does not hear the end of a call.",
            patient.line(f"{READ}; if it has event filters: those of asterisk-conf/manager.d"),
        )
    if manager is None:
        return unknown(
            name,
            f"Whether AMI user {patient.user} hears events of the class {right} can't be seen.",
            f"{LOOK}: under [{patient.user}] it must say {READ}",
        )
    granted = re.split(r"\s*,\s*", manager.last(patient.user, "read") or "")
    if {right, "all"} & set(granted):
        return ok(name, f"manager.conf lets AMI user {patient.user} hear the class {right}.")
    return wrong(name, f"AMI user {patient.user} does not hear the class {right}.",
                 patient.line(READ))  # fmt: skip


# ---- the filter


def _filter(patient: Patient, manager: Conf | None) -> Check:
    name = "ami.filter"
    if manager is None:
        return _filter_unseen(patient)
    pairs = manager.sections[patient.user]
    lost = [event for event in NAMES if not passes(pairs, event)]
    if not lost:
        return ok(name, "No event that mhud reads is filtered out.")
    lines = "; ".join(f"eventfilter(action(include),name({event})) =" for event in lost)
    return wrong(
        name,
        f"The event filter of [{patient.user}] keeps from mhud: {', '.join(lost)}.",
        patient.line(f"take out the filters that exclude these, or add {lines}"),
    )


def _filter_unseen(patient: Patient) -> Check:
    text = "Whether an event filter keeps something from mhud can't be seen."
    fix = f"{LOOK}: every eventfilter of [{patient.user}] as in asterisk-conf/manager.d/mhud.conf"
    return unknown("ami.filter", text, fix)


def passes(pairs: Pairs, event: str) -> bool:
    """Does Asterisk send it? With an include, only what one names; an exclude always wins."""
    included = excluded = False
    has_include = False
    for key, value in pairs:
        if not key.lower().startswith("eventfilter"):
            continue
        action, matches = _rule(key, value, event)
        has_include |= action == "include"
        included |= action == "include" and matches
        excluded |= action == "exclude" and matches
    return not excluded and (included or not has_include)


def _rule(key: str, value: str, event: str) -> tuple[str, bool]:
    """`eventfilter(action(include),name(X)) = ` or, as it was, `eventfilter = !Event: X`."""
    if found := _NEW.match(key):
        action = "exclude" if "action(exclude)" in found[1] else "include"
        named = _NAME.search(found[1])
        narrow = bool(value) and action == "exclude"  # some of them only
        return action, (named is None or named[1].strip() == event) and not narrow
    action = "exclude" if value.startswith("!") else "include"
    try:
        return action, re.search(value.removeprefix("!"), f"Event: {event}") is not None
    except re.error:
        return action, False


# ---- what stands in each event


def _timestamps(patient: Patient, manager: Conf | None) -> Check:
    name, fix = (
        "ami.timestamps",
        f"in manager.conf, under [general]: timestampevents = yes; then {RELOAD}",
    )
    if patient.responded is not None:
        if "Timestamp" in patient.responded:
            return ok(name, "Events carry Asterisk's own clock.")
        return warning(name, "Events carry no time: waits and talks count from their arrival.", fix)
    said = manager and manager.last("general", "timestampevents")
    state = State.OK if said in ("yes", "true", "on", "1") else State.UNKNOWN
    text = "manager.conf gives events a time." if state is State.OK else "No event came to look at."
    return Check(name, state, text, None if state is State.OK else fix)


def _variables(patient: Patient, manager: Conf | None) -> Check:
    name = "ami.channelvars"
    fix = f"in manager.conf, under [general]: channelvars = {','.join(VARIABLES)}; then {RELOAD}"
    if manager is None:
        text = "Whether events carry the variables ivr_path and MHU_TAGS can't be seen."
        return unknown(name, text, fix)
    said = re.split(r"\s*,\s*", manager.last("general", "channelvars") or "")
    missing = [one for one in VARIABLES if one not in said]
    if not missing:
        return ok(name, "Events carry the variables ivr_path and MHU_TAGS.")
    text = f"Calls have no menu path or tags: events do not carry {', '.join(missing)}."
    keep = ",".join([*(one for one in said if one), *missing])
    return warning(name, text, fix.replace(",".join(VARIABLES), keep))

"""Queues, their members, and the include of queues.conf that is mhud's own."""

from __future__ import annotations

import os
from pathlib import Path

from mhud.ami import actions
from mhud.ami.messages import MemberState, QueueNow
from mhud.ami.parse import Row, row
from mhud.doctor.check import Check, ok, unknown, warning, wrong
from mhud.doctor.patient import Patient
from mhud.services import queue_file

SHOWN = 8
RELOAD = "asterisk -rx 'queue reload parameters'"
RELOAD_ALL = "asterisk -rx 'queue reload all'"


async def rows(patient: Patient) -> list[Row]:
    reply = await patient.once(actions.queue_status())
    return [row(item, patient.clock.now()) for item in reply.items]


async def checks(patient: Patient) -> list[Check]:
    known = await rows(patient)
    queues = {one.name: one for one in known if isinstance(one, QueueNow)}
    manned = {one.queue for one in known if isinstance(one, MemberState)}
    found = [_members(list(queues), manned)]
    path = patient.settings.asterisk.queue_include
    if path is None:
        return [*found, _not_configured()]
    file = _file(path)
    return [*found, file, *([_used(patient, path, queues)] if file.fix is None else [])]


def _members(queues: list[str], manned: set[str]) -> Check:
    name = "queues.members"
    if not queues:
        fix = f"in queues.conf: a section per queue, as [support]; then {RELOAD_ALL}"
        return wrong(name, "Asterisk has no queue.", fix)
    empty = sorted(set(queues) - manned)
    if not empty:
        return ok(name, "Every queue has members.")
    more = "" if len(empty) <= SHOWN else f" and {len(empty) - SHOWN} more"
    return warning(
        name,
        f"Nobody is a member of {', '.join(empty[:SHOWN])}{more}.",
        f"nothing, if agents log in by API (mhud agent add agent001 --queues {empty[0]}; then they "
        f"set themselves available); or in queues.conf, under [{empty[0]}]: "
        f"member => PJSIP/agent001; then {RELOAD_ALL}",
    )


# ---- mhud's include


def _not_configured() -> Check:
    return ok(
        "queues.include",
        "No include of queues.conf is configured (asterisk.queue_include): most queue settings "
        "can't be changed by API.",
    )


def _file(path: Path) -> Check:
    name = "queues.include"
    make = f"install -d -o mhud -g asterisk -m 2750 {path.parent}"
    if not path.parent.is_dir():
        return wrong(name, f"The folder {path.parent} does not exist.", make)
    if not os.access(path.parent, os.W_OK | os.X_OK):
        fix = f"chown mhud:asterisk {path.parent} && chmod 2750 {path.parent}"
        return wrong(name, f"mhud may not write in {path.parent}.", fix)
    if not path.exists():
        fix = f"install -o mhud -g asterisk -m 0640 /dev/null {path}"
        return wrong(name, f"{path} does not exist.", fix)
    if not path.is_file() or not os.access(path, os.R_OK):
        fix = f"chown mhud:asterisk {path} && chmod 0640 {path}; it must be a plain file"
        return wrong(name, f"mhud may not read {path}.", fix)
    return ok(name, f"{path} can be read, and replaced.")


def _used(patient: Patient, path: Path, queues: dict[str, QueueNow]) -> Check:
    """What it says must be what Asterisk does; and queues.conf must name it."""
    name = "queues.include_used"
    ours = path.resolve()
    conf = patient.queues()
    fix = f'at the end of queues.conf: #tryinclude "{path}"; then {RELOAD}'
    if conf is not None and ours not in [each.resolve() for each in conf.files]:
        return wrong(name, f"queues.conf does not include {path}.", fix)
    differing = _differing(queue_file.read(path) or b"", queues)
    if differing:
        text = f"Asterisk does not do what {path} says of {', '.join(differing)}."
        more = "take `strategy` out of these sections and their templates in queues.conf"
        return wrong(
            name, text, f"{fix}. If that is there: {more}, and mend sections that add to no queue"
        )
    if conf is None and not queues:
        return unknown(name, f"Whether queues.conf includes {path} can't be seen.", fix)
    if conf is None:
        return _as_far_as_told(name, path, fix)
    return ok(name, f"queues.conf includes {path}, and Asterisk does what it says.")


def _as_far_as_told(name: str, path: Path, fix: str) -> Check:
    if queue_file.parse(path.read_text(encoding="utf-8", errors="replace")):
        return ok(name, f"Asterisk does what {path} says.")
    return unknown(name, f"Whether queues.conf includes {path} can't be seen: it is empty.", fix)


def _differing(content: bytes, queues: dict[str, QueueNow]) -> list[str]:
    """Queues whose strategy, limit or service level is another; or that do not exist."""
    sections = queue_file.parse(content.decode("utf-8", "replace"))
    return sorted(name for name, said in sections.items() if not _alike(said, queues.get(name)))


def _alike(said: dict[str, str], queue: QueueNow | None) -> bool:
    if queue is None:
        return False
    real = {
        "strategy": queue.strategy,
        "maxlen": str(queue.max_callers),
        "servicelevel": str(queue.service_level_s),
    }
    return all(said[key] == value for key, value in real.items() if key in said)

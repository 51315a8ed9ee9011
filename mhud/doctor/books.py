"""Asterisk's queue_log and CDR, out of which come calls that mhud did not see."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mhud.books.lines import WITH_LINKEDID, cdr_line, columns, queue_line
from mhud.config import AsteriskSettings
from mhud.doctor.check import Check, ok, warning, wrong

LAST = 8192  # bytes in which there is a whole line
SLOW = timedelta(minutes=20)
"""How long after a call's end its line may come: `batch` of cdr.conf. No zone is nearer by."""
SETTING = {"queue_log": "MHUD_ASTERISK__QUEUE_LOG", "cdr": "MHUD_ASTERISK__CDR"}
PLACE = {
    "queue_log": "/var/log/asterisk/queue_log",
    "cdr": "/var/log/asterisk/cdr-csv/Master.csv",
}


def checks(settings: AsteriskSettings) -> list[Check]:
    return [_queue_log(settings), _cdr(settings)]


def _queue_log(settings: AsteriskSettings) -> Check:
    name, path = "files.queue_log", settings.queue_log
    if (found := _missing("queue_log", path, settings.cdr)) or path is None:
        return found or _unused("queue_log")
    lines = _last_lines(path)
    if lines and not any(_is_queue_log(line) for line in lines):
        fix = f"{SETTING['queue_log']} to Asterisk's queue_log ({PLACE['queue_log']})"
        return wrong(name, f"{path} is no queue_log.", fix)
    return ok(name, f"mhud may read {path}.")


def _is_queue_log(line: bytes) -> bool:
    return queue_line(line) is not None or line.count(b"|") >= 4  # of phones and members


def _cdr(settings: AsteriskSettings) -> Check:
    name, path = "files.cdr", settings.cdr
    if (found := _missing("cdr", path, settings.queue_log)) or path is None:
        return found or _unused("cdr")
    last = _last_lines(path)[-1:]
    if not last:
        return ok(name, f"mhud may read {path}, which is empty.")
    if columns(last[0]) <= WITH_LINKEDID:
        fix = "in cdr.conf under [csv]: loguniqueid, loguserfield, newcdrcolumns = yes; then " \
              "asterisk -rx 'module reload cdr_csv.so'"  # fmt: skip
        return wrong(name, f"{path} does not say which legs belong to one call.", fix)
    return _times(path, last[0], settings)


def _times(path: Path, line: bytes, settings: AsteriskSettings) -> Check:
    """The last line was written when its call ended."""
    name, leg = "files.cdr", cdr_line(settings.cdr_timezone)(line)
    written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    if leg is None or abs(written - leg.end) > SLOW:
        fix = "in cdr.conf under [csv]: usegmtime = yes, or MHUD_ASTERISK__CDR_TIMEZONE"
        text = f"Times in {path} are not in {settings.cdr_timezone.key}, or it was changed since."
        return warning(name, text, fix)
    return ok(name, f"mhud may read {path}.")


def _missing(what: str, path: Path | None, other: Path | None) -> Check | None:
    name = f"files.{what}"
    if path is None:
        fix = f"{SETTING[what]}={PLACE[what]}"
        text = "Without it, only a part is known of calls that mhud does not see."
        return warning(name, text, fix) if other is not None else None
    if not path.exists() and os.access(path.parent, os.R_OK | os.X_OK):
        fix = f"nothing if there was no call yet; else {SETTING[what]}={PLACE[what]}"
        return warning(name, f"{path} is not there.", fix)
    if not os.access(path, os.R_OK) or not os.access(path.parent, os.R_OK | os.X_OK):
        group = _group(path)
        fix = f"usermod -aG {group} mhud && chmod g+rX {path.parent} {path}; then restart mhud"
        return wrong(name, f"mhud may not read {path}, or look into its folder.", fix)
    return None


def _group(path: Path) -> str:
    """Whose the file is, else its folder: Debian's logs are of the group adm."""
    for one in (path, path.parent):
        with suppress(OSError, KeyError):
            return one.group()
    return "asterisk"


def _unused(what: str) -> Check:
    text = f"Not configured (asterisk.{what}): what mhud does not see stays unknown."
    return ok(f"files.{what}", text)


def _last_lines(path: Path) -> list[bytes]:
    """Whole ones."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - LAST))
        lines = file.read().splitlines(keepends=True)
    return [line for line in lines[(len(lines) > 1) :] or lines if line.endswith(b"\n")]

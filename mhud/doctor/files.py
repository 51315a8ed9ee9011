"""Files that Asterisk writes and mhud reads."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path

from mhud.config import AsteriskSettings
from mhud.doctor import books
from mhud.doctor.check import Check, ok, warning, wrong

MOST = 1000


def checks(settings: AsteriskSettings, keep_wav: bool = False) -> list[Check]:
    return [_recordings(settings, keep_wav), *books.checks(settings)]


def _recordings(settings: AsteriskSettings, keep_wav: bool) -> Check:
    name, folder = "files.recordings", settings.recordings
    if folder is None:
        return ok(name, "Not configured: no recordings are offered (asterisk.recordings).")
    if not folder.is_dir():
        fix = f"install -d -o asterisk -g asterisk -m 2770 {folder}, or MHUD_ASTERISK__RECORDINGS"
        return wrong(name, f"The recordings' folder {folder} does not exist.", fix)
    if not os.access(folder, os.R_OK | os.X_OK):
        fix = f"usermod -aG asterisk mhud && chmod 2770 {folder}; then restart mhud"
        return wrong(name, f"mhud may not read {folder}.", fix)
    if closed := _unreadable(folder):
        fix = "UMask=0027 in Asterisk's unit, so that its group may read what it writes"
        return wrong(name, f"mhud may not read {closed} of the files in {folder}.", fix)
    if not keep_wav and not os.access(folder, os.W_OK):
        fix = f"chmod 2770 {folder}, and ReadWritePaths={folder} in mhud's unit"
        return warning(name, f"mhud may not delete in {folder}: what it took over stays.", fix)
    return ok(name, f"mhud may take recordings over from {folder}.")


def _unreadable(folder: Path) -> int:
    """Of the first thousand files."""
    files = islice(folder.glob("*.wav"), MOST)
    return sum(not os.access(path, os.R_OK) for path in files)

"""Files that Asterisk writes and mhud reads."""

from __future__ import annotations

import os

from mhud.config import AsteriskSettings
from mhud.doctor import books
from mhud.doctor.check import Check, ok, wrong


def checks(settings: AsteriskSettings) -> list[Check]:
    return [_recordings(settings), *books.checks(settings)]


def _recordings(settings: AsteriskSettings) -> Check:
    name, folder = "files.recordings", settings.recordings
    if folder is None:
        return ok(name, "Not configured (asterisk.recordings).")
    if not folder.is_dir():
        fix = f"install -d -o asterisk -g asterisk -m 2750 {folder}, or MHUD_ASTERISK__RECORDINGS"
        return wrong(name, f"The recordings' folder {folder} does not exist.", fix)
    if not os.access(folder, os.R_OK | os.X_OK):
        fix = f"usermod -aG asterisk mhud && chmod 2750 {folder}; then restart mhud"
        return wrong(name, f"mhud may not read {folder}.", fix)
    return ok(name, f"mhud may read {folder}.")

"""Is the database encrypted, and is its key where nobody else finds it?"""

from __future__ import annotations

import stat
from pathlib import Path

from mhud.config import Settings
from mhud.doctor.check import Check, ok, warning, wrong
from mhud.store import driver, place

NAME, KEY = "data.encryption", "data.key"


def checks(settings: Settings) -> list[Check]:
    try:
        return [_encryption(settings), *_key(settings)]
    except driver.TROUBLES as error:
        fix = "run the doctor as mhud's user; docs/encryption.md says how to put a key back"
        return [wrong(KEY, f"The database can't be opened with its key: {error}.", fix)]


def _encryption(settings: Settings) -> Check:
    path = settings.data_dir / place.DATABASE
    if place.left_over(path).exists():
        fix = "systemctl stop mhud, mhud database encrypt, systemctl start mhud"
        return warning(NAME, f"{place.left_over(path)} is the database from before.", fix)
    if driver.is_plain(path):
        fix = "systemctl stop mhud, mhud database encrypt, systemctl start mhud"
        return warning(NAME, f"{path} is not encrypted: who has the file can read it.", fix)
    if not driver.is_fresh(path):
        return ok(NAME, "The database is encrypted.")
    if settings.store.encryption == "off":
        fix = 'take store.encryption = "off" out of the settings'
        return warning(NAME, "The database that is made at the first start is not encrypted.", fix)
    return ok(NAME, "The database that is made at the first start is encrypted.")


def _key(settings: Settings) -> list[Check]:
    """Nothing where no key is needed."""
    path, file = settings.data_dir / place.DATABASE, place.key_file(settings)
    if driver.is_plain(path) or driver.is_fresh(path):
        return []
    found = place.looked_at(settings).key
    if found is None:
        fix = "put the file back, or: mhud database import-key; see docs/encryption.md"
        return [wrong(KEY, f"{file} is not there, and the database can't be read without.", fix)]
    if not driver.opens(path, found):
        fix = "put the right key back; see docs/encryption.md"
        return [wrong(KEY, f"The key {found.fingerprint} is not the database's.", fix)]
    if place.given(settings) is None and _others_may_read(file):
        return [wrong(KEY, f"Others may read {file}.", f"chmod 600 {file}")]
    return [ok(KEY, f"The key {found.fingerprint} opens the database.")]


def _others_may_read(file: Path) -> bool:
    return bool(file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))

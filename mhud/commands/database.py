"""`mhud database`: encryption of the database, its key, and whether it is sound."""

from __future__ import annotations

import asyncio
import getpass
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from mhud.clock import SystemClock
from mhud.commands.common import Failure, Usage, remark, say, settings
from mhud.commands.signing import sign
from mhud.config import Settings
from mhud.lock import held
from mhud.services.file_keys import FileKeys
from mhud.store import driver, rotation
from mhud.store.database import Database
from mhud.store.inspection import revision
from mhud.store.key import DatabaseKey
from mhud.store.place import DATABASE, Place, place
from mhud.store.soundness import problems

KEEP = (
    "Write this down and lock it away, apart from the backups: without it nobody can read "
    "the database, not even whoever wrote mhud."
)


def add_to(parser: ArgumentParser) -> None:
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    encrypt = commands.add_parser("encrypt", help="encrypt a plain database; stop mhud before")
    encrypt.set_defaults(run=_encrypt)
    rekey = commands.add_parser("rekey", help="give the database another key; stop mhud before")
    rekey.add_argument(
        "--new-key",
        type=Path,
        metavar="FILE",
        help="where the new key goes if the old one comes from store.key; must not be there yet",
    )
    rekey.set_defaults(run=_rekey)
    export = commands.add_parser("export-key", help="print the key, to be locked away")
    export.set_defaults(run=_export_key)
    back = commands.add_parser("import-key", help="put a key back, from a prompt or stdin")
    back.set_defaults(run=_import_key)
    check = commands.add_parser("check", help="read all of the database, and say what is wrong")
    check.set_defaults(run=_check)


def _encrypt(options: Namespace) -> None:
    chosen = settings(options)
    _there(chosen)
    with held(chosen.data_dir):
        done = rotation.encrypt(chosen)
        sign(done, "database.encrypt", key=_fingerprint(done))
    remark(f"{done.path} is encrypted with the key {_fingerprint(done)}; the plain one is gone")
    remark("lock the key away: mhud database export-key. Backups made until now are still plain.")


def _rekey(options: Namespace) -> None:
    chosen = settings(options)
    _there(chosen)
    with held(chosen.data_dir):
        done = rotation.rekey(chosen, options.new_key)
        asyncio.run(_renew_file_keys(done))
        sign(done, "database.rekey", key=_fingerprint(done))
    remark(f"{done.path} has the key {_fingerprint(done)} now")
    remark("lock it away: mhud database export-key. Older backups need the key from before.")
    if options.new_key is not None:
        remark(f"it is in {options.new_key}: set store.key, or its credential, before mhud starts")


async def _renew_file_keys(there: Place) -> None:
    """Files of cases that are added from now on can't be read with anything known before."""
    db = await Database.open(there.path, there.key)
    try:
        await FileKeys.renew(db, SystemClock())
    finally:
        await db.close()


def _export_key(options: Namespace) -> None:
    there = place(_there(settings(options)))
    if there.key is None:
        raise Failure(f"{there.path} is not encrypted, and has no key")
    if not driver.opens(there.path, there.key):
        raise Failure(f"the key {there.key.fingerprint} does not open {there.path}")
    sign(there, "database.export-key", key=there.key.fingerprint)
    remark(f"The key {there.key.fingerprint} of {there.path}:")
    say(there.key.groups)
    remark(KEEP)


def _import_key(options: Namespace) -> None:
    chosen = settings(options)
    if sys.stdin.isatty():
        text = getpass.getpass("Key, 64 hexadecimal digits: ")
    else:
        text = sys.stdin.read()
    try:
        found = DatabaseKey.parse(text)
    except ValueError as error:
        raise Usage(str(error)) from None
    file = rotation.put_back(chosen, found)
    if not driver.is_fresh(chosen.data_dir / DATABASE):
        sign(place(chosen), "database.import-key", key=found.fingerprint)
    remark(f"the key {found.fingerprint} is in {file}")


def _check(options: Namespace) -> None:
    there = place(_there(settings(options)))
    try:
        found, at = problems(there), revision(there)
    except driver.ERRORS as error:
        raise Failure(f"{there.path} can't be read: {error}") from error
    say(f"database  {there.path}, {there.path.stat().st_size / 1e6:.1f} MB, schema {at}")
    say(f"key       {_fingerprint(there)}")
    for text in found:
        say(f"wrong     {text}")
    if found:
        raise Failure("the database is damaged: stop mhud, keep the file, restore a backup")
    remark("the database is sound")


def _there(chosen: Settings) -> Settings:
    """Raises Failure: none of this makes a database, or a key for one."""
    if driver.is_fresh(chosen.data_dir / DATABASE):
        raise Failure(f"there is no database in {chosen.data_dir} yet")
    return chosen


def _fingerprint(there: Place) -> str:
    return "none: not encrypted" if there.key is None else there.key.fingerprint

"""`mhud backup` and `mhud restore`: one archive of all that must not be lost, and the way back."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mhud.backup import making, restoring
from mhud.backup import manifest as form
from mhud.backup.manifest import BackupError, Manifest
from mhud.clock import SystemClock
from mhud.commands.common import Failure, remark, settings
from mhud.commands.signing import deed, sign
from mhud.config import Settings
from mhud.lock import held
from mhud.services.recording_words import FOLDER_NAME as SEALED
from mhud.store import driver
from mhud.store import place as places


def add_backup(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="a new file, as mhud-monday.tar")
    parser.add_argument(
        "--with-keys",
        action="store_true",
        help="put the key files in too: then who has FILE can read all that is in it",
    )
    parser.set_defaults(run=_backup)


def add_restore(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="as `mhud backup` wrote it")
    parser.add_argument(
        "--replace",
        action="store_true",
        help="put aside what is in the data directory, instead of refusing",
    )
    parser.set_defaults(run=_restore)


def _backup(options: Namespace) -> None:
    chosen = settings(options)
    keys = _keys(chosen)
    folders = chosen.asterisk.recordings, chosen.data_dir / SEALED
    sources = making.Sources(
        place=places.place(chosen),
        attachments=chosen.data_dir / form.ATTACHMENTS,
        recordings=tuple(one for one in folders if one is not None and one.is_dir()),
        keys=keys,
    )
    with _said(options.file):
        made = making.make(sources, options.file, SystemClock().now(), with_keys=options.with_keys)
    sign(sources.place, "database.backup", made_at=made.made_at, with_keys=options.with_keys)
    files = sum(name.startswith(form.ATTACHMENTS) for name in made.members)
    remark(f"{options.file}: the database (schema {made.schema}) and {files} attachments")
    if not options.with_keys:
        remark(f"not in it, and needed to restore it: {', '.join(keys) or 'no key files'}")


def _restore(options: Namespace) -> None:
    chosen = settings(options)
    now = SystemClock().now()
    aside = f"before-restore-{now:%Y%m%d-%H%M%S}"
    with _said(options.file), held(chosen.data_dir):
        target = restoring.Target(folder=chosen.data_dir, key=places.found(chosen))
        made = restoring.restore(
            options.file, target, aside, deed("database.restore"), replace=options.replace
        )
    remark(f"restored what {options.file} held on {made.made_at}")
    if (chosen.data_dir / aside).exists():
        remark(f"what was there is in {chosen.data_dir / aside}")
    for name in _missing(chosen, made):
        remark(f"{name} is not the one of the backup: what was made with it does not work")


def _keys(chosen: Settings) -> dict[str, Path]:
    """The key files that there are, by the names that they have in an archive."""
    there = {path.name: path for path in sorted(chosen.data_dir.glob("*.key"))}
    database = places.key_file(chosen)
    return {**there, places.KEY: database} if database.exists() else there


def _missing(chosen: Settings, made: Manifest) -> Iterator[str]:
    """Key files of the backed up system that are not here, or not the same."""
    here = {name: form.fingerprint(path.read_bytes()) for name, path in _keys(chosen).items()}
    for name, told in sorted(made.keys.items()):
        if here.get(name) != told:
            yield name


@contextmanager
def _said(file: Path) -> Iterator[None]:
    try:
        yield
    except BackupError as error:
        raise Failure(f"{file}: {error}") from error
    except driver.ERRORS as error:
        raise Failure(f"the database can't be read: {error}") from error

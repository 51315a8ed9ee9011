"""The process that makes a report: `python -m mhud.reporting`, with a Job as a line on its input.

It says on standard output how far it is, and at last what it made or why it could not (see
services/report_jobs.py). Where its input ends, the daemon is gone, and so is it.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
import os
import sys
import tempfile
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from mhud.errors import Code, MhudError
from mhud.numbers import Numbers
from mhud.sealed import FileKey
from mhud.services.callers import callers_of
from mhud.services.file_keys import FileKeys
from mhud.services.report_ask import Progress, Table
from mhud.services.report_figures import figures
from mhud.services.report_formats import Sheet, write_csv, write_json
from mhud.services.report_jobs import Job, asked
from mhud.services.report_wish import Wish
from mhud.services.report_xlsx import write_xlsx
from mhud.store.database import Database
from mhud.store.file_keys import FileKeyRepository
from mhud.store.key import DatabaseKey
from mhud.tracebacks import wordless
from mhud.vault import Vault

NICENESS = 10  # calls matter more
READ = 70  # percents of the work that reading is; the rest is writing
WORK = "work-"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
Say = Callable[..., None]


def main() -> int:
    with contextlib.suppress(OSError):  # a sandbox may forbid it
        os.nice(NICENESS)
    say = _speaker()
    line = sys.stdin.readline()
    if not line:
        return 1
    threading.Thread(target=end_with_daemon, daemon=True).start()
    job = Job(**json.loads(line))
    try:
        size, rows = asyncio.run(make(job, say))
    except BaseException as error:  # whatever it is: who asked must hear of it
        say(**told(error))
        return 1
    say(size=size, rows=rows)
    return 0


async def make(job: Job, say: Say) -> tuple[int, int]:
    """Bytes and rows of the file, which is in the vault then. Raises OSError or MhudError."""
    wish = Wish.of(job.wish)
    db = Database(Path(job.database), None if job.key is None else DatabaseKey(job.key))
    try:
        keys, table = await _read(db, wish, job, _progress(say, 0, READ))
    finally:
        await db.close()
    sheet = Sheet(
        report_id=job.report_id,
        made_at=datetime.fromisoformat(job.made_at),
        wish=wish,
        table=table,
    )
    vault = Vault(Path(job.folder), FileKeys(keys[max(keys)], keys))
    return _write(job, sheet, vault, _progress(say, READ, 99)), len(table.rows)


async def _read(
    db: Database, wish: Wish, job: Job, progress: Progress
) -> tuple[dict[int, FileKey], Table]:
    """Raises MhudError SERVICE_UNAVAILABLE."""
    callers = callers_of(Path(job.data_dir), Numbers(job.region))
    async with db.read() as tx:
        keys = await FileKeyRepository(tx).all()
        ask = asked(wish, job.formulas)
        return keys, await figures(tx, ask, progress, callers=callers)


def _write(job: Job, sheet: Sheet, vault: Vault, progress: Progress) -> int:
    """Bytes. The file has its name when all of it is on disk. Raises OSError."""
    draft, size = vault.begin(job.filename), 0

    def write(piece: bytes) -> None:
        nonlocal size
        draft.write(piece)
        size += len(piece)

    try:
        if job.format == "xlsx":
            with tempfile.TemporaryDirectory(prefix=WORK, dir=job.folder) as folder:
                write_xlsx(sheet, write, progress, Path(folder))
        elif job.format == "csv":
            write_csv(sheet, write, progress)
        else:
            write_json(sheet, write, progress)
        draft.keep(job.filename)
    finally:
        draft.drop()
    return size


def _progress(say: Say, begin: int, end: int) -> Progress:
    """Says each percent once."""
    last = begin

    def progress(done: float) -> None:
        nonlocal last
        percent = begin + int((end - begin) * min(1.0, done))
        if percent > last:
            last = percent
            say(percent=percent)

    return progress


def told(error: BaseException) -> dict[str, Any]:
    """Why there is no report: a word, and whether a later try may go better."""
    refusal = _refusal(error)
    if refusal is not None:
        return {"problem": "disk-full" if refusal.errno in _FULL else "disk", "again": False}
    if isinstance(error, MhudError) and error.code is Code.SERVICE_UNAVAILABLE:
        return {"problem": "database", "again": True}
    if isinstance(error, MemoryError):
        return {"problem": "too-large", "again": False}
    return {"problem": "unplanned", "again": False, "trace": wordless(error)}


def _refusal(error: BaseException | None) -> OSError | None:
    """Of the disk, which the library of spreadsheets may have wrapped."""
    while error is not None:
        if isinstance(error, OSError):
            return error
        inner = error.args[0] if error.args else None
        error = inner if isinstance(inner, BaseException) else error.__cause__
    return None


def _speaker() -> Say:
    """Standard output is for what is said; whatever else writes there goes where errors go."""
    out: TextIO = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def say(**told: Any) -> None:
        print(json.dumps(told), file=out, flush=True)

    return say


def end_with_daemon() -> None:
    """Nothing more comes on the input but its end."""
    while sys.stdin.buffer.read(1):
        pass
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())

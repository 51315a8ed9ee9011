"""A report is made by a process of its own: nothing waits for it, and it can be ended at any time.

It gets a Job as a line of JSON, and answers in such lines: how far it is, and at last what it made,
or a word that says why not. It ends by itself when the daemon does.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from mhud.live.words import SlaFormula
from mhud.services.report_ask import Ask
from mhud.services.report_wish import Wish

log = structlog.get_logger(__name__)
MODULE = "mhud.reporting"
LONGEST_LINE = 65_536
PACKAGES = Path(__file__).parents[2]  # where this mhud lies
_KEPT = ("PATH", "LD_LIBRARY_PATH", "LANG", "TZDIR")  # of an environment that holds secrets
Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """`filename`: in the vault at `folder`. `key`: the database's, None for a plain one.

    `formulas`: of queues, for the service level. `data_dir` has the key of callers' fingerprints,
    `region` is the helpline's, for their numbers.
    """

    report_id: str
    database: str
    key: str | None = field(repr=False)
    folder: str
    filename: str
    format: str
    wish: Mapping[str, Any]
    formulas: Mapping[str, str]
    made_at: str
    data_dir: str
    region: str | None


@dataclass(frozen=True, slots=True)
class Made:
    """`size` in bytes, `rows` without head and totals."""

    size: int
    rows: int


class NotMadeError(Exception):
    """`reason` is a word; `again`: a later try may go better."""

    def __init__(self, reason: str, *, again: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.again = again


class Runner:
    """One job at a time."""

    def __init__(self, longest_s: float, module: str = MODULE) -> None:
        self.longest_s = longest_s
        self._module = module
        self._process: Process | None = None

    async def make(self, job: Job, tell: Tell) -> Made:
        """`tell` gets percents. The file is on disk when it returns. Raises NotMadeError."""
        try:
            async with asyncio.timeout(self.longest_s):
                return await self._run(job, tell)
        except TimeoutError:
            raise NotMadeError("took-too-long", again=False) from None
        except OSError:  # no process can be had now
            raise NotMadeError("not-started", again=True) from None
        except (ValueError, KeyError, TypeError):  # a line that was cut, as by a kill
            raise NotMadeError("ended-early", again=True) from None

    def kill(self) -> None:
        """What is being made is not wanted any more."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()

    async def _run(self, job: Job, tell: Tell) -> Made:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            self._module,
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            limit=LONGEST_LINE,
            env=_environment(),
            cwd="/",
        )
        self._process = process
        try:
            return await _conversation(process, job, tell)
        finally:
            self.kill()
            await process.wait()
            self._process = None


async def _conversation(process: Process, job: Job, tell: Tell) -> Made:
    """Its input stays open: where it ends, the process ends itself."""
    if process.stdin is None or process.stdout is None:
        raise NotMadeError("not-started", again=True)
    process.stdin.write(json.dumps(asdict(job)).encode() + b"\n")
    async for line in process.stdout:
        said = json.loads(line)
        if "percent" in said:
            tell(int(said["percent"]))
        elif "problem" in said:
            if "trace" in said:
                log.error("report_failed_unplanned", report_id=job.report_id, trace=said["trace"])
            raise NotMadeError(said["problem"], again=said["again"])
        else:
            return Made(size=said["size"], rows=said["rows"])
    raise NotMadeError("ended-early", again=True)


def asked(wish: Wish, formulas: Mapping[str, str]) -> Ask:
    """What the figures are asked."""
    matter = wish.matter
    return Ask(
        start=wish.begin,
        end=wish.end,
        timezone=ZoneInfo(matter.zone),
        metrics=matter.metrics,
        group_by=matter.group_by,
        queues=matter.queues or (),
        agents=matter.agents or (),
        formulas={queue: SlaFormula(formula) for queue, formula in formulas.items()},
    )


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "PYTHONPATH": str(PACKAGES)}

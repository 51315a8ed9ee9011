"""A daemon on its core beside a pretended Asterisk on the other, for as long as a block lasts."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.common import LOAD_CORE, SERVER_CORE, free_port, python, running


@dataclass(frozen=True)
class House:
    """`keys`: a supervisor's, who may read numbers, and an operator's, who may not."""

    pid: int
    port: int
    trigger: int
    keys: tuple[str, ...]
    password: str
    pbx: subprocess.Popen[str]


@contextmanager
def house(there: Path | None = None) -> Iterator[House]:
    """`there`: a data directory with a database, instead of a new one."""
    ami_port = free_port()
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with (
        TemporaryDirectory() as fresh,
        running(python("pbx", ami_port), LOAD_CORE, **pipes) as pbx,
    ):
        directory = there or fresh
        _line(pbx)
        with running(
            python("daemon", "prepare", directory), SERVER_CORE, stdout=subprocess.PIPE
        ) as made:
            known = json.loads(_line(made))
            made.wait()
        argv = python("daemon", ami_port, directory)
        with running(argv, SERVER_CORE, stdout=subprocess.PIPE) as daemon:
            told = json.loads(_line(daemon))
            yield House(
                daemon.pid,
                told["port"],
                told["trigger"],
                tuple(known["keys"]),
                known["password"],
                pbx,
            )


def _line(process: subprocess.Popen[str]) -> str:
    line = process.stdout.readline() if process.stdout else ""
    if not line:
        raise RuntimeError("a process of the benchmark did not start; its words are above")
    return line

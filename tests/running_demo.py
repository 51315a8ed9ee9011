"""`mhud demo` as a process of its own, as `make run` starts it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

STOP_S = 30
CODE = re.compile(r"\b\d{6}\b")


@contextmanager
def running_demo(folder: Path, *options: str) -> Iterator[dict[str, Any]]:
    """What its ready-file says. `options` are more arguments."""
    ready_file = folder / "ready.json"
    command = [sys.executable, "-m", "mhud", "demo", "--port", "0", *options]
    with _running([*command, "--ready-file", str(ready_file)]) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "Ctrl-C" in line:
                break
        yield json.loads(ready_file.read_text())


@contextmanager
def _running(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.terminate()
            process.communicate(timeout=STOP_S)
    assert process.returncode == 0


def code_for(demo: dict[str, Any], address: str) -> str | None:
    """The newest that lies in its outbox; None: none yet."""
    letters = sorted(Path(demo["outbox"]).glob("*.eml"), reverse=True)
    for letter in letters:
        mail = message_from_bytes(letter.read_bytes(), policy=default)
        if mail["To"] == address:
            return str(CODE.findall(mail.get_content())[0])
    return None

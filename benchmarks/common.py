"""What the benchmarks share: CPU time by the kernel's accounting, processes on their core, tables.

Ratios only: the machine's speed drifts from minute to minute, so what is compared is measured in
turns, round by round, and the median of the rounds counts.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import statistics
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import monotonic, sleep

ROUNDS = 5
HERE = Path(__file__).resolve().parent
BUILT = Path(os.environ.get("MHUD_BENCH_DIR", HERE / ".built"))
"""Peers, as `setup.sh` installed and built them."""

SERVER_CORE, LOAD_CORE = 0, 1
USERNAME, SECRET = "mhud", "of the benchmark"
START_S = 20.0


@dataclass(frozen=True)
class Figure:
    """One line of the result. `at_least`, `at_most`: the target; `gated`: a miss is a failure."""

    name: str
    value: float
    unit: str
    at_least: float | None = None
    at_most: float | None = None
    gated: bool = False
    detail: str = ""

    @property
    def holds(self) -> bool | None:
        if self.at_least is not None:
            return self.value >= self.at_least
        return None if self.at_most is None else self.value <= self.at_most

    @property
    def target(self) -> str:
        if self.at_least is not None:
            return f">= {self.at_least:g}"
        return "" if self.at_most is None else f"<= {self.at_most:g}"


def emit(figure: Figure) -> Figure:
    print(json.dumps({**asdict(figure), "holds": figure.holds}), flush=True)
    return figure


def say(bench: str, **values: object) -> None:
    """A measurement behind a figure."""
    print(json.dumps({"bench": bench, **values}), flush=True)


def table(figures: Iterable[Figure]) -> str:
    lines = ["| figure | measured | target | holds |", "|---|---|---|---|"]
    for one in figures:
        holds = {None: "", True: "yes", False: "NO" if one.gated else "no (not gated)"}[one.holds]
        lines.append(f"| {one.name} | {one.value:g} {one.unit} | {one.target} | {holds} |")
    return "\n".join(lines)


def median(values: Iterable[float]) -> float:
    return statistics.median(values)


def medians(rounds: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Of several rounds of the same variants."""
    return {name: median(each[name] for each in rounds) for name in rounds[0]}


# ---- processes


def pin(core: int) -> None:
    """This process, where the machine has that many cores."""
    with contextlib.suppress(OSError):
        os.sched_setaffinity(0, {core})


@contextlib.contextmanager
def running(argv: Sequence[str | Path], core: int, **options: object) -> Iterator[subprocess.Popen]:
    """A process on its core, ended with the block. Its stderr is ours."""
    process = subprocess.Popen(
        [str(word) for word in argv], preexec_fn=lambda: pin(core), text=True, **options
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def python(module: str, *words: object) -> list[str]:
    """`module` of ours, in the Python that runs this."""
    return [sys.executable, "-m", f"benchmarks.{module}", *map(str, words)]


def cpu_s(pid: int) -> float:
    """Time on the CPU of all threads that live, by the scheduler's nanoseconds."""
    total = 0
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            total += int((thread / "schedstat").read_text().split()[0])
    return total / 1e9 + sum(cpu_s(child) for child in children(pid))


def children(pid: int) -> list[int]:
    found: list[int] = []
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            found += map(int, (thread / "children").read_text().split())
    return found


def rss_mb(pid: int, which: str = "VmRSS") -> float:
    """Memory in MB; `VmHWM` is the most it ever was."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(which):
            return int(line.split()[1]) * 1024 / 1e6
    return 0.0


def forget_peak(pid: int) -> None:
    """`VmHWM` begins again at what it is now."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def wait_for_port(port: int) -> None:
    """Raises TimeoutError."""
    end = monotonic() + START_S
    while monotonic() < end:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        sleep(0.05)
    raise TimeoutError(f"nobody listens on {port}")

"""A real Asterisk as a process that tests may stop, kill, freeze and restart."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
from pathlib import Path

from tests.asterisk.ports import Ports

HERE = Path(__file__).parent
SCRIPT = HERE / "pbx"
CONFIGURATION = (HERE.parents[1] / "asterisk-conf", HERE / "etc")
SECRET = secrets.token_hex(16)
"""AMI's, of this run: who is left from another and finds this PBX on its port is not let in."""
DIES_WITH_US = ("setpriv", "--pdeathsig", "KILL")
"""Before a command: a run that is killed leaves nobody who meddles with the next one's PBX."""


async def run(*command: str | Path, timeout_s: float = 60) -> str:
    """What the program prints. Raises RuntimeError if it fails, TimeoutError if it takes longer."""
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(timeout_s):
        out, err = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"{Path(command[0]).name} failed: {err.decode(errors='replace')}")
    return out.decode(errors="replace")


class PbxProcess:
    """One Asterisk with its files in `folder` and its ports in `ports`."""

    def __init__(
        self, folder: Path, ports: Ports, configuration: tuple[Path, ...] = CONFIGURATION
    ) -> None:
        self.folder = folder
        self.ports = ports
        self.configuration = configuration
        self.pid: int | None = None

    async def start(self) -> None:
        """Returns when it has booted fully."""
        up = ("env", "TZ=UTC", f"PBX_SECRET={SECRET}", SCRIPT, "up")  # mhud's zone, as it comes
        said = await run(*up, self.folder, str(self.ports.base), *self.configuration)
        self.pid = int(said)

    async def stop(self) -> None:
        await run(SCRIPT, "down", self.folder)

    async def cli(self, command: str) -> str:
        return await run(SCRIPT, "cli", self.folder, command)

    def kill(self) -> None:
        """As the kernel does when memory is short: nobody is told."""
        self.signal(signal.SIGKILL)
        (self.folder / "run/asterisk.pid").unlink(missing_ok=True)

    @property
    def is_running(self) -> bool:
        try:
            stat = Path(f"/proc/{self.pid}/stat").read_text()
        except FileNotFoundError:
            return False
        return stat.rpartition(")")[2].split()[0] not in "ZX"

    async def revive(self) -> bool:
        """Starts it again if it crashed: that fails one test, and must not fail all that follow."""
        if self.is_running:
            return False
        (self.folder / "run/asterisk.pid").unlink(missing_ok=True)
        await self.start()
        return True

    def freeze(self) -> None:
        """It keeps its sockets, and says nothing more."""
        self.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.signal(signal.SIGCONT)

    async def restart_now(self) -> None:
        """Hangs everybody up and starts again, in the same process."""
        await self.cli("core restart now")

    @property
    def queue_include(self) -> Path:
        """The file of queue settings that is mhud's own."""
        return self.folder / "etc/mhud/queues.conf"

    @property
    def books(self) -> dict[str, str]:
        """mhud's settings to read what it does not see."""
        log = self.folder / "log"
        return {
            "MHUD_ASTERISK__QUEUE_LOG": str(log / "queue_log"),
            "MHUD_ASTERISK__CDR": str(log / "cdr-csv/Master.csv"),
        }

    @property
    def recordings(self) -> Path:
        return self.folder / "spool/monitor"

    def signal(self, number: signal.Signals) -> None:
        assert self.pid is not None
        os.kill(self.pid, number)

"""The fake Asterisk as tests and `mhud demo` use it.

pbx = FakeAsterisk(clock=clock, username="mhud", secret="secret")
await pbx.start()  # mhud may connect to 127.0.0.1, pbx.port
pbx.agent_logs_in("agent001", "support")
caller = pbx.call_in("+254700123456", queue="support")
pbx.agent_answers("agent001")
caller.hangs_up()
await pbx.stop()
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from mhud.clock import Clock
from mhud.sim import faults
from mhud.sim.pbx import Pbx
from mhud.sim.restart import hang_up_everybody
from mhud.sim.script import Script
from mhud.sim.server import AmiServer
from mhud.sim.site import Site
from mhud.sim.traffic import Traffic

RESTART_S = 1.1  # from the command to Shutdown
DOWN_S = 0.3  # nobody listens
REOPEN_TRIES = 100
BOOT_S = 0.2  # the port is open, the modules are not loaded


class FakeAsterisk(Script):
    """A PBX of phones, queues and callers behind a real AMI port on `host`.

    Scripts go through the methods of Script; mhud sees only the socket. `port` 0 takes a free
    one. `queue_include` is the file that a QueueReload reads, `recordings` the folder into which
    MixMonitor writes. All that is random comes from `seed`.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        username: str,
        secret: str,
        seed: int = 1,
        host: str = "127.0.0.1",
        port: int = 0,
        queue_include: Path | None = None,
        recordings: Path | None = None,
        site: Site | None = None,
    ) -> None:
        random = Random(seed)  # noqa: S311 - repeatable on purpose
        super().__init__(Pbx(site or Site(), clock, random))
        self.pbx.tape.folder = recordings
        self.clock = clock
        self.random = random
        self.faults = faults.Faults(random)
        self.server = AmiServer(
            self.pbx,
            clock,
            username=username,
            secret=secret,
            faults=self.faults,
            host=host,
            port=port,
            queue_include=queue_include,
        )

    @property
    def port(self) -> int:
        return self.server.port

    async def start(self) -> None:
        """Raises OSError when the port is taken."""
        await self.server.open()

    async def stop(self) -> None:
        self.pbx.timers.clear()
        await self.server.close()

    # ---- faults

    def cut(self) -> None:
        """All connections break without a word."""
        faults.cut(self.server)

    def go_deaf(self) -> None:
        """Half-open: today's connections stay and are silent; a new one works."""
        faults.deafen(self.server)

    async def run_traffic(self, speed: float = 1) -> None:
        """For ever: the callers and agents of the demo. Needs `site=demo_site()`."""
        random = Random(self.random.random())  # noqa: S311 - repeatable on purpose
        await Traffic(self, self.clock, random, speed).run()

    async def run_faults(self, mean_s: float) -> None:
        """For ever: a bad moment about every `mean_s` of the clock's seconds."""
        random = Random(self.random.random())  # noqa: S311 - repeatable on purpose
        await faults.random_faults(self.server, self.clock, random, mean_s, self.restart)

    async def crash(self, down_s: float = DOWN_S) -> None:
        """kill -9: no event, all calls gone, members back."""
        self.pbx.up = False
        await self.server.close()
        await self._come_back(down_s)

    async def restart(self, down_s: float = DOWN_S) -> None:
        """`core restart now` in the middle of everything."""
        self.pbx.up = False
        hang_up_everybody(self.pbx)
        await self.clock.sleep(RESTART_S)
        self.announce_shutdown()
        await self.server.part()
        await self.server.close()
        await self._come_back(down_s)

    def announce_shutdown(self) -> None:
        fields = [("Shutdown", "Cleanly"), ("Restart", "True")]
        self.pbx.emit("Shutdown", "system", fields)

    async def _open_again(self) -> None:
        """On the same port, though somebody's outgoing connection may have it for a moment."""
        for _ in range(REOPEN_TRIES):
            try:
                await self.server.open()
            except OSError:
                await self.clock.sleep(DOWN_S)
            else:
                return
        await self.server.open()

    async def _come_back(self, down_s: float) -> None:
        self.pbx.restart()
        self.server.booted = False
        await self.clock.sleep(down_s)
        await self._open_again()
        await self.clock.sleep(BOOT_S)
        self.server.announce_boot()
        self.pbx.up = True

"""Builds everything once, runs it in one task group, stops it in order.

That order: HTTP and sockets, the link, the tasks, the ledger, the store.
"""

from __future__ import annotations

import asyncio
import functools
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import structlog
from aiohttp import web

from mhud import logs
from mhud.ami.trace import TraceWriter
from mhud.certificate import Certificate
from mhud.clock import Clock, SystemClock
from mhud.config import Settings
from mhud.live.inputs import Tick
from mhud.lock import held
from mhud.memory import collect_seldom, give_back_large_blocks
from mhud.notify import notify, watchdog_s
from mhud.pump import tick
from mhud.reload import Reload
from mhud.restore import restored
from mhud.services import Services
from mhud.services.guard import Guard
from mhud.services.history import History
from mhud.services.queue_watch import QueueWatch
from mhud.services.recounting import Recounting
from mhud.services.stranded import Rescue
from mhud.services.wrapup import WrapUp
from mhud.store.database import Database
from mhud.vitals import Vitals
from mhud.web.app import build_app, reconfigure
from mhud.web.mhu.dialect import PLAIN
from mhud.web.server import Runner
from mhud.wiring import build_services

log = structlog.get_logger(__name__)
STUCK_S = 15.0  # a pump that has not moved for so long is not told to the watchdog as alive


class Daemon:
    """The parts, wired. `run` is for ever."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self._wrap_up = WrapUp(
            services.pump.live, services.link, services.clock, services.agents.is_changing
        )
        self._rescue = Rescue(
            services.pump.live, services.link, services.clock, services.settings.control
        )
        self._guard = Guard(services.pump.live, services.link, services.clock)
        self._history = History(
            services.settings, services.clock, services.db, services.pump, services.ledger
        )
        self._queue_watch = QueueWatch(
            services.link, services.pump.inbox, services.clock, services.pump.live
        )

        self._recounting = Recounting(services.db, services.clock, services.ledger.callers)

    async def run(self, reload: Reload) -> None:
        """Everything that moves but HTTP. What fails unplanned ends the group, and the process."""
        s = self.services
        async with asyncio.TaskGroup() as tasks:
            for part in (
                s.pump.run(),
                tick(s.pump.inbox, s.clock, s.pump.live),
                s.ledger.run(),
                s.link.run(),
                s.access.run(),
                s.otp.run(),
                s.otp.courier.run(),
                s.calls.run(),
                s.agents.run(),
                s.queues.run(),
                s.retention.run(),
                s.reports.run(),
                s.recordings.run(),
                s.usage.run(),
                s.checkup.run(),
                s.webhooks.outbox.run(),
                self._wrap_up.run(),
                self._rescue.run(),
                self._queue_watch.run(),
                self._guard.run(),
                self._history.run(),
                self._recounting.run(),
                self._watchdog(),
                s.vitals.run(s.db.path, s.clock),
                logs.tell_suppressed(s.clock),
                reload.run(),
            ):
                tasks.create_task(part)

    async def _watchdog(self) -> None:
        every_s = watchdog_s()
        while every_s is not None:
            pump, clock = self.services.pump, self.services.clock
            if clock.monotonic() - pump.moved_at < STUCK_S:
                notify("WATCHDOG=1")
            await clock.sleep(every_s)


@asynccontextmanager
async def assembled(
    settings: Settings, clock: Clock, trace: TraceWriter | None = None
) -> AsyncIterator[Daemon]:
    """Opens the store and restores the state; closes in the reverse order.

    Raises MhudError or OSError when the store can't be opened.
    """
    vitals = Vitals(certificate=await asyncio.to_thread(_certificate, settings))
    db = await Database.of(settings)
    if db.key is None:
        log.warning("database_not_encrypted", fix="stop mhud, then: mhud database encrypt")
    try:
        services = replace(await build_services(settings, clock, db, trace), vitals=vitals)
        services.access.on_change(services.agents.look_soon)
        await _restore_state(services)
        try:
            yield Daemon(services)
        finally:
            await services.ledger.close()
            await services.usage.write()
            await services.webhooks.outbox.close()
            await services.access.close()
    finally:
        await db.close()


def _certificate(settings: Settings) -> Certificate | None:
    """Raises CertificateError."""
    files = settings.http.tls_certificate, settings.http.tls_key
    return Certificate(files[0], files[1]) if files[0] and files[1] else None


async def _restore_state(services: Services) -> None:
    """Roster, queue settings, and what was open when the daemon last stopped."""
    pump, now = services.pump, services.clock.now()
    pump.feed(Tick(at=now))
    await services.agents.load()
    await services.queues.load()
    while len(pump.inbox):  # what they told the state; nobody pumps yet
        pump.feed(await pump.inbox.get())
    pump.feed(await restored(services.db, now, services.settings.timezone))


async def serve(
    settings: Settings,
    trace: Path | None = None,
    *,
    on_ready: Callable[[Services, str], Awaitable[None]] | None = None,
    reread: Callable[[], Settings] | None = None,
) -> None:
    """Runs until SIGTERM or SIGINT. `on_ready` gets the services and the address that listens.

    `reread` reads the settings again, on SIGHUP; without it that signal is the system's.

    Raises MhudError when another daemon serves the data directory, MhudError or OSError when
    the store or the port can't be opened.
    """
    give_back_large_blocks()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    with held(settings.data_dir):
        writer = TraceWriter(trace) if trace else None
        try:
            async with assembled(settings, SystemClock(), writer) as daemon:
                await _serve(daemon, stop, on_ready, reread)
        finally:
            if writer is not None:
                await asyncio.to_thread(writer.close)


async def _serve(
    daemon: Daemon,
    stop: asyncio.Event,
    on_ready: Callable[[Services, str], Awaitable[None]] | None,
    reread: Callable[[], Settings] | None,
) -> None:
    services = daemon.services
    app = build_app(services)
    runner = Runner(app, PLAIN)
    await runner.setup()
    reload = Reload(services, functools.partial(reconfigure, app), reread)
    work = asyncio.create_task(daemon.run(reload))
    stopping = asyncio.create_task(stop.wait())
    try:
        base_url = await _listen(services, runner)
        collect_seldom()
        log.info("listening", address=base_url)
        notify("READY=1")
        if on_ready is not None:
            await on_ready(services, base_url)
        await asyncio.wait({work, stopping}, return_when=asyncio.FIRST_COMPLETED)
        notify("STOPPING=1")
    finally:
        await runner.cleanup()
        await services.link.close()
        stopping.cancel()
        await end(work)


async def _listen(services: Services, runner: web.AppRunner) -> str:
    http, certificate = services.settings.http, services.vitals.certificate
    context = None if certificate is None else certificate.context
    site = web.TCPSite(runner, http.host, http.port, ssl_context=context)
    await site.start()
    port = runner.addresses[0][1]
    host = f"[{http.host}]" if ":" in http.host else http.host
    return f"{'http' if context is None else 'https'}://{host}:{port}"


async def end(work: asyncio.Task[None]) -> None:
    """Cancels what runs. What had failed by itself is logged, where numbers are cut out of it.

    Raises SystemExit then: systemd starts the daemon again, and the snapshot repairs its picture.
    """
    work.cancel()
    try:
        await work
    except asyncio.CancelledError:
        return
    except Exception as error:
        log.exception("daemon_failed")
        raise SystemExit(1) from error

"""Settings that the running daemon takes when it gets SIGHUP; the others need a restart.

A file that can't be read changes nothing.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from tomllib import TOMLDecodeError
from typing import TypeVar

import structlog
from pydantic import BaseModel

from mhud import logs
from mhud.clock import Clock
from mhud.config import Settings
from mhud.config_words import in_words
from mhud.notify import notify
from mhud.services import Services

log = structlog.get_logger(__name__)
Model = TypeVar("Model", bound=BaseModel)
LIVE = frozenset(
    {
        "http.public_url",
        "http.trusted_proxies",
        "http.cors_origins",
        "cases",
        "originate",
        "asterisk.announcements",
        "asterisk.music_on_hold",
        "queues",
        "queue_defaults",
        "reason_codes",
        "retention",
        "tokens",
        "logins",
        "log.level",
    }
)
"""Settings, and whole sections, whose readers look them up each time."""


def is_live(name: str) -> bool:
    """Whether `http.cors_origins` takes effect without a restart."""
    return name in LIVE or name.partition(".")[0] in LIVE


def changed(old: BaseModel, new: BaseModel, prefix: str = "") -> Iterator[str]:
    """Names of settings that differ; no values. Tables by name (`queues`) are one setting."""
    for name in type(old).model_fields:
        before, after = getattr(old, name), getattr(new, name)
        if isinstance(before, BaseModel):
            yield from changed(before, after, f"{prefix}{name}.")
        elif before != after:
            yield prefix + name


def merged(running: Model, read: Model, prefix: str = "") -> Model:
    """What runs from now on: of what was read that which may change."""
    updates = {}
    for name in type(running).model_fields:
        before, after = getattr(running, name), getattr(read, name)
        if isinstance(before, BaseModel):
            updates[name] = merged(before, after, f"{prefix}{name}.")
        elif is_live(prefix + name):
            updates[name] = after
    return running.model_copy(update=updates)


class Reload:
    """`edge` gives settings to the web application; `reread` reads them as at the start.

    Without `reread` SIGHUP is left to the system, which ends the process.
    """

    def __init__(
        self,
        services: Services,
        edge: Callable[[Settings], None],
        reread: Callable[[], Settings] | None,
    ) -> None:
        self._services = services
        self._running = services.settings
        self._reread = reread
        self._edge = edge
        services.vitals.settings_read_at = services.clock.now()

    async def run(self) -> None:
        """For ever: once for each SIGHUP."""
        if self._reread is None:
            return
        wanted = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, wanted.set)
        while True:
            await wanted.wait()
            wanted.clear()
            notify(_reloading(self._services.clock))
            await self.once(self._reread)
            notify("READY=1")

    async def once(self, reread: Callable[[], Settings]) -> None:
        """Never raises for what a file can hold."""
        vitals = self._services.vitals
        if vitals.certificate is not None:
            await vitals.certificate.look(again=True)
        try:
            read = await asyncio.to_thread(reread)
            self._take(read)
        except (OSError, TOMLDecodeError, ValueError) as error:
            vitals.settings_good = False
            log.error("settings_not_reloaded", problem=in_words(error))
            return
        vitals.settings_good = True
        vitals.settings_read_at = self._services.clock.now()

    def _take(self, read: Settings) -> None:
        """Raises ValueError for proxies that are no networks, before anything is changed."""
        running, self._running = self._running, merged(self._running, read)
        try:
            self._edge(self._running)
        except ValueError:
            self._running = running
            raise
        self._services.reconfigure(self._running)
        logs.set_level(self._running.log.level)
        waiting = tuple(changed(self._running, read))
        self._services.vitals.awaiting_restart = waiting
        log.warning(
            "settings_reloaded",
            changed=list(changed(running, self._running)),
            need_restart=list(waiting),
        )


def _reloading(clock: Clock) -> str:
    return f"RELOADING=1\nMONOTONIC_USEC={int(clock.monotonic() * 1_000_000)}"

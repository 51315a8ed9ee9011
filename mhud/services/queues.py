"""Queues: their settings, which live partly in Asterisk, and what is told to the state of them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import structlog
from pydantic import ValidationError

from mhud.ami.link import AmiLink
from mhud.ami.messages import QueueNow
from mhud.clock import Clock
from mhud.config import Settings
from mhud.errors import MhudError, not_found, pbx_unavailable
from mhud.live.inputs import QueuesConfigured
from mhud.live.model import Queue, QueueProfile
from mhud.live.state import LiveState
from mhud.pump import Pump
from mhud.services.polled import Polled
from mhud.services.queue_settings import (
    has_globals,
    hours_for_dialplan,
    hours_global,
    merged,
    plan,
    profile,
    wait_global,
)
from mhud.services.queue_writer import QueueWriter
from mhud.services.rights import Principal
from mhud.services.telling import tell
from mhud.services.today import Today
from mhud.services.trail import Trail
from mhud.services.versions import Versions, require_version
from mhud.store.database import Database
from mhud.store.queues import NOTHING, OwnSettings, all_settings, save_settings

log = structlog.get_logger(__name__)
LOOK_S = 60.0
RETRY_S = 10.0
SHOWN_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueUpdated:
    """`verified`: the fields that Asterisk itself was heard to hold."""

    queue_id: str
    updated_fields: tuple[str, ...]
    verified: tuple[str, ...]
    version: int


class Queues:
    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        pump: Pump,
        link: AmiLink,
        db: Database,
        trail: Trail,
    ) -> None:
        self.polled = Polled(pump)
        self.today = Today(db, clock, settings.timezone)
        self._settings = settings
        self._clock = clock
        self._pump = pump
        self._link = link
        self._db = db
        self._trail = trail
        self._writer = QueueWriter(settings.asterisk.queue_include, link)
        self._own: dict[str, OwnSettings] = {}
        self._profiles: dict[str, QueueProfile] = {}
        self._found_waits: dict[str, int] = {}
        self._reconfigured = False
        self._set: set[str] = set()  # globals that hold a setting of mhud's
        self._turn = asyncio.Lock()

    def configure(self, settings: Settings) -> None:
        """Other settings hold soon: `run` tells the state, and Asterisk its globals."""
        self._settings = settings
        self._reconfigured = True
        self._found_waits.clear()  # a setting wins over what the dialplan had

    def all(self) -> tuple[Queue, ...]:
        """By id."""
        return tuple(sorted(self._pump.live.queues.values(), key=lambda queue: queue.id))

    def one(self, queue_id: str) -> Queue:
        """Raises MhudError NOT_FOUND."""
        queue = self._pump.live.queues.get(queue_id)
        if queue is None:
            raise not_found("queue", queue_id)
        return queue

    def version(self, queue_id: str) -> int:
        """Counts the changes by API; 0 before the first."""
        return self._own.get(queue_id, NOTHING).version

    async def load(self) -> None:
        """Reads what was changed by API, and tells the state. Raises MhudError."""
        async with self._db.read() as tx:
            self._own = await all_settings(tx)
        await self._configure()

    async def run(self) -> None:
        """For ever: new queues get their profile, and Asterisk its globals after each restart."""
        while True:
            if not await self._pump.until(lambda live: not live.stale, LOOK_S):
                continue
            if not await self.restore_globals():
                await self._clock.sleep(RETRY_S)
                continue
            while not await self._pump.until(self._is_news, LOOK_S):
                pass

    async def restore_globals(self) -> bool:
        """Sets the globals that a restart of Asterisk cleared; reads limits that mhud never set.

        False: something refused; try again later.
        """
        async with self._turn:
            self._reconfigured = False
            try:
                await self._configure()
                for queue_id in filter(has_globals, tuple(self._profiles)):
                    await self._restore(self._profiles[queue_id])
                await self._configure()
            except MhudError as error:
                log.warning("globals_not_restored", code=error.code.value)
                return False
        return True

    async def update(
        self,
        who: Principal,
        queue_id: str,
        changes: Mapping[str, Any],
        versions: Versions = None,
    ) -> QueueUpdated:
        """Returns when Asterisk holds it; what it did not take is put back and raised.

        `changes` in the API's names, None clears; `versions` are those that may be replaced.
        Raises MhudError NOT_FOUND, INVALID, CONFLICT, PRECONDITION_FAILED, PBX_UNAVAILABLE…
        """
        async with self._turn:
            self.one(queue_id)
            require_version(versions, self.version(queue_id), "queue")
            intended = plan(queue_id, changes, self._settings)
            if self._pump.live.stale:
                raise pbx_unavailable()
            async with AsyncExitStack() as undo:
                heard = await self._writer.apply(intended, undo)
                await self._save(who, queue_id, changes)
                undo.pop_all()
            await self._show(queue_id, heard.queue)
        return QueueUpdated(
            queue_id=queue_id,
            updated_fields=tuple(changes),
            verified=tuple(name for name in changes if name in heard.fields),
            version=self.version(queue_id),
        )

    # ---- steps

    async def _save(self, who: Principal, queue_id: str, changes: Mapping[str, Any]) -> None:
        own = self._own.get(queue_id, NOTHING)
        wanted = merged(own.settings, changes)
        async with self._db.write() as tx:
            saved = await save_settings(tx, queue_id, wanted, own.version, self._clock.now())
            fields = sorted(changes)
            await self._trail.record_in(tx, who, "queue.update", queue_id, "queue", fields=fields)
        self._own[queue_id] = saved
        if "max_wait_time" in changes:
            self._found_waits.pop(queue_id, None)

    async def _show(self, queue_id: str, seen: QueueNow | None) -> None:
        """Tells the state, and waits until its readers know."""
        await self._configure(changed=(queue_id,), seen=(seen,) if seen else ())
        wanted = self._profiles[queue_id]

        def shows(live: LiveState) -> bool:
            queue = live.queues.get(queue_id)
            return queue is None or (queue.profile == wanted and _is_as_seen(queue, seen))

        await self._pump.until(shows, SHOWN_S)

    async def _configure(
        self, changed: tuple[str, ...] = (), seen: tuple[QueueNow, ...] = ()
    ) -> None:
        """Tells the state the profiles, if they are others than before."""
        known = {*self._settings.queues, *self._own, *self._pump.live.queues}
        profiles = {queue_id: await self._profile(queue_id) for queue_id in sorted(known)}
        if profiles == self._profiles and not changed:
            return
        at, told = self._clock.now(), tuple(profiles.values())
        tell(self._pump, QueuesConfigured(at=at, profiles=told, changed=changed, seen=seen))
        self._profiles = profiles

    async def _profile(self, queue_id: str) -> QueueProfile:
        own = self._own.get(queue_id, NOTHING).settings
        section = await self._writer.section(queue_id)
        found = self._found_waits.get(queue_id)
        try:
            return profile(queue_id, self._settings, own, section, found)
        except ValidationError:  # kept by a version with other limits
            log.error("queue_settings_not_readable", queue_id=queue_id)
            return profile(queue_id, self._settings, {}, section, found)

    async def _restore(self, known: QueueProfile) -> None:
        """A limit that mhud does not know is the dialplan's, and read from there."""
        hours = hours_for_dialplan(known.operating_hours, self._settings.timezone.key)
        await self._hold(hours_global(known.id), hours)
        name = wait_global(known.id)
        own = known.timeout_s is not None and known.id not in self._found_waits
        await self._hold(name, str(known.timeout_s) if own else "")
        if own:
            return
        found = await self._writer.get_global(name)
        self._found_waits.pop(known.id, None)
        if found.isdecimal() and int(found) > 0:
            self._found_waits[known.id] = int(found)

    async def _hold(self, name: str, value: str) -> None:
        """Empty: clears what a setting of before has put there, and nothing else."""
        if value or name in self._set:
            await self._writer.set_global(name, value)
            (self._set.add if value else self._set.discard)(name)

    def _is_news(self, live: LiveState) -> bool:
        """The link was lost, settings changed, or a queue came that has no profile yet."""
        if live.stale or self._reconfigured:
            return True
        return any(queue_id not in self._profiles for queue_id in live.queues)


def _is_as_seen(queue: Queue, seen: QueueNow | None) -> bool:
    if seen is None:
        return True
    held = queue.strategy, queue.max_callers, queue.pbx_service_level_s
    return held == (seen.strategy, seen.max_callers, seen.service_level_s)

"""What is to be done about recordings, and when: calls that ended, files that lie there.

It stands in the database, so a crash at any point costs nothing but work: a file of Asterisk's is
deleted only when the sealed one is on disk and known.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import structlog

from mhud.clock import Clock
from mhud.errors import kind
from mhud.services.recording_calls import late, note_ended, note_file, unnoticed
from mhud.services.recording_spool import Spool
from mhud.services.recording_taking import DISK_S, POLL_S, REFUSALS, Taking
from mhud.store.calls import get_call
from mhud.store.database import Database
from mhud.store.recordings import PartState, RecordingRepository

log = structlog.get_logger(__name__)
SWEEP_S = 600.0
AT_ONCE = 10
EVENTS = 5000  # that are looked through at once


class Pickup:
    """`last_seq`: the newest event on disk."""

    def __init__(
        self,
        clock: Clock,
        db: Database,
        spool: Spool,
        taking: Taking,
        last_seq: Callable[[], int],
    ) -> None:
        self._clock = clock
        self._db = db
        self._spool = spool
        self._taking = taking
        self._last_seq = last_seq
        self.outcomes = taking.outcomes
        self.waiting = 0  # recordings, at the last look
        self._position: int | None = None
        self._stuck: set[str] = set()  # files that are not ours to delete

    async def run(self) -> None:
        """For ever. A disk that refuses is waited for."""
        swept_at = -SWEEP_S
        while True:
            try:
                if self._clock.monotonic() - swept_at >= SWEEP_S:
                    await self.sweep()
                    swept_at = self._clock.monotonic()
                while await self.step():
                    pass
            except REFUSALS as error:
                log.error("recordings_wait", reason=kind(error))
                await self._clock.sleep(DISK_S)
            await self._clock.sleep(POLL_S)

    async def step(self) -> bool:
        """Whether there may be more to do at once. Raises MhudError or OSError."""
        await self._look_through()
        async with self._db.read() as tx:
            store = RecordingRepository(tx)
            due = await store.due(self._clock.now(), AT_ONCE)
            self.waiting = await store.waiting()
        settled = [await self._taking.take(one) for one in due]
        await self._delete_unwanted()
        return len(due) == AT_ONCE and any(settled)

    async def sweep(self) -> None:
        """Files whose calls mhud did not see, or that came too late. Raises MhudError, OSError."""
        self._stuck.clear()
        names = await asyncio.to_thread(self._spool.names)
        async with self._db.read() as tx:
            new, back = await unnoticed(tx, names), await late(tx, names)
        for name, call_id in new.items():
            async with self._db.write() as tx:
                await note_file(tx, call_id, name, self._clock.now())
        for name, call_id in back.items():
            if (await asyncio.to_thread(self._spool.look, name)).has_sound:
                async with self._db.write() as tx:
                    await RecordingRepository(tx).wait_again([call_id], self._clock.now())

    async def _look_through(self) -> None:
        """Calls that ended since the last look. Before the first there is only what lies there."""
        until = self._last_seq()
        if self._position is None:
            async with self._db.read() as tx:
                self._position = await RecordingRepository(tx).position()
        if self._position is None:
            await self._move(until, ())
        while (since := self._position or 0) < until:
            upto = min(until, since + EVENTS)
            async with self._db.read() as tx:
                ended = await RecordingRepository(tx).ended_calls(since, upto)
            await self._move(upto, ended)

    async def _move(self, seq: int, ended: Sequence[str]) -> None:
        """Where nothing ended, a crash may look through the same again."""
        if ended or self._position is None:
            async with self._db.write() as tx:
                for call_id in ended:
                    if call := await get_call(tx, call_id):
                        await note_ended(tx, call, self._clock.now())
                await RecordingRepository(tx).move_to(seq)
        self._position = seq

    async def _delete_unwanted(self) -> None:
        async with self._db.read() as tx:
            names = await RecordingRepository(tx).unwanted(AT_ONCE + len(self._stuck))
        names = tuple(name for name in names if name not in self._stuck)
        if not names:
            return
        gone = await asyncio.to_thread(self._spool.remove, names)
        self._stuck |= set(names) - set(gone)
        if len(gone) < len(names):
            log.error("recordings_not_deleted", files=len(names) - len(gone), see="mhud doctor")
        if gone:
            async with self._db.write() as tx:
                await RecordingRepository(tx).mark_parts(gone, PartState.GONE)

"""A house beside an Asterisk that records: calls that end, the files that it leaves, the pickup."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson

from mhud.feeds.payloads import Entry
from mhud.live.events import CallEnded
from mhud.live.model import Call, Talk
from mhud.services.recording_pickup import Pickup
from mhud.services.recording_words import FOLDER_NAME as FOLDER
from mhud.services.recordings import Recordings
from mhud.services.rights import NOBODY, Principal
from mhud.store.recordings import Recording, RecordingRepository, State
from tests.fake_clock import FakeClock, eventually
from tests.feed_things import a_call, ended
from tests.houses import House, house

LISTENER = replace(NOBODY, kind="user", ident="user:5", username="supervisor_jane")


@dataclass(frozen=True, slots=True)
class Recorder:
    """`spool` is Asterisk's folder."""

    house: House
    spool: Path

    @property
    def recordings(self) -> Recordings:
        return self.house.services.recordings

    @property
    def pickup(self) -> Pickup:
        assert self.recordings.pickup is not None
        return self.recordings.pickup

    @property
    def clock(self) -> FakeClock:
        return self.house.clock

    @property
    def vault(self) -> Path:
        return self.house.services.settings.data_dir / FOLDER

    def sealed(self) -> list[Path]:
        return sorted(self.vault.iterdir()) if self.vault.is_dir() else []

    async def call_ends(
        self,
        name: str = "1.1",
        *,
        recordings: Sequence[str] | None = None,
        talk_s: float = 2,
        **changes: Any,
    ) -> Call:
        """Now, after so much talk. Its recordings: those named, or the one of its own name."""
        now = self.clock.now()
        talk = Talk(agent_id="agent001", began_at=now - timedelta(seconds=talk_s), ended_at=now)
        named = (name,) if recordings is None else tuple(recordings)
        call = a_call(
            f"call-{name}",
            start_time=now - timedelta(seconds=talk_s + 5),
            talks=(talk,) if talk_s else (),
            recorded=bool(named),
            recording_channel=named[0] if named else None,
            recordings=named,
        )
        over = replace(ended(call, talk_s + 5), **changes)
        await self.tell(over)
        return over

    async def tell(self, call: Call) -> None:
        ledger = self.house.services.ledger
        ledger.publish([CallEnded(at=self.clock.now(), call=call)])
        await self.clock.advance(0.01)
        await eventually(lambda: ledger.lag == 0)

    async def work(self, seconds: float = 0) -> None:
        """Looks once, lets so much time pass, and looks again."""
        await self.pickup.step()
        if seconds:
            await self.clock.advance(seconds)
            await self.pickup.step()

    async def known(self, call_id: str) -> Recording:
        async with self.house.services.db.read() as tx:
            found = await RecordingRepository(tx).get(call_id)
        assert found is not None
        return found

    async def state(self, call_id: str) -> tuple[State, str | None]:
        found = await self.known(call_id)
        return found.state, found.reason

    async def listen(self, call_id: str, who: Principal = LISTENER) -> bytes:
        """All of it."""
        found, sound = await self.recordings.sound(f"{call_id}.mp3")
        file = await self.recordings.read(who, found, sound, going_on=False)
        try:
            return b"".join([piece async for piece in file.read(0, file.size)])
        finally:
            file.close()

    async def purge(self) -> dict[str, int]:
        """What is over its time goes: so much of each kind."""
        purging = asyncio.ensure_future(self.house.services.retention.purge())
        while not purging.done():
            await self.clock.advance(0.1)
        return purging.result()

    async def told(self) -> list[tuple[str, dict[str, Any]]]:
        """Type and object of each event about recordings, oldest first."""
        ledger = self.house.services.ledger
        await self.clock.advance(0.1)
        await eventually(lambda: ledger.lag == 0)
        entries: list[Entry] = await ledger.read(0, 1000)
        mine = [one for one in entries if one.type.startswith("recording.")]
        return [(one.type, orjson.loads(one.full)["recording"]) for one in mine]


@asynccontextmanager
async def recorder(
    folder: Path, retention: dict[str, int] | None = None, **changes: Any
) -> AsyncIterator[Recorder]:
    """`changes` are settings of recordings."""
    spool = folder / "monitor"
    spool.mkdir(exist_ok=True)
    asterisk = {"recordings": spool}
    kept = retention or {}
    async with house(
        folder / "data", asterisk=asterisk, recordings=changes, retention=kept
    ) as built:
        found = Recorder(built, spool)
        await found.pickup.step()  # from here on calls that end are seen
        yield found

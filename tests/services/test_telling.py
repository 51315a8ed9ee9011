"""What the state must hear of, though it can't keep up just then."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from mhud.inbox import Inbox
from mhud.live.inputs import PhoneChanges, Tick
from mhud.live.state import LiveState
from mhud.pump import Pump
from mhud.services.telling import tell_for_sure
from tests.fake_clock import START, FakeClock, settle


async def test_what_would_stay_wrong_is_told_as_soon_as_there_is_room() -> None:
    clock, inbox = FakeClock(), Inbox(1)
    pump = Pump(LiveState(), inbox, clock, lambda _: None, lambda: None)
    tick = Tick(at=START)
    done = PhoneChanges(at=START + timedelta(seconds=1), agent_id="agent001", call_id=None)
    inbox.put(tick)
    telling = asyncio.ensure_future(tell_for_sure(pump, clock, done))
    await settle()
    await clock.advance(1)
    assert not telling.done()
    assert await inbox.get() is tick
    await clock.advance(1)
    assert telling.done()
    assert await inbox.get() is done

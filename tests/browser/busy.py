"""A helpline in the middle of its day, for those who only look: nothing there moves by itself."""

from __future__ import annotations

from typing import Any

from tests.browser.house import CALLER, House

FREE = "agent001"  # the demo's reserved phone: no queue rings it
TALKING = (("agent002", "support"), ("agent005", "crisis"), ("agent006", "support"))
WRITES_UP = "agent003"
RINGING = "agent007"
WAITING = ("support", "support", "crisis")
SETTINGS: dict[str, Any] = {
    "queues": {
        "support": {"name": "Support Queue", "extension": "2000", "wrap_up_seconds": 3600},
        "crisis": {"name": "Crisis Queue", "extension": "2001", "wrap_up_seconds": 3600},
    }
}


async def busy(house: House) -> str:
    """Three talk, three wait, one of them with a phone that rings for him, and one writes up.

    The id of the call in which agent002 talks, to a caller who is known.
    """
    numbers = (f"+4477009000{n}" for n in range(31, 99))
    await house.only(FREE)
    _, known = await _talks(house, "agent002", "support", CALLER)
    for agent_id, queue in TALKING[1:]:
        await _talks(house, agent_id, queue, next(numbers))
    await _talks(house, WRITES_UP, "support", next(numbers))
    house.pbx.agent_hangs_up(WRITES_UP)
    await house.agent_is("wrap-up", WRITES_UP)
    for queue in WAITING:
        await house.caller(queue, next(numbers))
    house.pbx.agent_unpauses(RINGING)
    await house.agent_is("ringing", RINGING)
    return known


async def _talks(house: House, agent_id: str, queue: str, number: str) -> tuple[object, str]:
    await house.free(agent_id)
    return await house.talks(agent_id, queue, number)

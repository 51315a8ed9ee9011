"""Nothing ends by the clock under a counsellor who is in a call."""

from __future__ import annotations

from mhud.config import LoginSettings
from mhud.services.people import Phone, give_phone
from tests.call_centre import CallCentre
from tests.logins import signed_in

ME = "/helpline/api/users/me"


async def a_counsellor(centre: CallCentre) -> dict[str, str]:
    jane = await signed_in(centre.house, "jane")
    access = centre.services.access
    phone = Phone(agent_id="agent001", interface="PJSIP/agent001", queues=("support",))
    await give_phone(access, access.known.names["jane"], phone)
    await centre.services.agents.load()
    centre.pbx.agent_logs_in("agent001", "support")
    await centre.agent_is("available")
    return jane


async def status(centre: CallCentre, headers: dict[str, str]) -> int:
    return (await centre.http.get(ME, headers=headers)).status


async def test_from_the_ringing_to_the_end_of_the_wrap_up(centre: CallCentre) -> None:
    centre.services.access.logins.settings = LoginSettings(hours=0.005, idle_minutes=0.05)
    idle = await a_counsellor(centre)
    await centre.clock.advance(4)
    assert await status(centre, idle) == 401
    jane = await signed_in(centre.house, "jane")
    centre.pbx.call_in("+254700123456").chooses("support")
    await centre.agent_is("ringing")
    await centre.clock.advance(4)
    assert await status(centre, jane) == 200
    centre.pbx.agent_answers("agent001")
    await centre.agent_is("on-call")
    await centre.clock.advance(30)
    assert await status(centre, jane) == 200, "18 seconds were to be her day"
    centre.pbx.agent_hangs_up("agent001")
    await centre.agent_is("wrap-up")
    await centre.clock.advance(4)
    assert await status(centre, jane) == 200
    await centre.pass_time(15)
    await centre.agent_is("available")
    assert await status(centre, jane) == 401

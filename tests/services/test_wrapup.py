"""Wrap-up's pauses in Asterisk, on bad days."""

from __future__ import annotations

from pathlib import Path

from structlog.testing import capture_logs

from mhud.ami.messages import MemberState, QueueMemberAdded
from tests.call_centre import call_centre
from tests.fake_clock import eventually


async def test_a_member_that_can_not_be_named_to_asterisk_stops_no_wrap_up(tmp_path: Path) -> None:
    async with call_centre(tmp_path) as centre:
        odd = MemberState(
            queue="support",
            interface="PJSIP/agent\t9",
            name="",
            membership="dynamic",
            penalty=0,
            status=1,
            paused=True,
            paused_reason="wrap-up",
        )
        centre.services.pump.feed(QueueMemberAdded(at=centre.clock.now(), member=odd))
        centre.pbx.agent_logs_in("agent001", "support", paused=True)
        centre.pbx.agent_pauses("agent001", "wrap-up")
        await centre.agent_is("wrap-up")
        with capture_logs() as said:
            await centre.pass_time(20)
            await eventually(lambda: not centre.pbx.pbx.queues["support"].members[0].paused)

    assert "wrap_up_refused" in [entry["event"] for entry in said]

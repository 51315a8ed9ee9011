"""What the simulated MixMonitor leaves, and what mhud makes of it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from mhud.live.model import CallStatus
from mhud.wav import look
from tests.call_centre import call_centre
from tests.fake_clock import eventually
from tests.sounds import Heard


async def test_a_talk_in_the_simulator_is_heard_as_long_as_it_was(tmp_path: Path) -> None:
    spool = tmp_path / "monitor"
    spool.mkdir()
    async with call_centre(tmp_path / "house", asterisk={"recordings": spool}) as centre:
        centre.pbx.pbx.tape.folder = spool
        centre.pbx.agent_logs_in("agent001", "support")
        await centre.agent_is("available")
        caller = centre.pbx.call_in("+254700123456", queue="support")
        await centre.pass_time(3)
        centre.pbx.agent_answers("agent001")
        call = await centre.only_call()
        await eventually(lambda: centre.live.calls[call.id].status is CallStatus.IN_PROGRESS)
        await centre.pass_time(10)
        caller.hangs_up()
        await eventually(lambda: call.id not in centre.live.calls)
        (left,) = spool.iterdir()
        with left.open("rb") as file:
            assert (look(file).closed, look(file).duration_s) == (True, 10.0)
        await centre.clock.advance(0.1)
        pickup = centre.services.recordings.pickup
        assert pickup is not None
        await eventually(lambda: centre.services.ledger.lag == 0)
        await pickup.sweep()
        await pickup.step()
        shown = await centre.get(f"/calls/{call.id}")
        path = urlsplit(shown["recording_url"]).path
        async with centre.http.get(path, headers=centre.key) as answer:
            assert abs(Heard(await answer.read()).seconds - 10) < 0.3
        assert list(spool.iterdir()) == []

"""A page answers by itself what it has asked for, and nothing else."""

from __future__ import annotations

from tests.asterisk.scenario import Behavior
from tests.browser.asterisk.seat import Seats

NUMBER = "+4930123456"
DIAL = """([agent, number]) => {
  const asked = fetch("/api/v1/calls/outbound", {
    method: "POST", headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ agent_id: agent, destination: number }),
  }).then(answer => answer.json()).then(answer => answer.call_id);
  window.phone.expect(asked);
  return asked;
}"""


async def test_a_call_that_the_page_asked_for_is_answered_by_itself(seats: Seats) -> None:
    await seats.desk.parties.outside(Behavior(audio=True))
    seat = await seats.at_work()
    call_id = await seat.page.evaluate(DIAL, [seat.agent, NUMBER])
    await seat.is_("talking")
    assert await seat.do("call.value.ours") is True
    assert await seat.do("call.value.call_id") == call_id
    await seats.desk.watcher.sees("call.connected", call={"id": call_id})
    await seat.do("hangup()")
    await seat.is_("idle")


async def test_a_call_that_somebody_else_asked_for_only_rings(seats: Seats) -> None:
    """It carries the same headers: but no microphone opens because others want it."""
    await seats.desk.parties.outside()
    seat = await seats.at_work()
    assert (await seats.desk.api.originate(seat.agent, NUMBER)).status == 202
    await seat.until("state.value === 'ringing' && window.phone.call.value.ours === false")
    await seats.desk.watcher.sees("agent.ringing", agent={"id": seat.agent})
    await seat.is_("idle", 30_000)  # nobody answered: it was given up

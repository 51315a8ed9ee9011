"""A person who was erased is not in memory either."""

from __future__ import annotations

from mhud.live import inputs
from tests.scenario import Pbx

HIS, ANOTHERS = "+254700123456", "+254711000000"


def gone_by(pbx: Pbx, number: str) -> str:
    """The id of a call from there that is over."""
    caller = pbx.caller(number)
    ident = caller.call.id
    caller.is_gone()
    return ident


def erased(pbx: Pbx, *call_ids: str) -> None:
    numbers = frozenset({HIS, "0700123456"})
    pbx.say(inputs.PersonErased(at=pbx.now, call_ids=frozenset(call_ids), numbers=numbers))


def test_an_ended_call_keeps_its_times_and_loses_his_number() -> None:
    pbx = Pbx()
    his, shared = gone_by(pbx, HIS), gone_by(pbx, ANOTHERS)
    before = pbx.live.call(his)
    erased(pbx, his, shared, "call-of-last-year")
    after, other = pbx.live.call(his), pbx.live.call(shared)

    assert before is not None
    assert after is not None
    assert other is not None
    assert before.caller_id == HIS
    assert (after.caller_id, after.destination) == (None, before.destination)
    assert (after.start_time, after.end_reason) == (before.start_time, before.end_reason)
    assert other.caller_id == ANOTHERS


def test_a_number_that_was_dialed_goes_too() -> None:
    pbx = Pbx()
    agent = pbx.agent("agent001")
    channel_id = pbx.originates(agent, HIS)
    leg = pbx.first_leg(agent, channel_id)
    ident = leg.call.id
    leg.is_gone()
    erased(pbx, ident)
    call = pbx.live.call(ident)

    assert call is not None
    assert call.destination is None
    assert call.variables == {}


def test_a_call_that_goes_on_is_not_touched() -> None:
    pbx = Pbx()
    caller = pbx.caller(HIS)
    erased(pbx, caller.call.id)

    assert caller.call.caller_id == HIS

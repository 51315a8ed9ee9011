"""Words that come late, twice, or of channels that nobody knows."""

from __future__ import annotations

from mhud.ami import messages as ami
from mhud.live.world import GONE_KEPT
from tests.legs import DOWN, Leg
from tests.scenario import Pbx, a_talk


def test_a_renamed_channel_is_found_under_its_new_endpoint() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    caller = pbx.caller()
    masquerade = Leg(pbx, "PJSIP/temporary", DOWN, of=caller).is_up()
    assert jane.status == "available"
    pbx.say(
        ami.Rename(at=pbx.now, uniqueid=masquerade.chan.uniqueid, name="PJSIP/agent001-00000099")
    )
    assert jane.status == "on-call"
    pbx.say(ami.Rename(at=pbx.now, uniqueid="nobody", name="PJSIP/agent001-000000aa"))
    pbx.say(ami.Rename(at=pbx.now, uniqueid=masquerade.chan.uniqueid, name="PJSIP/gone-00000099"))
    assert jane.status == "available"


def test_events_of_calls_that_nobody_knows_end_nothing() -> None:
    pbx = Pbx()
    chan = ami.Chan(uniqueid="9.9", linkedid="9.9", name="PJSIP/trunk-9", state=6)
    assert pbx.say(ami.Hangup(at=pbx.now, chan=chan, cause=16)) == []
    assert pbx.say(ami.FullyBooted(at=pbx.now, uptime_s=1)) == []


def test_a_hangup_of_a_leg_that_was_never_seen_leaves_its_call() -> None:
    pbx = Pbx()
    caller = pbx.caller()
    chan = ami.Chan(uniqueid="9.9", linkedid=caller.chan.linkedid, name="PJSIP/x-9", state=5)
    pbx.say(ami.Hangup(at=pbx.now, chan=chan, cause=16))
    assert len(pbx.live.channels_of(caller.call.id)) == 1


def test_a_late_word_of_a_channel_that_is_gone_does_not_bring_it_back() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    caller, leg = a_talk(pbx, jane)
    leg.is_gone()
    pbx.say(ami.BridgeLeave(at=pbx.now, chan=leg.chan, bridge_id="bridge"))
    pbx.say(ami.NewState(at=pbx.now, chan=leg.chan))
    pbx.say(jane.about(ami.AgentCalled, caller, leg))
    assert jane.status == "wrap-up"
    caller.is_gone()
    pbx.say(ami.BridgeLeave(at=pbx.now, chan=caller.chan, bridge_id="bridge"))
    pbx.say(ami.UserEvent(at=pbx.now, name="CallEnd", chan=caller.chan, fields={}))
    assert pbx.live.calls == {}
    assert pbx.names("call.").count("call.new") == 1


def test_a_channel_id_that_is_used_again_is_a_new_call() -> None:
    pbx = Pbx()
    first = Leg(pbx, "PJSIP/agent001", DOWN, uniqueid="s-1")
    first.is_gone()
    again = Leg(pbx, "PJSIP/agent001", DOWN, uniqueid="s-1")
    assert not again.call.is_over
    assert list(pbx.live.calls) == [again.call.id]
    assert pbx.names("call.") == ["call.new", "call.ended", "call.new"]


def test_time_never_runs_backward() -> None:
    pbx = Pbx()
    pbx.passes(60)
    late = pbx.now
    pbx.now -= type(late - late)(seconds=50)
    caller = pbx.caller().joins("support")
    assert pbx.live.now == late
    assert caller.call.start_time == late
    assert caller.call.visits[-1].joined_at == late
    pbx.now = late
    pbx.passes(5)
    assert "queue.sla_breach" not in pbx.names()


def test_only_the_last_thousand_ended_calls_are_remembered() -> None:
    pbx = Pbx()
    first = pbx.caller().is_gone()
    for _ in range(999):
        pbx.caller().is_gone()
    assert first.call.is_over
    pbx.caller().is_gone()
    assert pbx.live.call(f"call-{first.chan.uniqueid}") is None
    assert len(pbx.live.ended) == 1000


def test_the_names_of_channels_that_are_gone_are_bounded() -> None:
    pbx = Pbx()
    for _ in range(GONE_KEPT + 1):
        pbx.caller().is_gone()
    assert len(pbx.live.gone) == GONE_KEPT


def test_a_bridge_that_is_left_after_the_next_was_entered_is_not_the_next() -> None:
    pbx = Pbx()
    caller = pbx.caller().enters("a")
    pbx.say(ami.BridgeEnter(at=pbx.now, chan=caller.chan, bridge_id="b"))
    pbx.say(ami.BridgeLeave(at=pbx.now, chan=caller.chan, bridge_id="a"))
    assert pbx.live.channels[caller.chan.uniqueid].bridge_id == "b"


def test_a_leg_that_nobody_saw_begin_does_not_bring_a_call_back_that_is_over() -> None:
    """Asterisk lists what is there now; words of what went before may still be on their way."""
    pbx = Pbx()
    caller = pbx.caller().joins("support")
    with pbx.unheard():
        unseen = Leg(pbx, "PJSIP/agent001", DOWN, of=caller).is_up()
        unseen.is_gone()
        caller.is_gone()
    pbx.is_asked()
    assert pbx.names("call.")[-1] == "call.ended"
    pbx.say(ami.BridgeLeave(at=pbx.now, chan=caller.chan, bridge_id="bridge"))
    pbx.say(ami.BridgeLeave(at=pbx.now, chan=unseen.chan, bridge_id="bridge"))
    pbx.say(ami.Hangup(at=pbx.now, chan=unseen.chan, cause=16))
    assert pbx.live.calls == {}
    assert pbx.names("call.").count("call.new") == 1


def test_a_leg_that_begins_after_its_call_was_seen_to_be_over_does_not_bring_it_back() -> None:
    """It began before Asterisk was asked, and the word of it comes after the lists."""
    pbx = Pbx()
    caller = pbx.caller().joins("support")
    with pbx.unheard():
        caller.is_gone()
    pbx.is_asked()
    late = Leg(pbx, "PJSIP/agent001", DOWN, of=caller)
    late.rings()
    pbx.say(ami.Hangup(at=pbx.now, chan=late.chan, cause=16))
    assert pbx.live.calls == {}
    assert pbx.names("call.").count("call.new") == 1

"""What survives a restart of the daemon."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from mhud.ami import messages as ami
from mhud.live import events, inputs
from mhud.live.model import AgentDay, AgentProfile, Call, EndReason
from mhud.live.state import LiveState
from tests.fake_clock import START
from tests.legs import DOWN, Leg
from tests.scenario import Pbx, a_talk, written_down


def a_busy_moment() -> tuple[Pbx, Leg, Leg]:
    """One gave up, one talks since 20 s, one waits since 30 s."""
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    pbx.caller().joins("support").gives_up()
    waiting = pbx.caller("+254722")
    talking = pbx.caller("+254711").joins("support")
    waiting.joins("support")
    pbx.passes(10)
    jane.takes(talking)
    pbx.passes(20)
    return pbx, talking, waiting


def test_calls_survive_a_restart_of_the_daemon_under_their_ids() -> None:
    pbx, talking, waiting = a_busy_moment()
    before = talking.call
    told = pbx.daemon_restarts(written_down(pbx))
    assert [event.type for event in told] == ["pbx.connected"], "all is as it was told before"
    assert talking.call == replace(before, gap=True)
    assert waiting.call.status == "queued"
    assert waiting.call.visits[-1].joined_at == pbx.now - timedelta(seconds=30)
    waiting.gives_up()
    assert waiting.call.end_reason is EndReason.ABANDONED


def test_a_breach_that_was_told_before_a_restart_is_not_told_again() -> None:
    pbx, _, _ = a_busy_moment()
    assert pbx.names().count("queue.sla_breach") == 1
    pbx.daemon_restarts(written_down(pbx))
    pbx.passes(5)
    assert pbx.names().count("queue.sla_breach") == 1


def test_todays_figures_survive_a_restart_of_the_daemon() -> None:
    pbx, _, _ = a_busy_moment()
    before = pbx.figures("support")
    pbx.daemon_restarts(written_down(pbx))
    assert pbx.figures("support") == before
    assert (before.handled_today, before.abandoned_today) == (1, 1)


def test_figures_of_yesterday_do_not_survive() -> None:
    pbx, _, _ = a_busy_moment()
    restored = written_down(pbx)
    pbx.now += timedelta(days=1)
    pbx.daemon_restarts(replace(restored, at=pbx.now))
    assert pbx.figures("support").handled_today == 0


def test_what_was_restored_is_counted_for_the_last_half_hour_in_its_order() -> None:
    pbx = Pbx()
    early = pbx.caller().joins("support").gives_up().call
    pbx.passes(20 * 60, step=60)
    late = pbx.caller().joins("support").gives_up().call
    restored = inputs.Restored(at=pbx.now, ended_today=(late, early))
    pbx.daemon_restarts(restored)
    pbx.passes(15 * 60, step=60)
    assert [at for at, *_ in pbx.live.days["support"].recent] == [late.visits[-1].left_at]


def test_an_agents_since_and_day_survive_if_he_is_as_he_was() -> None:
    pbx, _, _ = a_busy_moment()
    (jane,) = pbx.phones
    before = jane.agent
    pbx.daemon_restarts(written_down(pbx))
    assert (jane.agent.since, jane.agent.day) == (before.since, before.day)


def test_an_agents_since_is_now_if_he_changed_meanwhile() -> None:
    pbx, talking, _ = a_busy_moment()
    (jane,) = pbx.phones
    restored = written_down(pbx)
    talking.hangs_up()
    for leg in tuple(pbx.legs.values()):
        if leg.chan.name.startswith(jane.interface):
            leg.is_gone()
    pbx.passes(60)
    day = restored.agents[0].figures
    pbx.daemon_restarts(restored)
    assert (jane.status, jane.agent.since, jane.agent.day) == ("available", pbx.now, day)


def test_an_agent_who_stays_away_over_midnight_has_no_figures_of_yesterday() -> None:
    pbx = Pbx(at=START.replace(hour=23, minute=59))
    then = inputs.AgentThen(
        agent_id="agent001", status="available", since=pbx.now, figures=AgentDay(calls=7)
    )
    pbx.daemon_restarts(inputs.Restored(at=pbx.now, agents=(then,)))
    pbx.passes(120)
    jane = pbx.agent("agent001", "support")
    assert (jane.agent.day, jane.agent.since) == (AgentDay(), pbx.now)


def test_an_agent_who_comes_back_later_is_available_since_he_came() -> None:
    pbx = Pbx()
    then = inputs.AgentThen(
        agent_id="agent001", status="available", since=pbx.now, figures=AgentDay(calls=7)
    )
    pbx.daemon_restarts(inputs.Restored(at=pbx.now, agents=(then,)))
    pbx.passes(3600, step=600)
    jane = pbx.agent("agent001", "support")
    assert (jane.agent.day.calls, jane.agent.since) == (7, pbx.now)


def test_calls_that_ended_while_the_daemon_was_away_end_with_the_lost_link() -> None:
    pbx, talking, waiting = a_busy_moment()
    restored = written_down(pbx)
    pbx.heard = False
    waiting.gives_up()
    pbx.heard = True
    told = pbx.daemon_restarts(restored)
    assert [e.call.id for e in told if isinstance(e, events.CallEnded)] == [waiting.call.id]
    assert waiting.call.end_reason is EndReason.LOST_LINK
    assert not talking.call.is_over


def test_an_ended_call_is_found_after_a_restart() -> None:
    pbx, _, _ = a_busy_moment()
    (gone,) = pbx.live.ended.values()
    pbx.daemon_restarts(written_down(pbx))
    assert pbx.live.call(gone.id) == gone


def test_an_outbound_talk_survives_and_ends_completed() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    leg = pbx.first_leg(jane, pbx.originates(jane, "5550001")).is_up()
    there = pbx.dialed(leg).is_up()
    leg.talks_with(there)
    pbx.daemon_restarts(written_down(pbx))
    assert leg.call.status == "in-progress"
    there.hangs_up()
    leg.is_gone()
    assert leg.call.end_reason is EndReason.COMPLETED
    assert len(leg.call.talks) == 1
    assert jane.status == "wrap-up"


def test_a_talk_without_an_agent_survives_as_the_same_talk() -> None:
    pbx = Pbx()
    caller = pbx.caller()
    there = pbx.dialed(caller, name="PJSIP/office").is_up()
    caller.talks_with(there)
    told = pbx.daemon_restarts(written_down(pbx))
    assert [event.type for event in told] == ["pbx.connected"]
    assert len(caller.call.talks) == 1


def test_an_originate_that_rang_when_the_daemon_stopped_is_found_again() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    leg = pbx.first_leg(jane, pbx.originates(jane, "5550001")).rings()
    pbx.daemon_restarts(written_down(pbx))
    assert leg.call.status == "initiating"
    leg.is_gone(19)
    assert leg.call.end_reason is EndReason.AGENT_DID_NOT_ANSWER


def test_a_call_that_was_reopened_under_two_names_is_found_under_the_second() -> None:
    pbx = Pbx()
    caller = pbx.caller()
    second = Leg(pbx, "PJSIP/trunk", DOWN, of=caller)
    call: Call = replace(caller.call, linkedids=("older", caller.chan.uniqueid), id="call-older")
    pbx.live = LiveState(pbx.timezone)
    pbx.say(inputs.Restored(at=pbx.now, open_calls=(call,)))
    pbx.is_asked()
    assert list(pbx.live.calls) == ["call-older"]
    assert len(pbx.live.channels_of("call-older")) == 2
    second.is_gone()


def test_an_agent_who_was_away_before_a_restart_is_away_since_then() -> None:
    pbx = Pbx()
    profiles = [
        AgentProfile(id=name, name=name, interface=f"PJSIP/{name}") for name in ("jane", "joe")
    ]
    since = pbx.now - timedelta(hours=3)
    then = [
        inputs.AgentThen(agent_id=name, status=status, since=since, figures=AgentDay(calls=7))
        for name, status in (("jane", "offline"), ("joe", "available"), ("gone", "offline"))
    ]
    pbx.live = LiveState(pbx.timezone)
    pbx.roster(*profiles)
    pbx.say(inputs.Restored(at=pbx.now, agents=tuple(then)))
    told = pbx.is_asked()
    jane, joe = pbx.live.agents["jane"], pbx.live.agents["joe"]
    assert (jane.since, jane.day.calls) == (since, 7)
    assert (joe.since, joe.day.calls) == (pbx.now, 7)
    types = [event.type for event in told]
    assert types == ["agent.status_changed", "agent.logged_out", "pbx.connected"], "joe is gone"


def test_who_is_as_he_was_before_a_restart_is_not_told_again() -> None:
    pbx, _, _ = a_busy_moment()
    (jane,) = pbx.phones
    told = pbx.daemon_restarts(written_down(pbx))
    assert [event.type for event in told if event.type.startswith("agent.")] == []
    assert jane.status == "on-call"


def test_nobody_is_told_as_gone_before_asterisk_has_been_asked() -> None:
    pbx, _, _ = a_busy_moment()
    restored = written_down(pbx)
    pbx.live = LiveState(pbx.timezone)
    pbx.told.clear()
    pbx.say(restored)
    pbx.roster(AgentProfile(id="agent001", name="Jane", interface="PJSIP/agent001"))
    pbx.passes(3)
    assert pbx.told == []


def test_a_hold_survives_a_restart_of_the_daemon() -> None:
    """Asterisk lists no holds: it goes on until somebody is heard to end it."""
    pbx, talking, _ = a_busy_moment()
    talking.holds()
    pbx.passes(5)
    assert [event.type for event in pbx.daemon_restarts(written_down(pbx))] == ["pbx.connected"]
    assert talking.call.status == "on-hold"
    pbx.passes(5)
    talking.resumes()
    assert (talking.call.status, talking.call.hold_s) == ("in-progress", 10.0)


def test_a_hold_before_a_restart_ends_with_its_talk() -> None:
    pbx = Pbx()
    jane, joe = pbx.agent("agent001", "support"), pbx.agent("agent002", "crisis")
    caller, leg = a_talk(pbx, jane)
    leg.holds()
    pbx.daemon_restarts(written_down(pbx))
    leg.is_gone()
    joe.takes(caller.joins("crisis"))
    assert caller.call.status == "in-progress"


def test_a_call_that_is_tagged_before_asterisk_was_asked_goes_on() -> None:
    pbx, talking, _ = a_busy_moment()
    told = len(pbx.told)
    restored = written_down(pbx)
    pbx.live = LiveState(pbx.timezone)
    pbx.say(restored)
    pbx.say(inputs.TagsSet(at=pbx.now, call_id=talking.call.id, tags=("urgent",)))
    pbx.passes(10)
    pbx.is_asked()
    assert {event.type for event in pbx.told[told:]}.isdisjoint({"call.new", "call.ended"})
    assert (talking.call.status, talking.call.tags) == ("in-progress", ("urgent",))


def test_a_call_that_is_tagged_before_asterisk_was_asked_may_have_ended_unseen() -> None:
    pbx = Pbx()
    talking, talking_to = a_talk(pbx, pbx.agent("agent001", "support"))
    restored, call = written_down(pbx), talking.call
    pbx.live = LiveState(pbx.timezone)
    pbx.say(restored)
    pbx.say(inputs.TagsSet(at=pbx.now, call_id=call.id, tags=("urgent",)))
    with pbx.unheard():
        for leg in (talking, talking_to):
            leg.is_gone()
    pbx.is_asked()
    assert pbx.live.ended[call.id].end_reason is EndReason.LOST_LINK


def test_a_call_that_ended_while_the_daemon_was_away_is_not_begun_again_by_late_words() -> None:
    """Asterisk says what went before its lists after them, of channels that nobody saw since."""
    pbx = Pbx()
    talking, talking_to = a_talk(pbx, pbx.agent("agent001", "support"))
    restored, told = written_down(pbx), len(pbx.told)
    with pbx.unheard():
        for leg in (talking, talking_to):
            leg.is_gone()
    pbx.daemon_restarts(restored)
    pbx.say(ami.HangupRequest(at=pbx.now, chan=talking.chan))
    pbx.say(ami.BridgeLeave(at=pbx.now, chan=talking_to.chan, bridge_id="bridge"))
    pbx.say(
        ami.BlindTransfer(
            at=pbx.now,
            success=True,
            transferer=talking_to.chan,
            transferee=talking.chan,
            exten="crisis",
        )
    )
    for leg in (talking_to, talking):
        pbx.say(ami.Hangup(at=pbx.now, chan=leg.chan, cause=16))
    since = [event.type for event in pbx.told[told:] if event.type.startswith("call.")]
    assert since == ["call.ended"]
    assert pbx.live.calls == {}

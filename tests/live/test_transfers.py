"""Transfers that Asterisk tells of, and those that it does without a word."""

from __future__ import annotations

from dataclasses import replace

from mhud.ami import messages as ami
from mhud.live.model import AgentProfile, EndReason
from tests.legs import DOWN, Leg
from tests.scenario import Pbx, a_question_to_a_queue, a_talk, connected_to, transfers


def test_a_blind_transfer_to_a_queue_names_it() -> None:
    pbx = Pbx()
    pbx.queue("crisis", extension="2001")
    jane, joe = pbx.agent("agent001", "support"), pbx.agent("agent002", "crisis")
    caller, leg = a_talk(pbx, jane)
    pbx.say(blind(pbx, leg, caller, "2001"))
    leg.is_gone()
    caller.leaves_bridge().joins("crisis")
    joe.takes(caller)
    assert transfers(pbx) == [("blind", "agent001", "crisis")]
    assert connected_to(pbx) == ["agent001", "agent002"]
    assert caller.call.transfers == 1
    assert pbx.names("call.")[2:] == [
        "call.connected",
        "call.transferred",
        "call.queued",
        "call.connected",
    ]


def blind(pbx: Pbx, leg: Leg, caller: Leg | None, exten: str, success: bool = True) -> ami.Event:
    return ami.BlindTransfer(
        at=pbx.now,
        success=success,
        transferer=leg.chan,
        transferee=caller.chan if caller else None,
        exten=exten,
    )


def test_a_blind_transfer_to_an_agent_names_him_and_to_a_number_that() -> None:
    pbx = Pbx()
    pbx.roster(AgentProfile(id="joe", name="Joe", interface="PJSIP/p2", extension="1002"))
    caller, leg = a_talk(pbx, pbx.agent("agent001", "support"))
    pbx.say(blind(pbx, leg, None, "1002"))
    leg.is_gone()
    assert transfers(pbx) == [("blind", "agent001", "joe")]
    assert caller.call.status == "ivr"


def test_a_transfer_that_failed_is_none() -> None:
    pbx = Pbx()
    caller, leg = a_talk(pbx, pbx.agent("agent001", "support"))
    pbx.say(blind(pbx, leg, caller, "1", success=False))
    pbx.say(attended(pbx, leg, leg, caller, success=False))
    assert transfers(pbx) == []


def attended(
    pbx: Pbx,
    first: Leg,
    second: Leg,
    transferee: Leg | None,
    target: Leg | None = None,
    success: bool = True,
    takes_its_place: bool = False,
) -> ami.Event:
    return ami.AttendedTransfer(
        at=pbx.now,
        success=success,
        first_leg=first.chan,
        second_leg=second.chan,
        transferee=transferee.chan if transferee else None,
        target=target.chan if target else None,
        takes_its_place=takes_its_place,
    )


def test_a_redirect_into_a_queue_after_a_talk_is_a_blind_transfer() -> None:
    pbx = Pbx()
    caller, leg = a_talk(pbx, pbx.agent("agent001", "support"))
    caller.leaves_bridge()
    leg.is_gone()
    caller.joins("crisis")
    assert transfers(pbx) == [("blind", "agent001", "crisis")]
    assert caller.call.agent_id is None
    caller.gives_up()
    assert caller.call.end_reason is EndReason.ABANDONED


def test_a_redirect_before_any_talk_is_no_transfer() -> None:
    pbx = Pbx()
    caller = pbx.caller().joins("support")
    caller.is_dropped_by_queue().joins("crisis")
    assert transfers(pbx) == []


def a_consultation(pbx: Pbx) -> tuple[Leg, Leg, Leg, Leg]:
    """agent001 talks to a caller, and in a call of its own to agent002."""
    jane, joe = pbx.agent("agent001", "support"), pbx.agent("agent002", "support")
    caller, leg = a_talk(pbx, jane)
    leg.holds()
    pbx.passes(1)
    second = jane.dials("77")
    other = joe.is_dialed_by(second).is_up()
    second.is_up().talks_with(other)
    return caller, leg, second, other


def test_an_attended_transfer_merges_the_younger_call_into_the_older() -> None:
    pbx = Pbx()
    caller, leg, second, other = a_consultation(pbx)
    assert caller.call.id != second.call.id
    other.leaves_bridge()
    other.belongs_to(caller).enters(caller.bridge or "")
    leg.leaves_bridge()
    second.leaves_bridge()
    pbx.say(attended(pbx, leg, second, caller, other))
    leg.is_gone()
    second.is_gone()
    assert second.call.end_reason is EndReason.MERGED
    assert second.call.merged_into == caller.call.id
    assert transfers(pbx) == [("attended", "agent001", "agent002")]
    assert connected_to(pbx) == ["agent001", "agent002", "agent002"]
    assert caller.call.agent_id == "agent002"
    caller.hangs_up()
    other.is_gone()
    assert caller.call.end_reason is EndReason.COMPLETED
    assert pbx.names("call.").count("call.ended") == 2


def test_asterisks_word_of_an_attended_transfer_is_believed_when_it_comes_first() -> None:
    pbx = Pbx()
    caller, leg, second, other = a_consultation(pbx)
    pbx.say(attended(pbx, leg, second, caller, other))
    other.leaves_bridge()
    other.belongs_to(caller).enters(caller.bridge or "")
    assert transfers(pbx) == [("attended", "agent001", "agent002")]


def test_an_attended_transfer_to_no_single_channel_names_the_extension() -> None:
    pbx = Pbx()
    caller, leg, second, _ = a_consultation(pbx)
    pbx.say(attended(pbx, leg, second, None))
    assert transfers(pbx) == [("attended", "agent001", "77")]
    assert caller.call.transfers == 1


def test_an_attended_transfer_of_channels_that_are_gone_is_only_history() -> None:
    pbx = Pbx()
    _, leg, second, other = a_consultation(pbx)
    for gone in (leg, second, other):
        gone.is_gone()
    count = len(pbx.live.channels)
    pbx.say(attended(pbx, leg, second, None, other))
    assert len(pbx.live.channels) == count
    assert transfers(pbx) == []


def test_a_blind_transfer_that_is_told_twice_is_one() -> None:
    pbx = Pbx()
    caller, leg = a_talk(pbx, pbx.agent("agent001", "support"))
    for _ in range(2):
        pbx.say(blind(pbx, leg, caller, "77"))
    assert len(transfers(pbx)) == 1
    assert caller.call.transfers == 1


def test_a_transfer_that_asterisk_tells_of_after_other_news_is_told_once() -> None:
    pbx = Pbx()
    caller, leg, second, other = a_consultation(pbx)
    other.leaves_bridge()
    other.belongs_to(caller).enters(caller.bridge or "")
    leg.leaves_bridge()
    caller.has(ivr_path="main")
    pbx.say(attended(pbx, leg, second, caller, other))
    assert transfers(pbx) == [("attended", "agent001", "agent002")]
    assert caller.call.transfers == 1


def test_a_second_attended_transfer_is_told_too() -> None:
    pbx = Pbx()
    caller, leg, second, other = a_consultation(pbx)
    other.leaves_bridge()
    other.belongs_to(caller).enters(caller.bridge or "")
    leg.is_gone()
    second.is_gone()
    pbx.passes(5)
    pbx.say(attended(pbx, other, other, caller, None))
    assert [how for how, _, _ in transfers(pbx)] == ["attended", "attended"]


def test_the_outside_target_of_a_transfer_is_not_the_caller_on_the_same_trunk() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    caller, leg = a_talk(pbx, jane)
    pbx.passes(1)
    second = jane.dials("5551234")
    party = Leg(pbx, caller.chan.name.rpartition("-")[0], DOWN, of=second)
    party.chan = replace(party.chan, caller_number="5551234")
    second.is_up().talks_with(party.rings().is_up())
    party.leaves_bridge()
    party.belongs_to(caller).enters(caller.bridge or "")
    leg.leaves_bridge()
    assert transfers(pbx) == [("attended", "agent001", "5551234")]


def test_an_agent_who_asks_a_queue_keeps_his_caller_on_hold() -> None:
    pbx = Pbx()
    joe = pbx.agent("agent002", "support")
    caller, leg, one, two = a_question_to_a_queue(pbx)
    assert len(pbx.line("support").waiting) == 1
    assert (caller.call.status, caller.call.agent_id) == ("on-hold", "agent001")
    assert transfers(pbx) == []
    one.is_up()
    other = joe.takes(two.is_up())
    assert (caller.call.status, caller.call.agent_id) == ("on-hold", "agent001")
    assert joe.status == "on-call"
    leg.leaves_bridge()
    one.leaves_bridge()
    one.enters(caller.bridge or "")
    assert (caller.call.status, caller.call.agent_id) == ("in-progress", "agent002")
    pbx.say(attended(pbx, leg, leg, caller, other))
    assert transfers(pbx) == [("attended", "agent001", "agent002")]


def test_an_agent_who_comes_back_from_asking_a_queue_abandoned_nobody() -> None:
    pbx = Pbx()
    caller, leg, one, two = a_question_to_a_queue(pbx)
    two.gives_up()
    one.is_gone()
    leg.leaves_bridge()
    leg.enters(caller.bridge or "")
    leg.resumes()
    assert caller.call.status == "in-progress"
    caller.hangs_up()
    leg.is_gone()
    assert caller.call.end_reason is EndReason.COMPLETED
    assert pbx.figures("support").abandoned_today == 0


def test_who_is_left_to_a_queue_that_was_asked_waits_there() -> None:
    pbx = Pbx()
    joe = pbx.agent("agent002", "support")
    caller, leg, one, two = a_question_to_a_queue(pbx)
    leg.leaves_bridge()
    one.leaves_bridge()
    one.enters(caller.bridge or "")
    leg.is_gone()
    assert (caller.call.status, caller.call.queue_id) == ("queued", "support")
    joe.takes(two)
    assert (caller.call.status, caller.call.agent_id) == ("in-progress", "agent002")


def put_in_the_place_of_who_waits(pbx: Pbx) -> tuple[Leg, Leg]:
    """agent001 waits in a queue by a second call of his phone, and joins his caller to it."""
    caller, leg = a_talk(pbx, pbx.agent("agent001", "support"))
    leg.holds()
    pbx.passes(3)
    second = pbx.phones[0].dials("2001").is_up().joins("crisis")
    pbx.passes(2)
    leg.resumes()
    pbx.say(attended(pbx, leg, second, caller, takes_its_place=True))
    leg.leaves_bridge()
    leg.is_gone()
    caller.leaves_bridge()
    pbx.lines["crisis"] = [caller]
    caller.queue, caller.joined = "crisis", second.joined
    second.is_gone()
    return caller, second


def test_a_caller_who_takes_an_agents_place_in_a_queue_waits_there() -> None:
    pbx = Pbx()
    caller, second = put_in_the_place_of_who_waits(pbx)
    assert (caller.call.status, caller.call.queue_id) == ("queued", "crisis")
    assert [entry.call_id for entry in pbx.line("crisis").waiting] == [caller.call.id]
    assert (second.call.end_reason, second.call.merged_into) == ("merged", caller.call.id)
    assert transfers(pbx) == [("attended", "agent001", "2001")]
    assert pbx.figures("crisis").abandoned_today == 0
    pbx.agent("agent002", "crisis").takes(caller)
    assert connected_to(pbx) == ["agent001", "agent002"]
    assert pbx.figures("crisis").average_wait_time == 2


def test_a_caller_who_gives_up_in_an_agents_place_has_abandoned() -> None:
    pbx = Pbx()
    caller, _ = put_in_the_place_of_who_waits(pbx)
    caller.gives_up()
    assert caller.call.end_reason is EndReason.ABANDONED
    assert pbx.figures("crisis").abandoned_today == 1
    assert pbx.names("call.").count("call.queued") == 3


def test_what_a_snapshot_says_of_a_place_that_was_given_away_is_known_already() -> None:
    pbx = Pbx()
    put_in_the_place_of_who_waits(pbx)
    assert pbx.is_asked() == []


def test_a_place_may_be_given_away_within_one_call() -> None:
    pbx = Pbx()
    caller, leg = a_talk(pbx, pbx.agent("agent001", "support"))
    second = Leg(pbx, "PJSIP/agent001", DOWN, of=caller).is_up().joins("crisis")
    pbx.say(attended(pbx, leg, second, caller, takes_its_place=True))
    leg.is_gone()
    caller.leaves_bridge()
    second.is_gone()
    assert (caller.call.status, caller.call.queue_id) == ("queued", "crisis")
    assert len(pbx.line("crisis").waiting) == 1


def test_nobody_takes_the_place_of_who_waits_when_the_heir_is_gone() -> None:
    pbx = Pbx()
    caller, leg = a_talk(pbx, pbx.agent("agent001", "support"))
    second = pbx.phones[0].dials("2001").is_up().joins("crisis")
    caller.is_gone()
    pbx.say(attended(pbx, leg, second, caller, takes_its_place=True))
    assert [entry.call_id for entry in pbx.line("crisis").waiting] == [second.call.id]
    second.gives_up()
    assert pbx.line("crisis").waiting == ()


def test_a_colleague_who_is_sent_on_to_a_queue_talks_with_who_takes_him_there() -> None:
    pbx = Pbx()
    jane, joe, jim = (pbx.agent(name, "support") for name in ("agent001", "agent002", "agent003"))
    pbx.roster(AgentProfile(id="agent002", name="Joe", interface=joe.interface, extension="1002"))
    first = pbx.first_leg(jane, pbx.originates(jane, "1002")).is_up()
    second = joe.is_dialed_by(first).is_up().talks_with(first)
    pbx.passes(2)
    second.leaves_bridge()
    pbx.say(blind(pbx, first, second, "support"))
    first.is_gone()
    second.joins("support")
    pbx.passes(3)
    third = jim.takes(second)
    assert connected_to(pbx) == ["agent002", "agent003"]
    assert (first.call.status, first.call.agent_id) == ("in-progress", "agent003")
    pbx.passes(4)
    second.hangs_up()
    third.is_gone()
    assert first.call.end_reason is EndReason.COMPLETED
    seconds = [(talk.ended_at or pbx.now) - talk.began_at for talk in first.call.talks]
    assert [each.total_seconds() for each in seconds] == [2, 4]


def test_a_colleague_who_is_sent_on_to_another_talks_with_him() -> None:
    pbx = Pbx()
    jane, joe, jim = (pbx.agent(name, "support") for name in ("agent001", "agent002", "agent003"))
    pbx.roster(AgentProfile(id="agent002", name="Joe", interface=joe.interface, extension="1002"))
    first = jane.dials("1002").is_up()
    second = joe.is_dialed_by(first).is_up().talks_with(first)
    second.leaves_bridge()
    pbx.say(blind(pbx, first, second, "1003"))
    first.is_gone()
    jim.is_dialed_by(second).is_up().talks_with(second)
    assert connected_to(pbx) == ["agent002", "agent003"]
    assert [how for how, _, _ in transfers(pbx)] == ["blind"]


def test_a_talk_ends_with_a_blind_transfer_though_the_phone_does_not_hang_up() -> None:
    pbx = Pbx()
    caller, leg = a_talk(pbx, pbx.agent("agent001", "support"))
    pbx.passes(5)
    pbx.say(blind(pbx, leg, caller, "+254711"))
    leg.leaves_bridge()
    caller.leaves_bridge()
    ended = pbx.now
    party = pbx.dialed(caller)
    pbx.passes(20)
    party.is_up().talks_with(caller)
    assert caller.call.talks[0].ended_at == ended
    assert transfers(pbx) == [("blind", "agent001", "+254711")]
    leg.is_gone()
    assert caller.call.status == "in-progress"


def test_a_colleague_who_sends_the_question_on_takes_no_caller_from_who_asks() -> None:
    pbx = Pbx()
    joe = pbx.agent("agent002", "support")
    caller, _, _, two = a_question_to_a_queue(pbx)
    asked = joe.takes(two.is_up())
    assert caller.call.consultation == "talking"
    two.leaves_bridge()
    pbx.say(blind(pbx, asked, two, "1007"))
    asked.is_gone()
    pbx.passes(5)
    assert transfers(pbx) == []
    assert (caller.call.status, caller.call.agent_id) == ("on-hold", "agent001")
    assert caller.call.talks[-1].ended_at is None

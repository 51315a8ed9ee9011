"""Agents who ask for help: who is told, who comes, what ends it, and what a restart keeps."""

from __future__ import annotations

from mhud.live import events, inputs
from mhud.live.model import AgentProfile, Help
from mhud.live.state import LiveState
from tests.legs import Phone
from tests.scenario import Pbx, a_talk, written_down


def asks(pbx: Pbx, agent: Phone) -> None:
    pbx.say(inputs.HelpAsked(at=pbx.now, agent_id=agent.id))


def comes(pbx: Pbx, agent: Phone, user_id: int = 7, name: str = "Amina") -> None:
    pbx.say(inputs.HelpAnswered(at=pbx.now, agent_id=agent.id, user_id=user_id, name=name))


def is_over(pbx: Pbx, agent: Phone) -> None:
    pbx.say(inputs.HelpEnded(at=pbx.now, agent_id=agent.id))


def told(pbx: Pbx) -> list[str]:
    return pbx.names("agent.help")


def test_an_agent_asks_in_his_call_somebody_comes_and_it_is_over() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    caller, _ = a_talk(pbx, jane)
    asks(pbx, jane)
    asked = Help(asked_at=pbx.now, call_id=caller.call.id)
    assert jane.agent.help == asked
    (event,) = pbx.all_told(events.AgentHelpRequested)
    assert event.agent.help == asked
    began = pbx.now
    pbx.passes(5)
    comes(pbx, jane)
    assert jane.agent.help == Help(
        asked_at=began,
        call_id=caller.call.id,
        answered_at=pbx.now,
        answered_by=7,
        answered_by_name="Amina",
    )
    is_over(pbx, jane)
    assert jane.agent.help is None
    assert told(pbx) == ["agent.help_requested", "agent.help_answered", "agent.help_ended"]


def test_without_a_call_one_may_ask_too_and_what_happens_then_changes_nothing() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    asks(pbx, jane)
    asked = jane.agent.help
    assert asked == Help(asked_at=pbx.now)
    caller, leg = a_talk(pbx, jane)
    leg.hangs_up()
    caller.is_gone()
    pbx.passes(30)
    assert (jane.status, jane.agent.help) == ("available", asked)
    assert told(pbx) == ["agent.help_requested"]


def test_who_asks_twice_has_asked_once_and_the_first_who_answers_comes() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    comes(pbx, jane)
    is_over(pbx, jane)
    assert jane.agent.help is None
    asks(pbx, jane)
    pbx.passes(3)
    asks(pbx, jane)
    comes(pbx, jane, 7, "Amina")
    comes(pbx, jane, 8, "Otieno")
    assert jane.agent.help is not None
    assert jane.agent.help.answered_by == 7
    assert told(pbx) == ["agent.help_requested", "agent.help_answered"]


def test_who_goes_offline_asks_no_more() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    asks(pbx, jane)
    jane.stops_serving("support")
    assert (jane.status, jane.agent.help) == ("offline", None)
    assert pbx.names("agent.")[-3:] == [
        "agent.status_changed",
        "agent.help_ended",
        "agent.logged_out",
    ]


def test_who_is_offline_may_ask_and_nobody_is_nobody() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    jane.stops_serving("support")
    asks(pbx, jane)
    assert jane.agent.help is not None
    pbx.say(inputs.HelpAsked(at=pbx.now, agent_id="agent777"))
    pbx.say(inputs.HelpAnswered(at=pbx.now, agent_id="agent777", user_id=7, name="Amina"))
    pbx.say(inputs.HelpEnded(at=pbx.now, agent_id="agent777"))
    assert told(pbx) == ["agent.help_requested"]


def test_a_restart_forgets_no_cry_for_help() -> None:
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    asks(pbx, jane)
    asked = jane.agent.help
    pbx.daemon_restarts(written_down(pbx))
    assert jane.agent.help == asked
    assert told(pbx) == ["agent.help_requested"]


def test_before_asterisk_has_been_asked_help_is_told_at_once() -> None:
    """The daemon starts while Asterisk is away: people are there all the same."""
    pbx = Pbx()
    jane = pbx.agent("agent001", "support")
    asks(pbx, jane)
    live = LiveState()
    live.apply(written_down(pbx))
    profile = AgentProfile(id=jane.id, name="Jane", interface="PJSIP/agent001")
    live.apply(inputs.AgentsConfigured(at=pbx.now, profiles=(profile,)))
    assert live.agents[jane.id].help == Help(asked_at=pbx.now)
    (ended,) = live.apply(inputs.HelpEnded(at=pbx.now, agent_id=jane.id))
    assert ended.type == "agent.help_ended"
    assert live.agents[jane.id].status == "available"

"""What mhud itself tells the state, in the same inbox as Asterisk's events: time and own acts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from mhud.ami.messages import CallerNow, Event, MemberState, QueueNow, message
from mhud.live.model import AgentDay, AgentProfile, Call, EndReason, Help, QueueProfile

NO_FIGURES = AgentDay()


@message
class Tick(Event):
    """Time passed. Once a second."""


@message
class OriginateRequested(Event):
    """An outbound call was accepted; the action's ChannelId and ActionID are `channel_id`."""

    channel_id: str
    agent_id: str
    destination: str
    caller_id: str | None
    deadline_s: int
    variables: Mapping[str, str] = field(default_factory=dict)


@message
class OriginateSent(Event):
    """Asterisk hears of it from now on, whatever becomes of the link."""

    channel_id: str


@message
class OriginateRefused(Event):
    """Asterisk did not take the originate, or it waited too long to be sent."""

    channel_id: str
    reason: EndReason


@message
class AgentsConfigured(Event):
    """The whole roster as the store has it; replaces the one before."""

    profiles: tuple[AgentProfile, ...]


@message
class QueuesConfigured(Event):
    """What mhud itself knows of the queues. `changed` names those to announce as changed.

    `seen` is what Asterisk just said of some: it sends no event when queues.conf is read again.
    """

    profiles: tuple[QueueProfile, ...]
    changed: tuple[str, ...] = ()
    seen: tuple[QueueNow, ...] = ()


@message
class QueuesSeen(Event):
    """All queues and members as Asterisk has them: it reads queues.conf again without a word.

    `as_of`: the state's `member_changes` when Asterisk was asked. Events may overtake its answer,
    and then they know better who serves.
    """

    queues: tuple[QueueNow, ...]
    members: tuple[MemberState, ...]
    as_of: int


@message
class AgentThen:
    """How an agent was when the daemon last wrote him down; `figures` only if that was today."""

    agent_id: str
    status: str
    since: datetime
    figures: AgentDay = NO_FIGURES
    help: Help | None = None


@message
class Restored(Event):
    """Calls that were open, and what today brought, when the daemon last stopped."""

    open_calls: tuple[Call, ...] = ()
    ended_today: tuple[Call, ...] = ()
    agents: tuple[AgentThen, ...] = ()


@message
class TagsSet(Event):
    """Somebody chose a call's tags. `stored`: the call, where the state may have forgotten it."""

    call_id: str
    tags: tuple[str, ...]
    stored: Call | None = field(default=None, repr=False)


@message
class WrapUpExtended(Event):
    """The agent's wrap-up now ends `seconds` after `at`; 0 ends it."""

    agent_id: str
    seconds: int


@message
class WrapUpProlonged(Event):
    """The agent gets `seconds` more to write up, but no more than `limit_s` from now."""

    agent_id: str
    seconds: int
    limit_s: int


@message
class HelpAsked(Event):
    """The agent wants somebody to come."""

    agent_id: str


@message
class HelpAnswered(Event):
    """This user comes."""

    agent_id: str
    user_id: int
    name: str = field(repr=False)


@message
class HelpEnded(Event):
    """The agent wants it no more, or has had it."""

    agent_id: str


@message
class PhoneChanges(Event):
    """The agent's page was loaded again in this call, which comes to his new phone; None: done."""

    agent_id: str
    call_id: str | None


@message
class CallersSeen(Event):
    """The order of a queue's callers: Asterisk changes it without a word."""

    queue: str
    callers: tuple[CallerNow, ...]


@message
class MonitorRequested(Event):
    """A supervisor's phone is about to be called, to listen to `call_id`."""

    channel_id: str
    agent_id: str
    call_id: str
    mode: str
    deadline_s: int


@message
class CallFound(Event):
    """A call that is over, as Asterisk's books tell it. `before`: what mhud had seen of it."""

    call: Call
    before: Call | None = None


@message
class PersonErased(Event):
    """The store knows no more who was in these ended calls; nor shall memory."""

    call_ids: frozenset[str]
    numbers: frozenset[str] = field(repr=False)

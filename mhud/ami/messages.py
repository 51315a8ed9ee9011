"""One frozen dataclass per thing Asterisk says that mhud listens to. No AMI field names, no I/O.

`ami/parse.py` fills them from headers. Times are aware UTC; unknown caller numbers are None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from mhud.ami.chan import Chan as Chan
from mhud.ami.chan import ChannelEvent as ChannelEvent
from mhud.ami.chan import Event as Event
from mhud.ami.chan import message as message


class NewChannel(ChannelEvent): ...


class NewState(ChannelEvent): ...


class HangupRequest(ChannelEvent):
    """The far end of this channel hung up (not Asterisk, not the dialplan)."""


@message
class Rename(Event):
    uniqueid: str
    name: str


@message
class Hangup(ChannelEvent):
    """`cause` is Q.850 as Asterisk gives it; 0 unknown."""

    cause: int


@message
class BridgeEnter(ChannelEvent):
    bridge_id: str


@message
class BridgeLeave(ChannelEvent):
    bridge_id: str


class Hold(ChannelEvent):
    """This channel's phone put the other side on hold."""


class Unhold(ChannelEvent): ...


@message
class BlindTransfer(Event):
    success: bool
    transferer: Chan
    transferee: Chan | None
    exten: str


@message
class AttendedTransfer(Event):
    """`transferee`, `target`: absent when not one single channel. `takes_its_place`: the second
    leg was in no bridge yet, so the transferee becomes it."""

    success: bool
    first_leg: Chan
    second_leg: Chan
    transferee: Chan | None
    target: Chan | None
    takes_its_place: bool = False


@message
class OriginateResponse(Event):
    """Match by `action_id`: on failure `uniqueid` may name somebody else's living channel."""

    action_id: str
    success: bool
    reason: int
    uniqueid: str


class MixMonitorStart(ChannelEvent): ...


class MixMonitorStop(ChannelEvent): ...


@message
class MixMonitorMute(ChannelEvent):
    muted: bool


@message
class ChanSpyStart(ChannelEvent):
    """`chan` listens, `spyee` is listened to."""

    spyee: Chan | None


class ChanSpyStop(ChannelEvent): ...


@message
class DeviceStateChange(Event):
    """`state`: NOT_INUSE, INUSE, BUSY, INVALID, UNAVAILABLE, RINGING, RINGINUSE, ONHOLD…"""

    device: str
    state: str


@message
class QueueCallerJoin(ChannelEvent):
    queue: str
    position: int


@message
class QueueCallerLeave(ChannelEvent):
    queue: str


@message
class QueueCallerAbandon(ChannelEvent):
    """Left without service. Not always the caller's will: see live/queues.py."""

    queue: str


@message
class MemberState:
    """One interface's membership of one queue, whole, as every QueueMember event prints it.

    `status` is the device state as a number: 1 idle, 2 in use, 3 busy, 4 invalid, 5 unavailable,
    6 ringing, 7 ringing and in use, 8 on hold, 0 unknown. `membership`: static, dynamic, realtime.
    """

    queue: str
    interface: str
    name: str
    membership: str
    penalty: int
    status: int
    paused: bool
    paused_reason: str
    last_pause: datetime | None = None
    state_interface: str = ""


@message
class MemberEvent(Event):
    member: MemberState


class QueueMemberStatus(MemberEvent): ...


class QueueMemberAdded(MemberEvent): ...


class QueueMemberRemoved(MemberEvent): ...


class QueueMemberPause(MemberEvent): ...


class QueueMemberPenalty(MemberEvent): ...


@message
class AgentEvent(ChannelEvent):
    """`chan` is the caller's channel, `dest` the agent's (absent when it is already gone)."""

    queue: str
    interface: str
    dest: Chan | None


class AgentCalled(AgentEvent): ...


@message
class AgentRingNoAnswer(AgentEvent):
    ring_time_ms: int


@message
class AgentConnect(AgentEvent):
    hold_time_s: int
    ring_time_s: int


@message
class AgentComplete(AgentEvent):
    """`reason`: agent, caller or transfer: who ended the talk."""

    hold_time_s: int
    talk_time_s: int
    reason: str


@message
class UserEvent(Event):
    """The dialplan's own event. `fields` are its own headers, without the channel's."""

    name: str
    chan: Chan | None
    fields: Mapping[str, str]


@message
class FullyBooted(Event):
    uptime_s: int


@message
class Shutdown(Event):
    restart: bool


@message
class Reload(Event):
    module: str
    success: bool


@message
class LinkLost(Event):
    """Said by the link itself: no connection to Asterisk; what is known grows stale."""


# ---- what Asterisk answers when asked for everything


@message
class ChannelNow:
    """One row of CoreShowChannels."""

    chan: Chan
    application: str
    application_data: str
    bridge_id: str | None
    age_s: int


@message
class QueueNow:
    """One QueueParams of QueueStatus. `strategy` in Asterisk's words; `max_callers` 0: no limit."""

    name: str
    strategy: str
    max_callers: int
    service_level_s: int


@message
class CallerNow:
    """One QueueEntry of QueueStatus. A higher `priority` goes first."""

    queue: str
    uniqueid: str
    position: int
    wait_s: int
    priority: int = 0


@message
class Snapshot(Event):
    """Everything at one instant: at login, and whenever a doubt arises."""

    channels: tuple[ChannelNow, ...] = ()
    queues: tuple[QueueNow, ...] = ()
    members: tuple[MemberState, ...] = ()
    callers: tuple[CallerNow, ...] = ()
    devices: Mapping[str, str] = field(default_factory=dict)
    pbx_started_at: datetime | None = None

"""Two channels in a bridge, and how a talk ends."""

from __future__ import annotations

from dataclasses import dataclass

from mhud.sim.channels import Bridge, Channel
from mhud.sim.pbx import Pbx
from mhud.sim.queues import Member, Queue


def user_event(pbx: Pbx, channel: Channel, name: str, *fields: tuple[str, str]) -> None:
    """The dialplan's UserEvent(): the channel's own fields come by themselves."""
    pbx.emit("UserEvent", "user", pbx.shown(channel), [("UserEvent", name), *fields])


def wind_up(pbx: Pbx, channel: Channel, cause: int) -> None:
    """The dialplan of `channel` is over: its hangup handler runs."""
    pbx.say("SoftHangupRequest", channel, ("Cause", "16"))
    run_hangup_handler(pbx, channel, cause)


def run_hangup_handler(pbx: Pbx, channel: Channel, cause: int) -> None:
    if not channel.hangup_handler:
        return
    channel.hangup_handler = False
    place = (channel.context, channel.exten, channel.priority)
    channel.goes("call-end", "s")
    user_event(pbx, channel, "CallEnd", ("HangupCause", str(cause)))
    channel.goes(*place)


def hang_up(pbx: Pbx, channel: Channel, cause: int = 16, *, far_end: bool = False) -> None:
    """What the channel is doing decides what else ends with it."""
    if channel.gone:
        return
    if channel.activity:
        channel.activity.lost(channel, cause, far_end=far_end)
        return
    if far_end:
        pbx.say("HangupRequest", channel)
    wind_up(pbx, channel, 0)
    pbx.forget(channel, 0 if far_end else 16)


@dataclass(slots=True, eq=False)
class Served:
    """A queue call that was answered: what AgentComplete will say. Moments are monotonic."""

    pbx: Pbx
    queue: Queue
    member: Member
    caller: Channel
    leg: Channel
    held_s: int
    answered: float

    def count(self) -> int:
        """The member is free again; how long he talked, in seconds."""
        talked = round(self.pbx.since(self.answered))
        member = self.member
        member.in_call = False
        member.calls_taken += 1
        member.last_call = int(self.pbx.epoch())
        self.pbx.freed[member.interface] = self.pbx.clock.monotonic()
        self.queue.figures.talked(talked)
        if self.held_s <= self.queue.settings.servicelevel:
            self.queue.figures.within += 1
        return talked

    def complete(self, reason: str) -> None:
        talked, member = self.count(), self.member
        self.pbx.emit(
            "AgentComplete",
            "agent",
            self.pbx.shown(self.caller),
            self.pbx.shown(self.leg, "Dest"),
            [
                ("Queue", self.queue.name),
                ("Interface", member.interface),
                ("MemberName", member.name),
                ("HoldTime", str(self.held_s)),
                ("TalkTime", str(talked)),
                ("Reason", reason),
            ],
        )


class Talk:
    """`lead` runs the dialplan (the caller), `leg` was called. Implements Activity."""

    def __init__(
        self,
        pbx: Pbx,
        lead: Channel,
        leg: Channel,
        served: Served | None = None,
        bridge: Bridge | None = None,
    ):
        """`bridge`: in which both are already."""
        self.pbx = pbx
        self.lead = lead
        self.leg = leg
        self.served = served
        lead.activity = leg.activity = self
        self.bridge = bridge or pbx.join(leg, lead)
        pbx.on_talk(lead, leg)

    def replace(self, one: Channel, other: Channel) -> None:
        """`other` talks in the place of `one`, who does something else already."""
        if one is self.lead:
            self.lead = other
        else:
            self.leg = other
        other.activity = self

    def other(self, channel: Channel) -> Channel:
        return self.leg if channel is self.lead else self.lead

    def complete(self, reason: str) -> None:
        served, self.served = self.served, None
        if served:
            served.complete(reason)

    def separate(self, first: Channel) -> None:
        self.unhold()
        self.pbx.leave(first)
        self.pbx.leave(self.other(first))
        self.pbx.destroy(self.bridge)

    def unhold(self) -> None:
        for channel in (self.lead, self.leg):
            channel.on_hold = False

    def lost(self, channel: Channel, cause: int, *, far_end: bool) -> None:
        reason = "agent" if channel is self.leg else "caller"
        if far_end:
            told = [("Cause", str(cause))] if channel.tells_cause else []
            self.pbx.say("HangupRequest", channel, *told)
            self.complete(reason)
        self.separate(channel)
        self.pbx.say("SoftHangupRequest", self.lead, ("Cause", "16"))
        self.complete(reason)
        run_hangup_handler(self.pbx, self.lead, cause)
        self.pbx.forget(self.leg, cause)
        self.pbx.forget(self.lead, cause)

    def moved(self, channel: Channel) -> None:
        """The one who stays behind is hung up."""
        other = self.other(channel)
        self.separate(channel)
        channel.activity = None
        if other is self.lead:
            self.pbx.say("SoftHangupRequest", other, ("Cause", "16"))
        self.complete("agent" if channel is self.leg else "caller")
        self.pbx.forget(other, 16)

    def hold(self, channel: Channel, *, by_phone: bool = True) -> None:
        """`channel` puts the other side on hold."""
        other = self.other(channel)
        wished = [("MusicClass", "default")] if by_phone else []
        self.pbx.say("Hold", channel, *wished)
        other.on_hold = True
        self.pbx.say("MusicOnHoldStart", other, ("Class", "default"))
        self.pbx.refresh(other.endpoint)

    def resume(self, channel: Channel) -> None:
        other = self.other(channel)
        self.pbx.say("Unhold", channel)
        other.on_hold = False
        self.pbx.say("MusicOnHoldStop", other)
        self.pbx.refresh(other.endpoint)

"""The state of the fake PBX and the one place from which it speaks."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Protocol

from mhud.clock import Clock
from mhud.sim.channels import DOWN, RINGING, UP, Bridge, Channel
from mhud.sim.queues import Member, Queue, bring_back, build_queues
from mhud.sim.site import Endpoint, Site
from mhud.sim.tape import Tape
from mhud.sim.timers import Timers
from mhud.sim.wire import Headers

Emit = Callable[[str, Headers], None]

CAUSES = {
    0: "Unknown",
    1: "Unallocated (unassigned) number",
    16: "Normal Clearing",
    17: "User busy",
    19: "User alerting, no answer",
    21: "Call Rejected",
    26: "Answered elsewhere",
    34: "Circuit/channel congestion",
}


class Activity(Protocol):
    """What a channel is doing: it knows how that ends."""

    def lost(self, channel: Channel, cause: int, *, far_end: bool) -> None:
        """`channel` hangs up: by its own phone (`far_end`) or by an order to Asterisk."""
        ...

    def moved(self, channel: Channel) -> None:
        """`channel` is taken away to another place in the dialplan, and lives on."""
        ...


@dataclass(slots=True)
class Phone:
    """How a phone behaves. `originate` is what it does when mhud rings it: answer, busy,
    reject, unavailable or ignore; `answer_s` after how many seconds."""

    endpoint: Endpoint
    reachable: bool = True
    originate: str = "answer"
    answer_s: float = 0.3

    @property
    def device(self) -> str:
        return f"PJSIP/{self.endpoint.name}"


class Pbx:
    """Channels, bridges, queues, phones; `emit` sends an event to whom it concerns."""

    def __init__(self, site: Site, clock: Clock, random: Random) -> None:
        self.site = site
        self.clock = clock
        self.random = random
        self.timers = Timers(clock)
        self.tape = Tape(clock)
        self.variables: dict[str, str] = {"TRANSFER_FALLBACK": site.fallback}  # globals
        self.include_text = ""
        self.up = True  # False: the process is going down or not there
        self.on_ring: Callable[[Channel], None] = lambda leg: None
        self.on_talk: Callable[[Channel, Channel], None] = lambda lead, leg: None
        self.listener: Emit = lambda name, headers: None
        self.phones = {one.name: Phone(one) for one in site.endpoints}
        self.queues: dict[str, Queue] = build_queues(site, int(self.epoch()))
        self._boot()

    def _boot(self) -> None:
        self.channels: dict[str, Channel] = {}
        self.bridges: dict[str, Bridge] = {}
        self.freed: dict[str, float] = {}  # interface → when its last queue call ended
        self.started = self.clock.now()
        self.processed = 0
        self._serial = self._channel_serial = self._local_serial = 0
        self.devices = {phone.device: self._device_now(phone) for phone in self.phones.values()}
        for queue in self.queues.values():
            self.devices[queue.avail_device] = self.avail_state(queue)
            for member in queue.members:
                self.devices.update(member.pause_device())

    def restart(self) -> None:
        """All calls and statistics are forgotten; dynamic members come back as they were."""
        self.timers.clear()
        self.queues = bring_back(self.site, self.queues, int(self.epoch()))
        self._boot()

    # ---- time and speech

    def epoch(self) -> float:
        return self.clock.now().timestamp()

    def later(self, seconds: float, call: Callable[[], object]) -> Callable[[], object]:
        return self.timers.later(seconds, call)

    def since(self, moment: float) -> float:
        """The clock's seconds since a moment of the monotonic clock: what AMI prints."""
        return self.clock.monotonic() - moment

    def age(self, moment: float) -> float:
        """The same in the PBX's own seconds, which `speed` makes shorter: what it acts by."""
        return self.since(moment) * self.timers.speed

    def emit(self, name: str, privilege: str, *parts: Headers) -> None:
        head = [
            ("Event", name),
            ("Privilege", f"{privilege},all"),
            ("Timestamp", f"{self.epoch():.6f}"),
            ("SystemName", self.site.name),
        ]
        self.listener(privilege, [*head, *(header for part in parts for header in part)])

    def shown(self, channel: Channel, prefix: str = "") -> Headers:
        return channel.headers(self.site.channelvars, prefix)

    def say(self, name: str, channel: Channel, *fields: tuple[str, str]) -> None:
        """An event of class `call` about one channel."""
        self.emit(name, "call", self.shown(channel), list(fields))

    # ---- channels

    def new_channel(
        self, endpoint: str, *, uniqueid: str = "", linkedid: str = "", state: int = DOWN
    ) -> Channel:
        """Not announced yet: see `announce`."""
        known = self.phones[endpoint].endpoint
        ident = uniqueid or self._next_id()
        channel = Channel(
            name=f"PJSIP/{endpoint}-{self._channel_serial:08x}",
            endpoint=endpoint,
            uniqueid=ident,
            linkedid=linkedid or ident,
            born=self.clock.monotonic(),
            state=state,
            number=known.number,
            display=known.display,
            context=known.transfer_context,
        )
        if endpoint != "trunk":
            channel.variables["DYNAMIC_FEATURES"] = "mhu-hold"
        self._channel_serial += 1
        self.channels[ident] = channel
        return channel

    def _next_id(self) -> str:
        self._serial += 1
        return f"{self.site.name}-{int(self.epoch())}.{self._serial}"

    def new_local(self, device: str, linkedid: str) -> tuple[Channel, Channel]:
        """Two halves `Local/exten@context-…;1` and `;2`, not announced yet."""
        name = f"{device}-{self._local_serial:08x}"
        self._local_serial += 1
        born = self.clock.monotonic()
        one, two = (
            Channel(
                name=f"{name};{half}",
                endpoint="",
                uniqueid=self._next_id(),
                linkedid=linkedid,
                born=born,
            )
            for half in (1, 2)
        )
        self.channels[one.uniqueid], self.channels[two.uniqueid] = one, two
        return one, two

    def announce(self, channel: Channel) -> None:
        if channel.linkedid == channel.uniqueid:
            self.processed += 1
        self.say("Newchannel", channel)

    def changes_state(self, channel: Channel, state: int) -> None:
        channel.state = state
        self.say("Newstate", channel)
        if channel.half:
            channel.half.changed(channel)

    def forget(self, channel: Channel, cause: int, tech_cause: str = "") -> None:
        """The channel's very end."""
        channel.gone = True
        channel.activity = None
        self.channels.pop(channel.uniqueid, None)
        self.tape.ends(channel)
        fields = [("Cause", str(cause)), ("Cause-txt", CAUSES.get(cause, "Unknown"))]
        if tech_cause:
            fields.append(("TechCause", tech_cause))
        self.say("Hangup", channel, *fields)
        self.refresh(channel.endpoint)
        if channel.half:
            channel.half.ended(channel, cause)
        for spy in tuple(channel.spies):
            spy.heard_is_gone()

    def find(self, name: str) -> Channel | None:
        """By name or Uniqueid, as AMI actions do."""
        known = self.channels.get(name)
        return known or next(
            (one for one in self.channels.values() if one.name.lower() == name.lower()), None
        )

    def channels_of(self, endpoint: str) -> list[Channel]:
        return [one for one in self.channels.values() if one.endpoint == endpoint]

    # ---- bridges

    def new_bridge(self) -> Bridge:
        bridge = Bridge(str(uuid.UUID(int=self.random.getrandbits(128), version=4)))
        self.bridges[bridge.ident] = bridge
        self.emit("BridgeCreate", "call", bridge.headers())
        return bridge

    def join(self, first: Channel, second: Channel) -> Bridge:
        bridge = self.new_bridge()
        self.enter(bridge, first)
        self.enter(bridge, second)
        return bridge

    def enter(self, bridge: Bridge, channel: Channel, *fields: tuple[str, str]) -> None:
        bridge.channels.append(channel)
        channel.bridge = bridge
        self.tape.runs(channel)
        self.emit("BridgeEnter", "call", bridge.headers(), self.shown(channel), list(fields))
        if channel.half:
            channel.half.entered(channel)

    def leave(self, channel: Channel) -> None:
        bridge = channel.bridge
        if bridge is None:
            return
        bridge.channels.remove(channel)
        channel.bridge = None
        self.tape.pauses(channel)
        self.emit("BridgeLeave", "call", bridge.headers(), self.shown(channel))

    def destroy(self, bridge: Bridge) -> None:
        if self.bridges.pop(bridge.ident, None):
            self.emit("BridgeDestroy", "call", bridge.headers())

    # ---- devices

    def _device_now(self, phone: Phone) -> str:
        mine = self.channels_of(phone.endpoint.name)
        up = [one for one in mine if one.state not in (DOWN, RINGING)]
        ringing = any(one.state == RINGING for one in mine)
        if ringing:
            return "RINGINUSE" if up else "RINGING"
        if up:
            held = [one for one in up if one.state == UP and one.on_hold]
            return "ONHOLD" if len(held) == len(up) else "INUSE"
        return "NOT_INUSE" if phone.reachable else "UNAVAILABLE"

    def refresh(self, endpoint: str) -> None:
        """Says what changed of a phone's state, and of the queues that it serves."""
        phone = self.phones.get(endpoint)
        if phone is None or not self.set_device(phone.device, self._device_now(phone)):
            return
        for queue in self.queues.values():
            for member in queue.members:
                if member.state_interface == phone.device:
                    shown = member.headers(self.devices)
                    self.emit("QueueMemberStatus", "agent", shown)
                    self.refresh_avail(queue)

    def refresh_avail(self, queue: Queue) -> None:
        self.set_device(queue.avail_device, self.avail_state(queue))

    def avail_state(self, queue: Queue) -> str:
        return queue.avail_state(self.devices, lambda member: self.is_resting(queue, member))

    def is_resting(self, queue: Queue, member: Member) -> bool:
        """app_queue's own wrap-up time, over all queues (shared_lastcall)."""
        freed = self.freed.get(member.interface)
        return freed is not None and self.age(freed) < queue.settings.wrapuptime

    def set_device(self, device: str, state: str) -> bool:
        """True if that was news."""
        if self.devices.get(device) == state:
            return False
        self.devices[device] = state
        self.emit("DeviceStateChange", "call", [("Device", device), ("State", state)])
        return True

"""Local channels: two halves by which Asterisk sends a call of its own into the dialplan.

`one` stands in a bridge for whoever `two` reaches there. When both are in bridges Asterisk puts
the reached one in the place of `one`, and the pair vanishes.
"""

from __future__ import annotations

from collections.abc import Callable

from mhud.sim.channels import DOWN, RING, RINGING, UP, Channel
from mhud.sim.pbx import Pbx
from mhud.sim.talk import Talk, hang_up
from mhud.sim.wire import Header

AUDIO_S = 0.46  # until sound has gone through both halves
ALLOWED: Header = ("CID-CallingPres", "0 (Presentation Allowed, Not Screened)")


class LocalPair:
    """Implements Half for its two channels. `loose`: it may vanish."""

    def __init__(self, pbx: Pbx, parent: Channel, context: str, exten: str) -> None:
        self.pbx = pbx
        self.parent = parent
        self.device = f"Local/{exten}@{context}"
        self.one, self.two = pbx.new_local(self.device, parent.linkedid)
        self.loose = False
        self.on_answer: Callable[[], object] = lambda: None
        self._vanished = False
        for half, state in ((self.one, DOWN), (self.two, RING)):
            half.half, half.state, half.tells_cause = self, state, True
            half.goes(context, exten)
            pbx.announce(half)
            half.inherits(parent)

    def introduce(self) -> None:
        """Each half learns who is on its side."""
        pbx, one, two, parent = self.pbx, self.one, self.two, self.parent
        one.connected_number, one.connected_display = parent.number, parent.display
        pbx.say("NewConnectedLine", one)
        two.number, two.display = parent.number, parent.display
        pbx.say("NewCallerid", two, ALLOWED)
        place = [("Context", two.context), ("Exten", two.exten), ("LocalOptimization", "Yes")]
        shown = pbx.shown(one, "LocalOne"), pbx.shown(two, "LocalTwo")
        pbx.emit("LocalBridge", "call", *shown, place)

    # ---- what happens behind `two` is seen on `one`

    def rings(self, leg: Channel) -> None:
        one, parent = self.one, self.parent
        one.number, one.display = leg.number, leg.display
        if parent.bridge is one.bridge:
            parent.connected_number, parent.connected_display = leg.number, leg.display
            self.pbx.say("NewConnectedLine", parent)
        self.pbx.changes_state(one, RINGING)
        self.pbx.say("NewCallerid", one, ALLOWED)
        self._dial("DialState", "RINGING")

    def changed(self, channel: Channel) -> None:
        self._device("INUSE")
        if channel is self.two and channel.state == UP and self.one.state != UP:
            self.pbx.changes_state(self.one, UP)
            self._dial("DialEnd", "ANSWER")
            self.on_answer()

    def entered(self, channel: Channel) -> None:
        if channel is self.two and self.loose:
            self.vanish_soon(0.01)

    def ended(self, channel: Channel, cause: int) -> None:
        self._device("NOT_INUSE")
        other = self.one if channel is self.two else self.two
        if not self._vanished and not other.gone:
            hang_up(self.pbx, other, cause, far_end=True)

    def _device(self, state: str) -> None:
        self.pbx.emit("DeviceStateChange", "call", [("Device", self.device), ("State", state)])

    def _dial(self, event: str, status: str) -> None:
        self.pbx.emit(event, "call", self.pbx.shown(self.one, "Dest"), [("DialStatus", status)])

    # ---- vanishing

    def vanish_soon(self, seconds: float = AUDIO_S) -> None:
        self.loose = True
        self.pbx.later(seconds, self._vanish)

    def _vanish(self) -> None:
        near, far = self.one.activity, self.two.activity
        if self.one.gone or self.two.gone:
            return
        if isinstance(near, Talk) and isinstance(far, Talk) and self.one.bridge:
            self._join(near, far)

    def _join(self, near: Talk, far: Talk) -> None:
        pbx, one, two = self.pbx, self.one, self.two
        leg, bridge = far.other(two), near.bridge
        self._vanished = True
        self._optimization("Begin", pbx.shown(leg, "Source"), [("DestUniqueId", two.uniqueid)])
        pbx.leave(leg)
        pbx.leave(one)
        pbx.enter(bridge, leg, ("SwapUniqueid", one.uniqueid))
        other = near.other(one)
        two.number, two.display = other.number, other.display
        pbx.say("NewCallerid", two, ALLOWED)
        self._optimization("End", [("Success", "No")])
        near.replace(one, leg)
        near.served, far.served = near.served or far.served, None
        self._end()

    def _optimization(self, event: str, *more: list[Header]) -> None:
        shown = self.pbx.shown(self.one, "LocalOne"), self.pbx.shown(self.two, "LocalTwo")
        self.pbx.emit(f"LocalOptimization{event}", "call", *shown, *more, [("Id", "0")])

    def _end(self) -> None:
        pbx, one, two = self.pbx, self.one, self.two
        bridge = two.bridge
        pbx.say("HangupRequest", two, ("Cause", "16"))
        pbx.forget(one, 16)
        pbx.leave(two)
        if bridge:
            pbx.destroy(bridge)
        pbx.say("SoftHangupRequest", two, ("Cause", "16"))
        pbx.forget(two, 16)

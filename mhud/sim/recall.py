"""The agent hung up while his colleague's phone still rang: who nobody answers is brought back.

What Asterisk does by itself (atxferdropcall=no, atxfercallbackretries=1). The dialplan of
asterisk-conf comes before it, in [not-taken], and leads the caller to a queue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mhud.sim.channels import RINGING, UP, Channel
from mhud.sim.talk import Talk

if TYPE_CHECKING:
    from mhud.sim.consult import Consultation

RING_S = 15.0


class Recall:
    """Implements Activity for the caller, the ringing half, and both channels of the agent."""

    def __init__(self, consultation: Consultation) -> None:
        self.consultation = consultation
        self.pbx = consultation.pbx
        self.held: Talk = consultation.held
        self.caller = consultation.transferee
        self.one = consultation.one
        self.again: Channel | None = None
        self._over = False

    def watch(self) -> None:
        for channel in (self.caller, self.one, self.consultation.transferer):
            channel.activity = self
        self.consultation.pair.on_answer = self._colleague_answered
        self.consultation.pair.loose = True
        self.pbx.later(RING_S, self._time_is_up)

    def _finish(self, leg: Channel) -> None:
        """The caller is with `leg` now."""
        self._over = True
        self.consultation.gone()
        self.held.leg = leg
        self.caller.activity = leg.activity = self.held

    def _colleague_answered(self) -> None:
        if not self._over and self.again is None:
            self._finish(self.one)

    def _time_is_up(self) -> None:
        if self._over:
            return
        if self.again is None:
            self._call_back()
        else:
            self._give_up()

    # ---- the agent's phone rings again

    def _call_back(self) -> None:
        pbx, one = self.pbx, self.one
        agent = self.again = pbx.new_channel(self.consultation.transferer.endpoint)
        agent.activity = self
        if not one.gone:
            pbx.say("SoftHangupRequest", one, ("Cause", "32"))
            pbx.leave(one)
            pbx.forget(one, 16)
        pbx.announce(agent)
        agent.inherits(self.consultation.transferer)
        agent.connected_number, agent.connected_display = self.caller.number, self.caller.display
        pbx.say("NewConnectedLine", agent)
        self._dial("DialBegin", ("DialString", agent.endpoint))
        pbx.changes_state(agent, RINGING)
        self._dial("DialState", ("DialStatus", "RINGING"))
        pbx.refresh(agent.endpoint)
        pbx.later(RING_S, self._time_is_up)
        pbx.on_ring(agent)

    def _dial(self, event: str, field: tuple[str, str]) -> None:
        if self.again:
            self.pbx.emit(event, "call", self.pbx.shown(self.again, "Dest"), [field])

    def answer(self) -> None:
        pbx, agent, caller = self.pbx, self.again, self.caller
        if self._over or agent is None:
            return
        pbx.changes_state(agent, UP)
        self._dial("DialEnd", ("DialStatus", "ANSWER"))
        pbx.refresh(agent.endpoint)
        agent.linkedid = caller.linkedid
        pbx.enter(self.held.bridge, agent)
        caller.connected_number, caller.connected_display = agent.number, agent.display
        pbx.say("NewConnectedLine", caller)
        self._finish(agent)

    def _give_up(self) -> None:
        """Nobody is there: the caller is hung up on, by Asterisk."""
        self._part_with_caller(16)

    # ---- somebody leaves

    def lost(self, channel: Channel, cause: int, *, far_end: bool) -> None:
        if channel is self.caller:
            if far_end:
                self.pbx.say("HangupRequest", channel)
            self._part_with_caller(cause)
        elif channel is self.one and self.again is None:
            self.pbx.say("HangupRequest", channel, ("Cause", str(cause)))
            self._call_back()
        elif channel is self.again:
            self._give_up()

    def moved(self, channel: Channel) -> None:
        """The caller is taken away; what rings for him ends."""
        if channel is self.caller:
            self._end(channel)
            channel.activity = None

    def _part_with_caller(self, cause: int) -> None:
        caller = self.caller
        self._end(caller)
        self.pbx.say("SoftHangupRequest", caller, ("Cause", "16"))
        self.pbx.forget(caller, cause)

    def _end(self, caller: Channel) -> None:
        pbx = self.pbx
        self._over = True
        pbx.leave(caller)
        for leg in (self.one, self.again):
            if leg is not None and not leg.gone:
                pbx.leave(leg)
                pbx.forget(leg, 16)
        pbx.destroy(self.held.bridge)
        self.consultation.gone()

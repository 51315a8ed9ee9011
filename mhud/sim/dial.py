"""Dial(): one channel calls a phone or, through the trunk, a number."""

from __future__ import annotations

from collections.abc import Callable

from mhud.sim.attempt import TECH_CAUSES
from mhud.sim.channels import RINGING, UP, Channel
from mhud.sim.pbx import Pbx, Phone
from mhud.sim.talk import Talk, run_hangup_handler
from mhud.sim.wire import Headers

RING_S = 45.0
ANSWER_S = 1.0

# How a number outside behaves, by its last digits: SIP's own numbers for it, and the Q.850 cause
# that Asterisk makes of them. 0 stands for ringing until nobody waits any longer.
OUTCOMES = {"486": 17, "480": 19, "603": 21, "404": 1, "503": 34, "408": 0}
SIP_OF_HANGUP = {1: "404", 17: "486", 19: "480", 20: "480", 21: "403", 34: "503"}
EVENT_STATUS = {17: "BUSY", 34: "CONGESTION"}
DIAL_STATUS = {0: "NOANSWER", 17: "BUSY", 19: "NOANSWER", 34: "CONGESTION"}


Otherwise = Callable[[Pbx, Channel, int], None]


def dial_number(pbx: Pbx, lead: Channel, number: str, otherwise: Otherwise | None = None) -> None:
    """Out through the trunk; the last digits of the number say what comes of it."""
    lead.goes("outbound", number, 4)
    lead.runs("Dial", f"PJSIP/{number}@trunk,{RING_S:g},T")
    leg = pbx.new_channel("trunk", linkedid=lead.linkedid)
    pbx.announce(leg)
    leg.inherits(lead)
    leg.number, leg.display = number, lead.display
    leg.connected_number, leg.connected_display = lead.number, lead.display
    leg.goes("from-trunk", number)
    pbx.say("NewCallerid", leg, ("CID-CallingPres", "0 (Presentation Allowed, Not Screened)"))
    pbx.say("NewConnectedLine", leg)
    dial = Dial(pbx, lead, leg, f"{number}@trunk", otherwise=otherwise)
    dial.begin()
    ending = number[-3:]
    cause = OUTCOMES.get(ending)
    if cause is None:
        pbx.later(ANSWER_S, dial.answer)
    elif cause:
        pbx.later(ANSWER_S, lambda: dial.fail(cause, ending))


def dial_phone(pbx: Pbx, lead: Channel, phone: Phone, otherwise: Otherwise | None = None) -> None:
    """An agent's phone, by its extension. Who sits there acts by `pbx.on_ring`."""
    lead.goes("agents", phone.endpoint.number, 1)
    lead.runs("Dial", f"{phone.device},20,t")
    if not phone.reachable:
        lead.activity = None
        (otherwise or end_lead)(pbx, lead, 20)
        return
    leg = pbx.new_channel(phone.endpoint.name, linkedid=lead.linkedid)
    pbx.announce(leg)
    leg.inherits(lead)
    leg.connected_number, leg.connected_display = lead.number, lead.display
    leg.exten = phone.endpoint.number
    pbx.say("NewConnectedLine", leg)
    Dial(pbx, lead, leg, phone.endpoint.name, 20, otherwise).begin()
    pbx.on_ring(leg)


def _tech(lead: Channel, cause: int) -> str:
    """What SIP is told; half a Local channel speaks none."""
    return "" if lead.half else SIP_OF_HANGUP.get(cause, "")


def end_lead(pbx: Pbx, lead: Channel, cause: int) -> None:
    """The dialplan after an unanswered Dial()."""
    pbx.say("SoftHangupRequest", lead, ("Cause", "16"))
    run_hangup_handler(pbx, lead, cause)
    pbx.forget(lead, cause, _tech(lead, cause))


class Dial:
    """`lead` waits while `leg` rings. Implements Activity for both."""

    def __init__(
        self,
        pbx: Pbx,
        lead: Channel,
        leg: Channel,
        target: str,
        ring_s: float = RING_S,
        otherwise: Otherwise | None = None,
    ) -> None:
        """`otherwise`: what the dialplan does with `lead` when nobody answered."""
        self.pbx = pbx
        self.lead = lead
        self.leg = leg
        self.target = target
        self.otherwise = otherwise or end_lead
        self._over = False
        lead.activity = leg.activity = self
        leg.runs("AppDial", "(Outgoing Line)")
        self._cancel_timer = pbx.later(ring_s, lambda: self.fail(0))

    def begin(self) -> None:
        pbx, lead, leg = self.pbx, self.lead, self.leg
        pbx.emit("DialBegin", "call", *self._both(), [("DialString", self.target)])
        lead.connected_number, lead.connected_display = leg.number, leg.display
        pbx.say("NewConnectedLine", lead)
        pbx.changes_state(leg, RINGING)
        pbx.refresh(leg.endpoint)
        pbx.emit("DialState", "call", *self._both(), [("DialStatus", "RINGING")])
        if lead.half:
            lead.half.rings(leg)

    def _both(self) -> tuple[Headers, Headers]:
        return self.pbx.shown(self.lead), self.pbx.shown(self.leg, "Dest")

    def _dial_end(self, status: str) -> None:
        self.pbx.emit("DialEnd", "call", *self._both(), [("DialStatus", status)])

    def _finish(self) -> bool:
        """False: it is over already."""
        already, self._over = self._over, True
        self._cancel_timer()
        return not already

    def answer(self) -> None:
        if not self._finish():
            return
        self.pbx.changes_state(self.leg, UP)
        self.leg.exten = ""
        self._dial_end("ANSWER")
        self.leg.tells_cause = True
        if self.lead.state != UP:
            self.pbx.changes_state(self.lead, UP)
        self.pbx.refresh(self.leg.endpoint)
        Talk(self.pbx, self.lead, self.leg)

    def fail(self, cause: int, sip: str = "") -> None:
        """`sip`: the far end refused with this status; without, Asterisk itself gave up."""
        if not self._finish():
            return
        if sip:
            fields = [("Cause", str(cause)), ("TechCause", sip)]
            self.pbx.say("HangupRequest", self.leg, *fields)
        self._dial_end(EVENT_STATUS.get(cause, "NOANSWER"))
        self._tell(cause)
        self.pbx.forget(self.leg, cause, sip)
        self.lead.activity = None
        self.otherwise(self.pbx, self.lead, cause)

    def _tell(self, cause: int) -> None:
        """The outbound dialplan says how the dialling ended."""
        if not self.target.endswith("@trunk") or self.otherwise is not end_lead:
            return
        status = DIAL_STATUS.get(cause, "CHANUNAVAIL")
        fields = [("UserEvent", "OutboundEnd"), ("DialStatus", status)]
        shown = self.pbx.shown(self.lead)
        self.pbx.emit("UserEvent", "user", shown, [*fields, ("HangupCause", str(cause))])

    def lost(self, channel: Channel, cause: int, *, far_end: bool) -> None:
        if channel is self.leg:
            self.fail(cause, TECH_CAUSES.get(cause, "") if far_end else "")
        elif self._finish():
            if far_end:
                told = [("Cause", "16")] if channel.tells_cause else []
                self.pbx.say("HangupRequest", channel, *told)
            self._cancel_leg()
            self.pbx.say("SoftHangupRequest", channel, ("Cause", "16"))
            run_hangup_handler(self.pbx, channel, 0)
            self.pbx.forget(channel, 0 if far_end and not channel.half else 16)

    def moved(self, channel: Channel) -> None:
        if channel is self.leg:
            self.fail(0)
        elif self._finish():
            self._cancel_leg()
            channel.activity = None

    def _cancel_leg(self) -> None:
        self._dial_end("CANCEL")
        self.pbx.forget(self.leg, 16 if self.lead.half else 0)

"""The action Originate: rings an agent's phone first, then runs the dialplan on it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mhud.sim.attempt import TECH_CAUSES
from mhud.sim.channels import RINGING, UP, Channel
from mhud.sim.dial import EVENT_STATUS
from mhud.sim.dialplan import run
from mhud.sim.pbx import Pbx, Phone
from mhud.sim.supervise import Spying
from mhud.sim.talk import run_hangup_handler
from mhud.sim.wire import Headers, Request

BLACKLISTED = frozenset({"system", "trysystem", "agi", "exec", "mixmonitor"})
REFUSALS = {"busy": 17, "unavailable": 19, "reject": 21}
NO_CHANNEL, NO_ANSWER, ANSWERED = "0", "3", "4"


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for; `timeout_s` is how long the agent's phone rings."""

    action_id: str
    channel: str
    context: str
    exten: str
    application: str
    data: str
    number: str
    display: str
    timeout_s: float
    channel_id: str
    variables: tuple[str, ...]
    asynchronous: bool

    @property
    def place(self) -> Headers:
        if self.application:
            return [("Application", self.application), ("Data", self.data)]
        return [("Context", self.context), ("Exten", self.exten)]


def refusal(pbx: Pbx, request: Request) -> str | None:
    """Asterisk's own words if it takes the order not even into its queue."""
    application = request.get("Application")
    timeout, priority = request.get("Timeout", "30000"), request.get("Priority", "1")
    checks = (
        (not request.has("Channel"), "Channel not specified"),
        (not priority.isdigit(), "Invalid priority"),
        (not timeout.isdigit(), "Invalid timeout"),
        (len(request.get("ChannelId")) > 149, "Uniqueid length exceeds maximum of 149"),
        ("/" not in request.get("Channel"), "Invalid channel"),
        (
            application.lower() in BLACKLISTED,
            "Originate Access Forbidden: app or data blacklisted",
        ),
        (
            not application and not pbx.site.exists(request.get("Context"), request.get("Exten")),
            "Extension does not exist.",
        ),
    )
    return next((message for wrong, message in checks if wrong), None)


def read_order(request: Request) -> Order:
    found = re.fullmatch(r'\s*"?(.*?)"?\s*<(.*)>\s*', request.get("CallerID"))
    plain = request.get("CallerID")
    display, number = found.groups() if found else ("", plain) if plain.isdigit() else (plain, "")
    return Order(
        action_id=request.get("ActionID"),
        channel=request.get("Channel"),
        context=request.get("Context"),
        exten=request.get("Exten"),
        application=request.get("Application"),
        data=request.get("Data"),
        number=number,
        display=display,
        timeout_s=int(request.get("Timeout", "30000")) / 1000,
        channel_id=request.get("ChannelId"),
        variables=tuple(request.every("Variable")),
        asynchronous=request.get("Async").lower() in ("true", "yes", "1"),
    )


def originate(pbx: Pbx, order: Order) -> bool:
    """False: no channel could be made, and only OriginateResponse says so."""
    phone = pbx.phones.get(order.channel.removeprefix("PJSIP/"))
    known = phone is not None and order.channel.startswith("PJSIP/")
    if phone is None or not known or not phone.reachable or order.channel_id in pbx.channels:
        respond(pbx, order, "Failure", NO_CHANNEL, None)
        return False
    Originated(pbx, order, phone).begin()
    return True


def respond(pbx: Pbx, order: Order, result: str, reason: str, channel: Channel | None) -> None:
    """The event that names the ActionID. On failure it names no channel that exists."""
    if not order.asynchronous:
        return
    ident = [("ActionID", order.action_id)] if order.action_id else []
    mark = f"ChanVariable({channel.name})" if channel else ""
    uniqueid = channel.uniqueid if channel else order.channel_id or "<null>"
    variables: Headers = []
    if channel:
        told = ((one, channel.variables.get(one, "")) for one in pbx.site.channelvars)
        variables = [(mark, f"{name}={value}") for name, value in told]
    pbx.emit(
        "OriginateResponse",
        "call",
        [
            *ident,
            ("Response", result),
            ("Channel", channel.name if channel else order.channel),
            *order.place,
            ("Reason", reason),
            ("Uniqueid", uniqueid),
            ("CallerIDNum", order.number or "<unknown>"),
            ("CallerIDName", order.display or "<unknown>"),
            *variables,
        ],
    )


class Originated:
    """The agent's ringing phone. Implements Activity."""

    def __init__(self, pbx: Pbx, order: Order, phone: Phone) -> None:
        self.pbx = pbx
        self.order = order
        self.phone = phone
        self._over = False
        self.channel = pbx.new_channel(phone.endpoint.name, uniqueid=order.channel_id)
        self.channel.activity = self

    def begin(self) -> None:
        pbx, leg, order = self.pbx, self.channel, self.order
        pbx.announce(leg)
        for assignment in order.variables:
            name, _, value = assignment.partition("=")
            leg.sets(name, value.strip('"'))
        leg.number, leg.display = order.number or leg.number, order.display or leg.display
        pbx.say("NewCallerid", leg, ("CID-CallingPres", "0 (Presentation Allowed, Not Screened)"))
        leg.connected_number, leg.connected_display = order.number, order.display
        pbx.say("NewConnectedLine", leg)
        leg.runs("AppDial2", "(Outgoing Line)")
        pbx.changes_state(leg, RINGING)
        self._dial("DialBegin", ("DialString", self.phone.endpoint.name))
        self._dial("DialState", ("DialStatus", "RINGING"))
        pbx.refresh(leg.endpoint)
        pbx.later(order.timeout_s, self._time_is_up)
        self._phone_reacts()

    def _phone_reacts(self) -> None:
        if self.phone.originate == "answer":
            self.pbx.later(self.phone.answer_s, self.answer)
        elif cause := REFUSALS.get(self.phone.originate):
            self.pbx.later(self.phone.answer_s, lambda: self._refuse(cause))

    def _dial(self, event: str, field: tuple[str, str]) -> None:
        self.pbx.emit(event, "call", self.pbx.shown(self.channel, "Dest"), [field])

    def answer(self) -> None:
        if self._finished():
            return
        pbx, leg, order = self.pbx, self.channel, self.order
        pbx.changes_state(leg, UP)
        pbx.refresh(leg.endpoint)
        self._dial("DialEnd", ("DialStatus", "ANSWER"))
        respond(pbx, order, "Success", ANSWERED, leg)
        leg.activity = None
        leg.hangup_handler = order.context == "outbound"
        if order.application:
            leg.runs(order.application, order.data)
            if order.application.lower() == "chanspy":
                Spying(pbx, leg, order.data.partition(",")[0])
            return
        self._record()
        run(pbx, leg, order.context, order.exten)

    def _record(self) -> None:
        if self.order.context == "outbound":
            self.channel.recorded = True
            self.channel.goes("record", "s", 4)
            self.pbx.say("MixMonitorStart", self.channel)

    def _finished(self) -> bool:
        """True: it was over before."""
        already, self._over = self._over, True
        return already

    def _time_is_up(self) -> None:
        if not self._finished():
            respond(self.pbx, self.order, "Failure", NO_ANSWER, None)
            self.pbx.forget(self.channel, 19, "480")

    def _refuse(self, cause: int) -> None:
        self.lost(self.channel, cause, far_end=True)

    def lost(self, channel: Channel, cause: int, *, far_end: bool) -> None:
        if self._finished():
            return
        tech = TECH_CAUSES.get(cause, "") if far_end else ""
        if far_end:
            fields = [("Cause", str(cause)), ("TechCause", tech)]
            self.pbx.say("HangupRequest", channel, *fields)
        respond(self.pbx, self.order, "Failure", NO_CHANNEL, None)
        self._dial("DialEnd", ("DialStatus", EVENT_STATUS.get(cause, "NOANSWER")))
        run_hangup_handler(self.pbx, channel, cause)
        self.pbx.forget(channel, cause, tech)

    def moved(self, channel: Channel) -> None:
        self.lost(channel, 0, far_end=False)

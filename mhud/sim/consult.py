"""An attended transfer that Asterisk makes itself, when the agent's keys or AMI's Atxfer ask.

The caller hears music in the first bridge while the agent talks, in a second one, with half a Local
channel whose other half runs the dialplan. All of it is one call: one Linkedid.
"""

from __future__ import annotations

from mhud.sim.channels import UP, Channel
from mhud.sim.dialplan import run
from mhud.sim.local import LocalPair
from mhud.sim.pbx import Pbx
from mhud.sim.recall import Recall
from mhud.sim.talk import Talk

KEYS_S = 0.25  # Asterisk presses the keys one after the other
DIGITS_S = 0.23
BEEP_S = 0.36  # the agent hears it before he is shown his caller again
INVALID_S = 4.0  # "I am sorry, that is not a valid extension"
NO_ANSWER_S = 15.0


def ask_colleague(pbx: Pbx, transferer: Channel, context: str, exten: str) -> None:
    """What follows the keys. Nothing does where there is no talk."""
    pbx.later(KEYS_S, lambda: _begin(pbx, transferer, context, exten.removesuffix("#")))


def _begin(pbx: Pbx, transferer: Channel, context: str, exten: str) -> None:
    held = transferer.activity
    if not isinstance(held, Talk):
        return
    if not held.other(transferer).on_hold:
        held.hold(transferer, by_phone=False)
    if pbx.site.exists(context, exten):
        pbx.later(DIGITS_S, lambda: _consult(pbx, held, transferer, context, exten))
    else:
        pbx.later(INVALID_S, lambda: _nowhere(held, transferer))


def _nowhere(held: Talk, transferer: Channel) -> None:
    if transferer.activity is held and held.other(transferer).on_hold:
        held.resume(transferer)


def _consult(pbx: Pbx, held: Talk, transferer: Channel, context: str, exten: str) -> None:
    if transferer.activity is held:
        Consultation(pbx, held, transferer, context, exten).begin(context, exten)


class Consultation:
    """Implements Activity for the agent, his caller, and the Local half that he talks with."""

    def __init__(self, pbx: Pbx, held: Talk, transferer: Channel, context: str, exten: str) -> None:
        self.pbx = pbx
        self.held = held
        self.transferer = transferer
        self.transferee = held.other(transferer)
        self.pair = LocalPair(pbx, transferer, context, exten)
        self.one = self.pair.one

    def begin(self, context: str, exten: str) -> None:
        pbx, transferer, one = self.pbx, self.transferer, self.one
        transferer.activity = self.transferee.activity = one.activity = self
        self.pair.introduce()
        self.bridge = pbx.new_bridge()
        pbx.enter(self.bridge, one)
        pbx.leave(transferer)
        pbx.enter(self.bridge, transferer)
        transferer.connected_number = transferer.connected_display = ""
        pbx.say("NewConnectedLine", transferer)
        pbx.later(NO_ANSWER_S, self._nobody_answered)
        run(pbx, self.pair.two, context, exten)

    @property
    def _goes_on(self) -> bool:
        return self.transferer.activity is self

    def _nobody_answered(self) -> None:
        if self._goes_on and self.one.state != UP:
            self.cancel()

    # ---- back to the caller

    def cancel(self) -> None:
        """The agent gives it up."""
        self._back(first=self.transferer, then=self.one, cause=16)

    def _back(self, first: Channel, then: Channel, cause: int) -> None:
        """`first` leaves the consultation before `then`."""
        pbx, held, transferer = self.pbx, self.held, self.transferer
        transferer.activity = self.transferee.activity = held
        pbx.leave(first)
        if then is transferer:
            pbx.leave(then)
        pbx.enter(held.bridge, transferer)
        pbx.say("MusicOnHoldStop", self.transferee)
        self.transferee.on_hold = False
        pbx.refresh(self.transferee.endpoint)
        pbx.say("Unhold", transferer)
        pbx.leave(self.one)
        pbx.destroy(self.bridge)
        pbx.later(BEEP_S, self._show_caller)
        pbx.forget(self.one, cause)

    def _show_caller(self) -> None:
        transferer, caller = self.transferer, self.transferee
        if not transferer.gone:
            transferer.connected_number, transferer.connected_display = (
                caller.number,
                caller.display,
            )
            self.pbx.say("NewConnectedLine", transferer)

    # ---- somebody leaves

    def lost(self, channel: Channel, cause: int, *, far_end: bool) -> None:
        if far_end:
            told = [("Cause", str(cause))] if channel.tells_cause else []
            self.pbx.say("HangupRequest", channel, *told)
        if channel is self.one:
            self._back(first=self.one, then=self.transferer, cause=cause)
        elif channel is self.transferee:
            self._caller_leaves()
            self.pbx.say("SoftHangupRequest", channel, ("Cause", "16"))
            self.pbx.forget(channel, 16)
        else:
            self._complete()

    def moved(self, channel: Channel) -> None:
        if channel is self.transferee:
            self._caller_leaves()
            channel.activity = None
        else:
            self.cancel()
            self.held.moved(channel)

    def _caller_leaves(self) -> None:
        """The agent and his colleague stay together."""
        pbx, channel = self.pbx, self.transferee
        self.held.complete("caller")
        pbx.say("MusicOnHoldStop", channel)
        channel.on_hold = False
        pbx.leave(channel)
        pbx.destroy(self.held.bridge)
        Talk(pbx, self.transferer, self.one, bridge=self.bridge)
        self.pair.vanish_soon(0.01)

    def _complete(self) -> None:
        """The agent hangs up: his caller is joined with the colleague, or with his ringing."""
        pbx, held, one = self.pbx, self.held, self.one
        pbx.leave(self.transferer)
        pbx.say("MusicOnHoldStop", self.transferee)
        self.transferee.on_hold = False
        merged = held.bridge.headers("ToBridge"), self.bridge.headers("FromBridge")
        pbx.emit("BridgeMerge", "call", *merged)
        pbx.leave(one)
        pbx.enter(held.bridge, one)
        self._introduce()
        self._tell()
        pbx.refresh(self.transferee.endpoint)
        held.complete("transfer")
        held.lead, held.leg = self.transferee, one
        self.transferee.activity = one.activity = held
        if one.state == UP:
            self.gone()
            self.pair.vanish_soon()
        else:
            Recall(self).watch()

    def gone(self) -> None:
        """The agent's own channel stays until his caller is with somebody."""
        if not self.transferer.gone:
            self.pbx.destroy(self.bridge)
            self.pbx.forget(self.transferer, 16)

    def _introduce(self) -> None:
        parties = [(self.transferee, self.one), (self.one, self.transferee)]
        if leg := self._colleague():
            parties.append((leg, self.transferee))
        for channel, other in parties:
            channel.connected_number, channel.connected_display = other.number, other.display
            self.pbx.say("NewConnectedLine", channel)

    def _colleague(self) -> Channel | None:
        """The phone behind the Local channel, if it is one that rings or talks."""
        doing = self.pair.two.activity
        return getattr(doing, "leg", None)

    def _tell(self) -> None:
        shown, bridge = self.pbx.shown, self.held.bridge
        self.pbx.emit(
            "AttendedTransfer",
            "call",
            [("Result", "Success")],
            shown(self.transferer, "OrigTransferer"),
            bridge.headers("OrigBridge"),
            shown(self.transferer, "SecondTransferer"),
            self.bridge.headers("SecondBridge"),
            shown(self.transferee, "Transferee"),
            shown(self.one, "TransferTarget"),
            [("IsExternal", "No"), ("DestType", "Bridge"), ("DestBridgeUniqueid", bridge.ident)],
        )

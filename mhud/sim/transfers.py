"""Blind and attended transfers, as a phone's REFER or an AMI action starts them."""

from __future__ import annotations

from mhud.sim.channels import Channel
from mhud.sim.dialplan import run
from mhud.sim.pbx import Pbx
from mhud.sim.talk import Talk


def blind_transfer(pbx: Pbx, transferer: Channel, context: str, exten: str) -> None:
    """The other party of the talk goes to `exten`; the transferer is out."""
    talk = transferer.activity
    if not isinstance(talk, Talk):
        return
    transferee = talk.other(transferer)
    talk.unhold()
    pbx.say("Unhold", transferer)
    pbx.emit(
        "BlindTransfer",
        "call",
        [("Result", "Success")],
        pbx.shown(transferer, "Transferer"),
        pbx.shown(transferee, "Transferee"),
        talk.bridge.headers(),
        [("IsExternal", "Yes"), ("Context", context), ("Extension", exten)],
    )
    pbx.leave(transferer)
    talk.complete("transfer")
    transferee.goes(context, exten)
    transferee.variables["BLINDTRANSFER"] = transferer.name
    transferee.tells_cause = True
    pbx.leave(transferee)
    pbx.forget(transferer, 16)
    pbx.destroy(talk.bridge)
    run(pbx, transferee, context, exten)


def attended_transfer(pbx: Pbx, first: Channel, second: Channel) -> bool:
    """REFER with Replaces: `first` and `second` are the transferer's two calls.

    The target's channel changes its Linkedid to that of the first call, without an event.
    False: one of them is no talk (any more).
    """
    held, consultation = first.activity, second.activity
    if not isinstance(held, Talk) or not isinstance(consultation, Talk):
        return False
    target, transferee = consultation.other(second), held.other(first)
    _release(pbx, held, first, second)
    before = _as_it_was(pbx, held, consultation, first, second)
    pbx.leave(target)
    pbx.leave(first)
    target.linkedid = transferee.linkedid
    pbx.enter(held.bridge, target, ("SwapUniqueid", first.uniqueid))
    pbx.say("SoftHangupRequest", second, ("Cause", "1"))
    _introduce(pbx, target, transferee)
    pbx.leave(second)
    pbx.emit(
        "AttendedTransfer",
        "call",
        *before,
        [
            ("IsExternal", "No"),
            ("DestType", "Bridge"),
            ("DestBridgeUniqueid", held.bridge.ident),
        ],
    )
    held.complete("transfer")
    _take_over(held, transferee, target)
    pbx.forget(first, 16)
    pbx.destroy(consultation.bridge)
    pbx.say("SoftHangupRequest", second, ("Cause", "16"))
    pbx.forget(second, 16)
    return True


def _release(pbx: Pbx, held: Talk, first: Channel, second: Channel) -> None:
    transferee = held.other(first)
    was_held = transferee.on_hold
    pbx.say("Unhold", first)
    pbx.say("Unhold", second)
    held.unhold()
    if was_held:
        pbx.say("MusicOnHoldStop", transferee)
        pbx.refresh(transferee.endpoint)


def _as_it_was(
    pbx: Pbx, held: Talk, consultation: Talk, first: Channel, second: Channel
) -> tuple[list[tuple[str, str]], ...]:
    """The event shows all channels as they were before anything moved."""
    return (
        [("Result", "Success")],
        pbx.shown(first, "OrigTransferer"),
        held.bridge.headers("OrigBridge"),
        pbx.shown(second, "SecondTransferer"),
        consultation.bridge.headers("SecondBridge"),
        pbx.shown(held.other(first), "Transferee"),
        pbx.shown(consultation.other(second), "TransferTarget"),
    )


def _introduce(pbx: Pbx, target: Channel, transferee: Channel) -> None:
    for one, other in ((target, transferee), (transferee, target)):
        one.connected_number, one.connected_display = other.number, other.display
        pbx.say("NewConnectedLine", one)


def _take_over(talk: Talk, transferee: Channel, target: Channel) -> None:
    """The talk goes on with the target in the transferer's place."""
    talk.lead, talk.leg = transferee, target
    transferee.activity = target.activity = talk

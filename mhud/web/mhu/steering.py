"""Transfers, hold and keypad: how an agent, or a supervisor for him, steers a call."""

from __future__ import annotations

from mhud.live.model import Call
from mhud.services.targets import Target
from mhud.web.context import Context
from mhud.web.mhu.dialect import mhu
from mhud.web.mhu.steering_models import CallSteered, KeypadBody, TransferBody


@mhu.post("/calls/{call_id}/transfer", right="control_calls", bucket="command")
async def transfer_call(ctx: Context, call_id: str, body: TransferBody) -> CallSteered:
    """Blind: answers when the call is on its way. Attended: when the target is being called."""
    steering, target = ctx.services.steering, Target(**dict(body.target))
    begin = steering.transfers.blind if body.type == "blind" else steering.consulting.begin
    return _steered(await begin(ctx.principal, call_id, target))


@mhu.post("/calls/{call_id}/complete", right="control_calls", bucket="command")
@mhu.post("/calls/{call_id}/transfer/complete", right="control_calls", bucket="command")
async def complete_transfer(ctx: Context, call_id: str) -> CallSteered:
    """The agent leaves; his party talks with whom he asked."""
    return _steered(await ctx.services.steering.consulting.complete(ctx.principal, call_id))


@mhu.post("/calls/{call_id}/cancel", right="control_calls", bucket="command")
@mhu.post("/calls/{call_id}/transfer/cancel", right="control_calls", bucket="command")
async def cancel_transfer(ctx: Context, call_id: str) -> CallSteered:
    """The agent goes back to his party."""
    return _steered(await ctx.services.steering.consulting.cancel(ctx.principal, call_id))


@mhu.post("/calls/{call_id}/hold", right="control_calls", bucket="command")
async def hold_call(ctx: Context, call_id: str) -> CallSteered:
    """Music for the other party. Nothing changes where the call is on hold already."""
    return _steered(await ctx.services.steering.holds.hold(ctx.principal, call_id))


@mhu.post("/calls/{call_id}/unhold", right="control_calls", bucket="command")
async def resume_call(ctx: Context, call_id: str) -> CallSteered:
    """Both hear each other again. Nothing changes where nobody is on hold."""
    return _steered(await ctx.services.steering.holds.unhold(ctx.principal, call_id))


@mhu.post("/calls/{call_id}/dtmf", right="control_calls", bucket="command")
async def send_digits(ctx: Context, call_id: str, body: KeypadBody) -> CallSteered:
    """Answers when the last digit has sounded."""
    keypad = ctx.services.steering.keypad
    return _steered(await keypad.press(ctx.principal, call_id, body.digits))


def _steered(call: Call) -> CallSteered:
    return CallSteered(
        call_id=call.id,
        status=call.status,
        consultation=call.consultation,
        transfers=call.transfers,
    )

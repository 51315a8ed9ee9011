"""Blind transfers: the other party is sent on, and the agent is out of the call.

Asterisk says Success to nearly all of this and means nothing by it. So the target is looked up
before, and the answer comes when the state shows the effect.
"""

from __future__ import annotations

from mhud.ami.actions import blind_transfer, redirect, setvar
from mhud.errors import conflict, forbidden
from mhud.live.model import Call, Channel
from mhud.live.state import LiveState
from mhud.services.control import Control, Controlled, not_talking, on_now
from mhud.services.rights import Principal
from mhud.services.targets import SENT_BY, TAKEN_FROM, Place, Target, Targets
from mhud.services.trail import Trail


class Transfers:
    def __init__(self, control: Control, targets: Targets, trail: Trail) -> None:
        self._control = control
        self._targets = targets
        self._trail = trail

    async def blind(self, principal: Principal, call_id: str, target: Target) -> Call:
        """Sends the other party on, and the agent out of the call. Where nobody talks yet (menu,
        queue) it needs the full right.

        Raises MhudError NOT_FOUND, FORBIDDEN, INVALID, CONFLICT, PBX_UNAVAILABLE, PBX_TIMEOUT.
        """
        with self._control.turn(call_id):
            found = await self._control.controlled(principal, call_id)
            refuse_consulting(found.call)
            waiting = None if found.hears else self._waiting(principal, found)
            place = await self._targets.place(target, found.agent_id)
            await self._trail.note(principal, "call.transfer", call_id, type="blind", **target.told)
            found = self._control.again(found)
            refuse_consulting(found.call)
            if waiting is not None:
                return await self._redirect(found, waiting, place)
            agent = found.talking[1]
            await self._control.order(
                blind_transfer(agent.name, place.context, place.exten), "transfer the call"
            )
            return await self._control.see(
                lambda live: transferred(live, found.call), "transfer the call", call_id
            )

    def _waiting(self, principal: Principal, found: Controlled) -> Channel:
        """The caller, while no agent is in his call."""
        if found.agent_channel is not None or not found.others or not found.others[0].up_at:
            raise not_talking(found.call)
        if not principal.may("control_calls", None):
            raise forbidden("control_calls")
        return found.others[0]

    async def _redirect(self, found: Controlled, waiting: Channel, place: Place) -> Call:
        """He was sent by no agent, so that he goes to his queue, or to one, if nobody takes him."""
        if found.agent_channel is not None:  # a Redirect would tear him out of this talk
            text = "an agent has taken the call meanwhile"
            raise conflict(text, call_id=found.call.id, reason="talking")
        order = self._control.order
        visit = found.call.visits[-1] if found.call.visits else None
        left = visit.queue_id if visit is not None and visit.left_at is None else ""
        for name, content in ((SENT_BY, ""), (TAKEN_FROM, left)):
            await order(setvar(name, content, waiting.uniqueid), "transfer the call")
        await order(redirect(waiting.name, place.context, place.exten), "transfer the call")
        known = {one.uniqueid for one in found.others}

        def arrived(live: LiveState) -> Call | None:
            call = on_now(live, found.call)
            called = any(one.uniqueid not in known for one in live.channels_of(call.id))
            return call if called or len(call.visits) > len(found.call.visits) else None

        return await self._control.see(arrived, "transfer the call", found.call.id)


def refuse_consulting(call: Call) -> None:
    """Raises MhudError CONFLICT while the agent asks somebody."""
    if call.consultation is not None:
        text = "a consultation is going on: complete or cancel it first"
        raise conflict(text, call_id=call.id, reason="consulting")


def transferred(live: LiveState, before: Call) -> Call | None:
    now = on_now(live, before)
    return now if now.transfers > before.transfers else None

"""Hold by API: the dialplan plays music to the other party, and the bridge stays as it is.

AMI can't hold. So mhud presses keys for the agent which a feature of his channel answers with a
piece of dialplan on the other party's channel (docs/adr/0008). Phones that can hold do it better.
"""

from __future__ import annotations

from mhud.ami.actions import content, getvar, play_dtmf, setvar
from mhud.ami.link import AmiLink
from mhud.config import ControlSettings
from mhud.errors import Code, MhudError, conflict
from mhud.live.model import Call, CallStatus, Channel
from mhud.live.state import LiveState
from mhud.pump import Pump
from mhud.services.control import Control, Controlled, on_now
from mhud.services.rights import Principal
from mhud.services.trail import Trail
from mhud.services.transfers import refuse_consulting

HOLD = "MHU_HOLD"  # of the held party: the channel of whoever holds
FEATURES = "DYNAMIC_FEATURES"  # Asterisk's own, of the agent's channel
PRESS_MS = 100


class Holds:
    def __init__(
        self, settings: ControlSettings, pump: Pump, link: AmiLink, control: Control, trail: Trail
    ) -> None:
        self._settings = settings
        self._pump = pump
        self._link = link
        self._control = control
        self._trail = trail

    async def hold(self, principal: Principal, call_id: str) -> Call:
        """Nothing to do where it is on hold already, by whatever means.

        Raises MhudError NOT_FOUND, FORBIDDEN, CONFLICT (nobody talks, a consultation goes on, the
        phone must hold by itself), PBX_UNAVAILABLE, PBX_TIMEOUT.
        """
        with self._control.turn(call_id):
            found = await self._control.controlled(principal, call_id)
            refuse_consulting(found.call)
            agent = found.talking[1]
            if found.call.status is CallStatus.ON_HOLD:
                return found.call
            await self._refuse_without_feature(agent)
            await self._trail.note(principal, "call.hold", call_id)
            return await self._hold(found.call, agent)

    async def unhold(self, principal: Principal, call_id: str) -> Call:
        """Nothing to do where nobody is on hold. Raises as `hold`."""
        with self._control.turn(call_id):
            found = await self._control.controlled(principal, call_id)
            refuse_consulting(found.call)
            agent = found.talking[1]
            plays = await self._plays(agent)
            if found.call.status is not CallStatus.ON_HOLD and not plays:
                return found.call
            if agent.holding or not plays:
                raise _by_phone("resume", found.call)
            await self._trail.note(principal, "call.unhold", call_id)
            return await self._resume(found.call, agent)

    async def release(self, found: Controlled) -> None:
        """Ends a hold by API, if there is one. Raises MhudError."""
        agent = found.talking[1]
        if any(one.held for one in self._held(agent)):
            await self._resume(found.call, agent)

    async def _plays(self, agent: Channel) -> bool:
        """Whether the dialplan holds; asked of Asterisk, for mhud may not have seen it begin."""
        for one in self._held(agent):
            reply = await self._link.send(getvar(HOLD, one.uniqueid))
            if reply.success and content(reply.fields):
                return True
        return False

    def _held(self, agent: Channel) -> list[Channel]:
        """Who shares the agent's bridge, halves of Local channels included."""
        live = self._pump.live
        shared = live.by_bridge.get(agent.bridge_id or "", ())
        return [live.channels[one] for one in shared if one != agent.uniqueid]

    async def _refuse_without_feature(self, agent: Channel) -> None:
        """Keys that no feature takes would be heard by the other party."""
        reply = await self._link.send(getvar(FEATURES, agent.uniqueid))
        features = content(reply.fields).split("#") if reply.success else []
        if not self._settings.hold_keys or self._settings.hold_feature not in features:
            raise _by_phone("hold", None)

    async def _hold(self, call: Call, agent: Channel) -> Call:
        await self._say(agent, agent.name)
        keys = [
            play_dtmf(agent.name, digit, PRESS_MS, pressed=True)
            for digit in self._settings.hold_keys
        ]
        try:
            await self._control.press(keys, lambda live: _is(live, call, True), "hold the call")
            return await self._control.see(lambda live: _is(live, call, True), "hold", call.id)
        except MhudError as error:
            await self._say(agent, "")  # if the keys act late
            raise _by_phone("hold", call) if error.code is Code.PBX_TIMEOUT else error from error

    async def _resume(self, call: Call, agent: Channel) -> Call:
        await self._say(agent, "")
        return await self._control.see(lambda live: _is(live, call, False), "resume", call.id)

    async def _say(self, agent: Channel, holder: str) -> None:
        for one in self._held(agent):
            await self._control.order(setvar(HOLD, holder, one.uniqueid), "hold the call")


def _is(live: LiveState, before: Call, held: bool) -> Call | None:
    now = on_now(live, before)
    return now if (now.status is CallStatus.ON_HOLD) is held else None


def _by_phone(what: str, call: Call | None) -> MhudError:
    which = {} if call is None else {"call_id": call.id}
    return conflict(f"the agent's phone has to {what} by itself", reason="phone", **which)

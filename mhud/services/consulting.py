"""Attended transfers: the agent asks somebody while his party hears music, then leaves or returns.

AMI's Atxfer presses the agent's transfer keys and an extension. Where that leads is a variable of
his channel, so that any target is one key away. All of it is Asterisk's own: when mhud dies in the
midst, the agent completes by hanging up or comes back by his phone's keys.
"""

from __future__ import annotations

import structlog

from mhud.ami.actions import Action, atxfer, cancel_atxfer, content, getvar, hangup, setvar
from mhud.ami.link import AmiLink
from mhud.config import ControlSettings
from mhud.errors import Code, MhudError, conflict
from mhud.live.model import Call, CallStatus, Channel, Consultation
from mhud.live.state import LiveState
from mhud.pump import Pump
from mhud.services.control import Control, Controlled, on_now
from mhud.services.holds import Holds
from mhud.services.rights import Principal
from mhud.services.targets import Place, Target, Targets
from mhud.services.telling import refusal
from mhud.services.trail import Trail
from mhud.services.transfers import refuse_consulting, transferred

log = structlog.get_logger(__name__)
TARGET = "_MHU_TARGET"  # one underscore: the Local channel inherits it, and nobody beyond
CONTEXT = "TRANSFER_CONTEXT"  # Asterisk's own: where the keys of the agent's phone lead
EXTEN = "1"  # the only extension of the context for consultations
KEYS = EXTEN + "#"  # else Asterisk waits for more digits


class Consulting:
    def __init__(
        self,
        settings: ControlSettings,
        pump: Pump,
        link: AmiLink,
        control: Control,
        targets: Targets,
        holds: Holds,
        trail: Trail,
    ) -> None:
        self._settings = settings
        self._pump = pump
        self._link = link
        self._control = control
        self._targets = targets
        self._holds = holds
        self._trail = trail

    async def begin(self, principal: Principal, call_id: str, target: Target) -> Call:
        """Answers when the target is being called. A hold by API ends before.

        Raises MhudError NOT_FOUND, FORBIDDEN, INVALID, CONFLICT, PBX_UNAVAILABLE; PBX_TIMEOUT also
        where the agent's leg has no transfer keys.
        """
        with self._control.turn(call_id):
            found = await self._control.controlled(principal, call_id)
            refuse_consulting(found.call)
            agent = found.talking[1]
            _refuse_held_by_phone(found.call, agent)
            place = await self._targets.place(target, found.agent_id)
            await self._targets.require(
                Place(self._settings.consult_context, EXTEN), "consultation"
            )
            await self._trail.note(
                principal, "call.transfer", call_id, type="attended", **target.told
            )
            await self._holds.release(found)
            return await self._consult(found.call, agent, place)

    async def complete(self, principal: Principal, call_id: str) -> Call:
        """The agent who asked leaves; the party that waited talks with the target.

        Raises as `begin`; CONFLICT while the target has not answered.
        """
        with self._control.turn(call_id):
            found = await self._control.controlled(principal, call_id)
            self._answered(found)
            await self._trail.note(principal, "call.transfer.complete", call_id)
            agent = self._answered(self._control.again(found))  # else his party is hung up on
            what = "complete the transfer"
            await self._control.order(hangup(agent.uniqueid), what)
            return await self._control.see(
                lambda live: _is_given(live, found.call, agent), what, call_id
            )

    async def cancel(self, principal: Principal, call_id: str) -> Call:
        """The agent is back with the party that waited. Raises as `begin`."""
        with self._control.turn(call_id):
            found = await self._control.controlled(principal, call_id)
            agent = self._consulting(found)
            await self._trail.note(principal, "call.transfer.cancel", call_id)
            what = "cancel the transfer"
            await self._control.order(cancel_atxfer(agent.name), what)
            return await self._control.see(lambda live: _is_back(live, found.call), what, call_id)

    def _answered(self, found: Controlled) -> Channel:
        """As `_consulting`; CONFLICT also while the target has not answered."""
        agent = self._consulting(found)
        if found.call.consultation is not Consultation.TALKING:
            text = "who is asked has not answered yet"
            raise conflict(text, call_id=found.call.id, reason="calling")
        return agent

    def _consulting(self, found: Controlled) -> Channel:
        """The channel of the agent who asks. Raises MhudError CONFLICT where it is not his."""
        call = found.call
        if call.consultation is None or found.agent_channel is None:
            text = "no consultation by API is under way; what the phone began, the phone ends"
            raise conflict(text, call_id=call.id, reason="no-consultation")
        if found.agent_id != call.talks[-1].agent_id:
            raise conflict("who asks is another agent", call_id=call.id, reason="not-yours")
        return found.agent_channel

    # ---- steps

    async def _consult(self, call: Call, agent: Channel, place: Place) -> Call:
        """Whatever happens, the keys of the agent's phone then lead where they led before."""
        what = "begin the consultation"
        reply = await self._link.send(getvar(CONTEXT, agent.uniqueid))
        if not reply.success:
            raise refusal(reply, what)
        led = content(reply.fields)
        try:
            await self._control.order(setvar(TARGET, place.goto, agent.uniqueid), what)
            keys = atxfer(agent.name, self._settings.consult_context, KEYS)
            await self._control.press([keys], lambda live: _taken(live, call, agent), what)
            return await self._begun(call)
        except MhudError:
            await self._quietly(setvar(TARGET, "", agent.uniqueid))  # if the keys act late
            raise
        finally:
            await self._quietly(setvar(CONTEXT, led, agent.uniqueid))

    async def _begun(self, call: Call) -> Call:
        wait_s = self._settings.consult_wait_s
        now = await self._pump.until(lambda live: _has_begun(live, call), wait_s)
        if now is None:
            text = (
                "Asterisk did not begin the consultation in time: "
                "the agent's phone has to transfer by itself"
            )
            raise MhudError(Code.PBX_TIMEOUT, text, call_id=call.id, reason="phone")
        return now

    async def _quietly(self, action: Action) -> None:
        """Tidying up: what went wrong before is what the consumer must know."""
        try:
            await self._link.send(action)
        except MhudError as error:
            log.warning("transfer_not_tidied", code=error.code.value)


def _refuse_held_by_phone(call: Call, agent: Channel) -> None:
    """Asterisk may keep keys from such a phone until the talk ends, and then ask for nobody."""
    if agent.holding:
        text = "the agent's phone holds his party: he takes it back first, or transfers by phone"
        raise conflict(text, call_id=call.id, reason="phone")


def _taken(live: LiveState, before: Call, agent: Channel) -> bool | None:
    """The other party hears music: the transfer keys are known, the extension may follow."""
    channel = live.channels.get(agent.uniqueid)
    begun = on_now(live, before).consultations > before.consultations
    return begun or (channel is not None and channel.holding) or None


def _has_begun(live: LiveState, before: Call) -> Call | None:
    """Raises MhudError CONFLICT where the target refused as soon as it was called."""
    now = on_now(live, before)
    if now.consultations == before.consultations:
        return None
    if now.consultation is None:
        text = "who is asked could not be reached; the agent has his party again"
        raise conflict(text, call_id=now.id, reason="not-taken")
    return now


def _is_given(live: LiveState, before: Call, agent: Channel) -> Call | None:
    now = transferred(live, before)
    if now is None or now.consultation is not None or agent.uniqueid in live.channels:
        return None
    return now


def _is_back(live: LiveState, before: Call) -> Call | None:
    """Raises MhudError CONFLICT where the agent was quicker, and has left the two."""
    now = on_now(live, before)
    if now.transfers > before.transfers:
        text = "who was asked has the call already"
        raise conflict(text, call_id=now.id, reason="given")
    back = now.consultation is None and now.status is CallStatus.IN_PROGRESS
    return now if back else None
